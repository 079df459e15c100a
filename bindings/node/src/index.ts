export type { Backpressure, FrameGateInit, GateInit, Release } from './codec/gate';
export type { CodecState } from './codec/failures';
export type { ErrorCallback as WebCodecsErrorCallback } from './codec/init';
export type { FramegateDecoderOptions, FramegateEncoderOptions, FramegateOptions, HardwareAcceleration } from './codec/config';
export * from './codec/video_decoder';
export * from './codec/video_encoder';
export type {
  AvcBitstreamFormat,
  AvcEncoderConfig,
  LatencyMode,
  VideoEncoderBitrateMode,
  VideoEncoderConfig,
  VideoEncoderSupport,
} from './codec/video_encoder_config';
export type { VideoDecoderConfig, VideoDecoderSupport } from './codec/video_decoder_config';
export * from './media';
export * from './codec/streams';
