/** Puts the WebCodecs interfaces on globalThis, so that a browser's code runs unchanged. */
import * as framegate from './index';

const INTERFACES = ['EncodedVideoChunk', 'VideoColorSpace', 'VideoDecoder', 'VideoEncoder', 'VideoFrame'] as const;

for (const name of INTERFACES) define(name);
if (!('DOMRectReadOnly' in globalThis)) define('DOMRectReadOnly');

function define(name: (typeof INTERFACES)[number] | 'DOMRectReadOnly'): void {
  Object.defineProperty(globalThis, name, { value: framegate[name], writable: true, configurable: true });
}

// The types are those of the DOM where the program's `lib` has it.
declare global {
  var EncodedVideoChunk: typeof globalThis extends { onmessage: any; EncodedVideoChunk: infer T } ? T : typeof framegate.EncodedVideoChunk;
  var VideoColorSpace: typeof globalThis extends { onmessage: any; VideoColorSpace: infer T } ? T : typeof framegate.VideoColorSpace;
  var VideoDecoder: typeof globalThis extends { onmessage: any; VideoDecoder: infer T } ? T : typeof framegate.VideoDecoder;
  var VideoEncoder: typeof globalThis extends { onmessage: any; VideoEncoder: infer T } ? T : typeof framegate.VideoEncoder;
  var VideoFrame: typeof globalThis extends { onmessage: any; VideoFrame: infer T } ? T : typeof framegate.VideoFrame;
}
