// The one instance of every class, for ES modules.
import framegate from './dist/index.js';

export const {
  DOMRectReadOnly,
  EncodedVideoChunk,
  VideoColorSpace,
  VideoDecoder,
  VideoDecoderStream,
  VideoEncoder,
  VideoEncoderStream,
  VideoFrame,
} = framegate;
