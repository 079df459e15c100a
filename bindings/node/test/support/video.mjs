// Pictures, and codecs of them that keep what they give.
import { VideoDecoder, VideoEncoder, VideoFrame } from 'framegate';

import { chunkCollector, frameCollector } from './collect.mjs';

export const SMALL = { width: 64, height: 48 };
export const H264 = { codec: 'avc1.42001f', ...SMALL, framerate: 30 };
/** An encoder that does nothing, at once. */
export const NULL = { codec: 'framegate.null', ...SMALL };
export const FRAME_US = 33_333;

/** RGBA pixels of picture `n`: a gradient that moves, so that each encodes to something else. */
export function pixels(n, { width, height } = SMALL) {
  const bytes = new Uint8Array(width * height * 4);
  for (let i = 0; i < bytes.length; i += 4) {
    bytes[i] = i / 4 + n * 3;
    bytes[i + 1] = i / 1024 + n * 5;
    bytes[i + 2] = n * 11;
    bytes[i + 3] = 255;
  }
  return bytes;
}

export function frame(n, { width, height } = SMALL, more = {}) {
  const init = { format: 'RGBA', codedWidth: width, codedHeight: height, timestamp: n * FRAME_US, ...more };
  return new VideoFrame(pixels(n, { width, height }), init);
}

/** Encodes picture `n` and closes the frame. */
export function encode(encoder, n, size = SMALL, options = {}) {
  const picture = frame(n, size);
  try {
    encoder.encode(picture, options);
  } finally {
    picture.close();
  }
}

export const collectChunks = chunkCollector(VideoEncoder);
export const collectFrames = frameCollector(VideoDecoder);

/** `count` chunks of a small H.264 stream, and its decoder configuration. */
export async function stream(count, config = H264, options = () => ({})) {
  const { encoder, outputs, errors } = collectChunks();
  encoder.configure(config);
  for (let n = 0; n < count; n += 1) encode(encoder, n, config, options(n));
  await encoder.flush();
  encoder.close();
  if (errors.length > 0) throw errors[0];
  return { chunks: outputs.map(({ chunk }) => chunk), config: outputs[0].metadata.decoderConfig };
}

export function busyWait(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/**
 * In a worker that will be terminated. ref-napi aborts the process if that happens in a call of it (its `address()` alone
 * does so, without framegate), so with this backend JavaScript stops here, while the codecs go on.
 */
export function stayOutOfRefNapi() {
  if (process.env.FRAMEGATE_FFI === 'ffi-napi') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

/** The next task of the event loop. */
export const nextTask = () => new Promise((resolve) => setImmediate(resolve));

/** What promise rejected with; it is an error if it did not. */
export async function rejection(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('the promise did not reject');
}
