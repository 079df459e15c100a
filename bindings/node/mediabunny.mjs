// The one instance of it, for ES modules.
import mediabunny from './dist/mediabunny/index.js';

export const { transformVideoSample } = mediabunny;
