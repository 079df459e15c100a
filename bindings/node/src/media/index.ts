/** Pictures, sound and encoded chunks: what the package exports of this room. */
export type { AudioDataCopyToOptions } from './audio_copy';
export { AudioData } from './audio_data';
export type { AudioDataInit } from './audio_data_init';
export { VideoColorSpace } from './color_space';
export type {
  VideoColorPrimaries,
  VideoColorSpaceInit,
  VideoColorSpaceJSON,
  VideoMatrixCoefficients,
  VideoTransferCharacteristics,
} from './color_space';
export type { PredefinedColorSpace, VideoFrameCopyToOptions } from './copy_to';
export { DOMRectReadOnly } from './dom_rect';
export type { DOMRectInit } from './dom_rect';
export { EncodedAudioChunk } from './encoded_audio_chunk';
export type { EncodedAudioChunkInit, EncodedAudioChunkType } from './encoded_audio_chunk';
export { EncodedVideoChunk } from './encoded_video_chunk';
export type { EncodedVideoChunkInit, EncodedVideoChunkType, FramegateChunkOptions } from './encoded_video_chunk';
export type { CanvasImageSource, CanvasLike, ImageDataLike } from './from_image';
export type { VideoFrameBufferInit } from './buffer_init';
export type { FramegateFrameOptions, VideoFrameInit } from './frame_init';
export type { PlaneLayout } from './layout';
export type { VideoFrameMetadata } from './metadata';
export type { VideoPixelFormat } from './pixel_format';
export type { AudioSampleFormat } from './sample_format';
export { VideoFrame } from './video_frame';
export type { AllowSharedBufferSource } from '../webidl';
