// The one instance of every class, for ES modules.
import framegate from './dist/index.js';

export const {
  AudioData,
  AudioDecoder,
  AudioDecoderStream,
  AudioEncoder,
  AudioEncoderStream,
  DOMRectReadOnly,
  Demuxer,
  EncodedAudioChunk,
  EncodedVideoChunk,
  Muxer,
  VideoColorSpace,
  VideoDecoder,
  VideoDecoderStream,
  VideoEncoder,
  VideoEncoderStream,
  VideoFrame,
} = framegate;
