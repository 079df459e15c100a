import './dist/polyfill.js';
