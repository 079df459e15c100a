/// <reference path="./dist/globals/index.d.ts" />
import './dist/polyfill.js';
