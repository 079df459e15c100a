export type { Backpressure, FrameGateInit, GateInit, Release } from './codec/gate';
export type { CodecState } from './codec/failures';
export type { ErrorCallback as WebCodecsErrorCallback } from './codec/init';
export type {
  FramegateAudioDecoderOptions,
  FramegateAudioEncoderOptions,
  FramegateDecoderOptions,
  FramegateEncoderOptions,
  FramegateFfmpegOptions,
  FramegateOptions,
} from './codec/framegate_options';
export type {
  AacBitstreamFormat,
  AlphaOption,
  AvcBitstreamFormat,
  HardwareAcceleration,
  LatencyMode,
  OpusApplication,
  OpusBitstreamFormat,
  OpusSignal,
  VideoEncoderBitrateMode,
} from './native/generated';
export type {
  VideoEncoderEncodeOptions,
  VideoEncoderEncodeOptionsForAvc,
  VideoEncoderEncodeOptionsForVp8,
  VideoEncoderEncodeOptionsForVp9,
} from './codec/encode_options';
export * from './codec/audio_decoder';
export * from './codec/audio_encoder';
export type { AudioDecoderConfig, AudioDecoderSupport } from './codec/audio_decoder_config';
export type {
  AacEncoderConfig,
  AudioEncoderConfig,
  AudioEncoderSupport,
  BitrateMode,
  FlacEncoderConfig,
  OpusEncoderConfig,
} from './codec/audio_encoder_config';
export * from './codec/video_decoder';
export * from './codec/video_encoder';
export type { AvcEncoderConfig, VideoEncoderConfig, VideoEncoderSupport } from './codec/video_encoder_config';
export type { VideoDecoderConfig, VideoDecoderSupport } from './codec/video_decoder_config';
export * from './media';
export * from './codec/streams';
export * from './container';
