export * from './dist/mediabunny/index.js';
