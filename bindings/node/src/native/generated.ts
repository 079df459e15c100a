// Written by `make header`, of framegate.h and the library's tables. Do not edit.
import type { Prototype } from './backend';
import type { KeyRow } from './key_row';

/** The constants of framegate.h, without their FG_. */
export const FG = {
  OUTPUT_CHUNK: 1,
  OUTPUT_FRAME: 2,
  OUTPUT_FLUSHED: 3,
  OUTPUT_ERROR: 4,
  OUTPUT_KEY: 1,
  OUTPUT_CONFIG: 2,
  CHUNK_KEY: 1,
  CHUNK_DISCARD: 2,
  FILE_SEEKABLE: 1,
  DISPOSITION_DEFAULT: 1,
  DISPOSITION_DUB: 2,
  DISPOSITION_ORIGINAL: 4,
  DISPOSITION_COMMENT: 8,
  DISPOSITION_FORCED: 16,
  DISPOSITION_HEARING_IMPAIRED: 32,
  DISPOSITION_VISUAL_IMPAIRED: 64,
  VIDEO_FLAG_REFERENCE_LOST: 1,
  READY_ENQUEUE: 1,
  READY_POLL: 2,
  READY_DEQUEUE: 4,
  MEDIUM_VIDEO: 1,
  MEDIUM_AUDIO: 2,
  PIXEL_I420: 1,
  PIXEL_I420A: 2,
  PIXEL_I422: 3,
  PIXEL_I422A: 4,
  PIXEL_I444: 5,
  PIXEL_I444A: 6,
  PIXEL_NV12: 7,
  PIXEL_RGBA: 8,
  PIXEL_RGBX: 9,
  PIXEL_BGRA: 10,
  PIXEL_BGRX: 11,
  PIXEL_I420P10: 12,
  PIXEL_I420AP10: 13,
  PIXEL_I422P10: 14,
  PIXEL_I422AP10: 15,
  PIXEL_I444P10: 16,
  PIXEL_I444AP10: 17,
  PIXEL_I420P12: 18,
  PIXEL_I420AP12: 19,
  PIXEL_I422P12: 20,
  PIXEL_I422AP12: 21,
  PIXEL_I444P12: 22,
  PIXEL_I444AP12: 23,
  PIXEL_RGB24: 24,
  PIXEL_BGR24: 25,
  SAMPLE_U8: 1,
  SAMPLE_S16: 2,
  SAMPLE_S32: 3,
  SAMPLE_F32: 4,
  SAMPLE_U8_PLANAR: 5,
  SAMPLE_S16_PLANAR: 6,
  SAMPLE_S32_PLANAR: 7,
  SAMPLE_F32_PLANAR: 8,
  COLOR_SPACE_SRGB: 0,
  COLOR_SPACE_DISPLAY_P3: 1,
  COLOR_SPACE_SOURCE: 2,
  ABI_VERSION: 1,
  OK: 0,
  WAIT_CODEC: 1,
  WAIT_INPUT: 2,
  WAIT_POLL: 3,
  WAIT_RELEASE: 4,
  END: 5,
  ERROR_INVALID_ARGUMENT: -1,
  ERROR_INVALID_STATE: -2,
  ERROR_NOT_SUPPORTED: -3,
  ERROR_DATA: -4,
  ERROR_ENCODING: -5,
  ERROR_CLOSED: -6,
  ERROR_WOULD_DEADLOCK: -7,
  ERROR_OUT_OF_MEMORY: -8,
  ERROR_IO: -9,
  ERROR_INTERNAL: -10,
} as const;

/** The structs of framegate.h: members in its order, behind `struct_size`, with the defaults of its FG_..._INIT. */
export const STRUCTS = {
  fg_video_info: {
    format: { type: 'i32', initial: 0 },
    coded_width: { type: 'u32', initial: 0 },
    coded_height: { type: 'u32', initial: 0 },
    visible_x: { type: 'u32', initial: 0 },
    visible_y: { type: 'u32', initial: 0 },
    visible_width: { type: 'u32', initial: 0 },
    visible_height: { type: 'u32', initial: 0 },
    display_width: { type: 'u32', initial: 0 },
    display_height: { type: 'u32', initial: 0 },
    rotation: { type: 'u32', initial: 0 },
    flip: { type: 'u32', initial: 0 },
    color_primaries: { type: 'i32', initial: -1 },
    color_transfer: { type: 'i32', initial: -1 },
    color_matrix: { type: 'i32', initial: -1 },
    color_range: { type: 'i32', initial: -1 },
    timestamp_us: { type: 'i64', initial: 0 },
    duration_us: { type: 'i64', initial: -1 },
    id: { type: 'u64', initial: 0 },
    flags: { type: 'u32', initial: 0 },
    reserved: { type: 'u32', initial: 0 },
  },
  fg_planes: {
    count: { type: 'u32', initial: 0 },
    data: { type: 'u64', initial: 0, length: 4 },
    stride: { type: 'u64', initial: 0, length: 4 },
    rows: { type: 'u32', initial: 0, length: 4 },
    extended_data: { type: 'u64', initial: 0 },
  },
  fg_copy_options: {
    format: { type: 'i32', initial: -1 },
    x: { type: 'u32', initial: 0 },
    y: { type: 'u32', initial: 0 },
    width: { type: 'u32', initial: 0 },
    height: { type: 'u32', initial: 0 },
    plane: { type: 'u32', initial: 0 },
    plane_count: { type: 'u32', initial: 0 },
    offset: { type: 'u64', initial: 0, length: 4 },
    stride: { type: 'u64', initial: 0, length: 4 },
    color_space: { type: 'u32', initial: 0 },
    reserved: { type: 'u32', initial: 0 },
    frame_offset: { type: 'u32', initial: 0 },
    frame_count: { type: 'u32', initial: 0 },
  },
  fg_audio_info: {
    format: { type: 'i32', initial: 0 },
    sample_rate: { type: 'u32', initial: 0 },
    channels: { type: 'u32', initial: 0 },
    frames: { type: 'u32', initial: 0 },
    reserved: { type: 'u32', initial: 0 },
    timestamp_us: { type: 'i64', initial: 0 },
    duration_us: { type: 'i64', initial: -1 },
    id: { type: 'u64', initial: 0 },
  },
  fg_encode_options: {
    key_frame: { type: 'i32', initial: 0 },
    quantizer: { type: 'i32', initial: -1 },
    reserved: { type: 'u32', initial: 0 },
  },
  fg_output: {
    kind: { type: 'i32', initial: 0 },
    token: { type: 'u64', initial: 0 },
    timestamp_us: { type: 'i64', initial: 0 },
    duration_us: { type: 'i64', initial: -1 },
    dts_us: { type: 'i64', initial: -(2 ** 63) },
    id: { type: 'u64', initial: 0 },
    flags: { type: 'u32', initial: 0 },
    status: { type: 'i32', initial: 0 },
    data: { type: 'u64', initial: 0 },
    size: { type: 'u64', initial: 0 },
    frame: { type: 'u64', initial: 0 },
    config: { type: 'u64', initial: 0 },
    flush_id: { type: 'u64', initial: 0 },
    temporal_layer: { type: 'u32', initial: 0 },
    reserved: { type: 'u32', initial: 0 },
    alpha_data: { type: 'u64', initial: 0 },
    alpha_size: { type: 'u64', initial: 0 },
    priming: { type: 'u32', initial: 0 },
    padding: { type: 'u32', initial: 0 },
  },
  fg_stats: {
    slots: { type: 'u32', initial: 0 },
    in_flight: { type: 'u32', initial: 0 },
    in_flight_peak: { type: 'u32', initial: 0 },
    queued: { type: 'u32', initial: 0 },
    in_codec: { type: 'u32', initial: 0 },
    in_codec_peak: { type: 'u32', initial: 0 },
    ready: { type: 'u32', initial: 0 },
    held: { type: 'u32', initial: 0 },
    waiting: { type: 'u32', initial: 0 },
    bytes_in_flight: { type: 'u64', initial: 0 },
    bytes_peak: { type: 'u64', initial: 0 },
    inputs: { type: 'u64', initial: 0 },
    outputs: { type: 'u64', initial: 0 },
    releases: { type: 'u64', initial: 0 },
    enqueue_waits: { type: 'u64', initial: 0 },
    enqueue_wait_us: { type: 'u64', initial: 0 },
    dropped: { type: 'u64', initial: 0 },
  },
  fg_chunk: {
    flags: { type: 'u32', initial: 0 },
    timestamp_us: { type: 'i64', initial: 0 },
    duration_us: { type: 'i64', initial: -1 },
    dts_us: { type: 'i64', initial: -(2 ** 63) },
    id: { type: 'u64', initial: 0 },
    data: { type: 'u64', initial: 0 },
    size: { type: 'u64', initial: 0 },
    alpha_data: { type: 'u64', initial: 0 },
    alpha_size: { type: 'u64', initial: 0 },
  },
  fg_limits: {
    max_streams: { type: 'u32', initial: 0 },
    probe_bytes: { type: 'u64', initial: 0 },
    max_pixels: { type: 'u64', initial: 0 },
    max_side: { type: 'u32', initial: 0 },
    reserved: { type: 'u32', initial: 0 },
    max_samples: { type: 'u64', initial: 0 },
    max_buffered_chunks: { type: 'u64', initial: 0 },
    max_buffered_bytes: { type: 'u64', initial: 0 },
  },
  fg_io: {
    reserved: { type: 'u32', initial: 0 },
    opaque: { type: 'u64', initial: 0 },
    read: { type: 'u64', initial: 0 },
    write: { type: 'u64', initial: 0 },
    seek: { type: 'u64', initial: 0 },
    size: { type: 'u64', initial: 0 },
  },
  fg_file_info: {
    flags: { type: 'u32', initial: 0 },
    duration_us: { type: 'i64', initial: -1 },
    start_us: { type: 'i64', initial: -(2 ** 63) },
    track_count: { type: 'u32', initial: 0 },
    chapter_count: { type: 'u32', initial: 0 },
    cover_count: { type: 'u32', initial: 0 },
    reserved: { type: 'u32', initial: 0 },
  },
  fg_track_info: {
    disposition: { type: 'u32', initial: 0 },
    stream: { type: 'u32', initial: 0 },
    reserved: { type: 'u32', initial: 0 },
    frames: { type: 'i64', initial: -1 },
    duration_us: { type: 'i64', initial: -1 },
    start_us: { type: 'i64', initial: -(2 ** 63) },
  },
} as const;

/** The functions of framegate.h: result, then parameters. `address` is an object's pointer, `bytes` a place to read or write. */
export const PROTOTYPES = {
  fg_status_name: ['text', 'i32'],
  fg_last_error: ['text'],
  fg_abi_version: ['u32'],
  fg_version: ['text'],
  fg_ffmpeg_version: ['text'],
  fg_config_new: ['i32', 'text', 'bytes'],
  fg_config_copy: ['i32', 'address', 'bytes'],
  fg_config_set: ['i32', 'address', 'text', 'text'],
  fg_config_set_bytes: ['i32', 'address', 'text', 'bytes', 'size'],
  fg_config_get: ['i32', 'address', 'text', 'bytes', 'size'],
  fg_config_get_bytes: ['i32', 'address', 'text', 'bytes', 'bytes'],
  fg_config_key: ['i32', 'address', 'size', 'bytes', 'size'],
  fg_config_free: ['void', 'address'],
  fg_config_medium: ['i32', 'address', 'bytes'],
  fg_encoder_is_config_supported: ['i32', 'address'],
  fg_decoder_is_config_supported: ['i32', 'address'],
  fg_frame_new_video: ['i32', 'bytes', 'bytes'],
  fg_frame_wrap_video: ['i32', 'bytes', 'bytes', 'address', 'address', 'bytes'],
  fg_frame_derive: ['i32', 'address', 'bytes', 'bytes'],
  fg_frame_scale: ['i32', 'address', 'u32', 'u32', 'bytes'],
  fg_frame_video_info: ['i32', 'address', 'bytes'],
  fg_frame_planes: ['i32', 'address', 'bytes'],
  fg_frame_copy_from: ['i32', 'address', 'bytes', 'size'],
  fg_frame_allocation_size: ['i32', 'address', 'bytes', 'bytes'],
  fg_frame_copy_to: ['i32', 'address', 'bytes', 'bytes', 'size'],
  fg_frame_retain: ['address', 'address'],
  fg_frame_references: ['u32', 'address'],
  fg_frame_release: ['void', 'address'],
  fg_frame_new_audio: ['i32', 'bytes', 'bytes'],
  fg_frame_wrap_audio: ['i32', 'bytes', 'bytes', 'address', 'address', 'bytes'],
  fg_frame_audio_info: ['i32', 'address', 'bytes'],
  fg_encoder_new: ['i32', 'address', 'bytes'],
  fg_encoder_configure: ['i32', 'address', 'address'],
  fg_encoder_enqueue: ['i32', 'address', 'address', 'bytes', 'i32'],
  fg_encoder_flush: ['i32', 'address', 'bytes'],
  fg_encoder_poll: ['i32', 'address', 'bytes', 'i32'],
  fg_encoder_wait: ['i32', 'address', 'u32', 'bytes', 'i32'],
  fg_encoder_reset: ['i32', 'address'],
  fg_encoder_close: ['i32', 'address'],
  fg_encoder_free: ['void', 'address'],
  fg_encoder_stats: ['i32', 'address', 'bytes'],
  fg_encoder_error: ['i32', 'address', 'bytes', 'size'],
  fg_encoder_wake_fd: ['i32', 'address', 'bytes'],
  fg_encoder_join: ['i32', 'address', 'address', 'u64'],
  fg_decoder_new: ['i32', 'address', 'bytes'],
  fg_decoder_configure: ['i32', 'address', 'address'],
  fg_decoder_enqueue: ['i32', 'address', 'bytes', 'i32'],
  fg_decoder_flush: ['i32', 'address', 'bytes'],
  fg_decoder_poll: ['i32', 'address', 'bytes', 'i32'],
  fg_decoder_wait: ['i32', 'address', 'u32', 'bytes', 'i32'],
  fg_decoder_reset: ['i32', 'address'],
  fg_decoder_close: ['i32', 'address'],
  fg_decoder_free: ['void', 'address'],
  fg_decoder_stats: ['i32', 'address', 'bytes'],
  fg_decoder_error: ['i32', 'address', 'bytes', 'size'],
  fg_decoder_wake_fd: ['i32', 'address', 'bytes'],
  fg_decoder_join: ['i32', 'address', 'address', 'u64'],
  fg_output_chunk: ['i32', 'bytes', 'bytes'],
  fg_release_output: ['i32', 'u64'],
  fg_waitset_new: ['i32', 'bytes'],
  fg_waitset_new_for_thread: ['i32', 'bytes'],
  fg_waitset_fd: ['i32', 'address', 'bytes'],
  fg_waitset_wait: ['i32', 'address', 'bytes', 'size', 'bytes', 'i32'],
  fg_waitset_free: ['void', 'address'],
  fg_demuxer_open: ['i32', 'text', 'bytes'],
  fg_demuxer_open_limits: ['i32', 'text', 'bytes', 'bytes'],
  fg_demuxer_open_io: ['i32', 'bytes', 'bytes'],
  fg_demuxer_open_io_limits: ['i32', 'bytes', 'bytes', 'bytes'],
  fg_demuxer_track_count: ['u32', 'address'],
  fg_demuxer_track: ['i32', 'address', 'u32', 'bytes'],
  fg_demuxer_read: ['i32', 'address', 'bytes', 'bytes'],
  fg_demuxer_read_track: ['i32', 'address', 'u32', 'bytes'],
  fg_demuxer_select: ['i32', 'address', 'u32', 'u32'],
  fg_demuxer_seek: ['i32', 'address', 'u32', 'i64'],
  fg_demuxer_free: ['void', 'address'],
  fg_demuxer_info: ['i32', 'address', 'bytes'],
  fg_demuxer_track_info: ['i32', 'address', 'u32', 'bytes'],
  fg_demuxer_get: ['i32', 'address', 'text', 'bytes', 'size'],
  fg_demuxer_key: ['i32', 'address', 'size', 'bytes', 'size'],
  fg_demuxer_get_bytes: ['i32', 'address', 'text', 'bytes', 'bytes'],
  fg_muxer_create: ['i32', 'text', 'bytes'],
  fg_muxer_create_io: ['i32', 'bytes', 'text', 'bytes'],
  fg_muxer_set: ['i32', 'address', 'text', 'text'],
  fg_muxer_add_track: ['i32', 'address', 'address', 'bytes'],
  fg_muxer_write: ['i32', 'address', 'u32', 'bytes'],
  fg_muxer_finish: ['i32', 'address'],
  fg_muxer_free: ['void', 'address'],
  fg_resampler_new: ['i32', 'bytes', 'bytes', 'bytes'],
  fg_resampler_push: ['i32', 'address', 'address'],
  fg_resampler_pull: ['i32', 'address', 'bytes'],
  fg_resampler_free: ['void', 'address'],
  fg_set_av_log_callback: ['void', 'address'],
} as const satisfies Record<string, Prototype>;

/** W3C VideoPixelFormat. A plane is [bytes of a sample, pixels that it stands for across, and down]. */
export const PIXEL_FORMATS = [
  { name: 'I420', number: 1, opaque: 'I420', isRgb: false, planes: [[1, 1, 1], [1, 2, 2], [1, 2, 2]] },
  { name: 'I420A', number: 2, opaque: 'I420', isRgb: false, planes: [[1, 1, 1], [1, 2, 2], [1, 2, 2], [1, 1, 1]] },
  { name: 'I422', number: 3, opaque: 'I422', isRgb: false, planes: [[1, 1, 1], [1, 2, 1], [1, 2, 1]] },
  { name: 'I422A', number: 4, opaque: 'I422', isRgb: false, planes: [[1, 1, 1], [1, 2, 1], [1, 2, 1], [1, 1, 1]] },
  { name: 'I444', number: 5, opaque: 'I444', isRgb: false, planes: [[1, 1, 1], [1, 1, 1], [1, 1, 1]] },
  { name: 'I444A', number: 6, opaque: 'I444', isRgb: false, planes: [[1, 1, 1], [1, 1, 1], [1, 1, 1], [1, 1, 1]] },
  { name: 'NV12', number: 7, opaque: 'NV12', isRgb: false, planes: [[1, 1, 1], [2, 2, 2]] },
  { name: 'RGBA', number: 8, opaque: 'RGBX', isRgb: true, planes: [[4, 1, 1]] },
  { name: 'RGBX', number: 9, opaque: 'RGBX', isRgb: true, planes: [[4, 1, 1]] },
  { name: 'BGRA', number: 10, opaque: 'BGRX', isRgb: true, planes: [[4, 1, 1]] },
  { name: 'BGRX', number: 11, opaque: 'BGRX', isRgb: true, planes: [[4, 1, 1]] },
  { name: 'I420P10', number: 12, opaque: 'I420P10', isRgb: false, planes: [[2, 1, 1], [2, 2, 2], [2, 2, 2]] },
  { name: 'I420AP10', number: 13, opaque: 'I420P10', isRgb: false, planes: [[2, 1, 1], [2, 2, 2], [2, 2, 2], [2, 1, 1]] },
  { name: 'I422P10', number: 14, opaque: 'I422P10', isRgb: false, planes: [[2, 1, 1], [2, 2, 1], [2, 2, 1]] },
  { name: 'I422AP10', number: 15, opaque: 'I422P10', isRgb: false, planes: [[2, 1, 1], [2, 2, 1], [2, 2, 1], [2, 1, 1]] },
  { name: 'I444P10', number: 16, opaque: 'I444P10', isRgb: false, planes: [[2, 1, 1], [2, 1, 1], [2, 1, 1]] },
  { name: 'I444AP10', number: 17, opaque: 'I444P10', isRgb: false, planes: [[2, 1, 1], [2, 1, 1], [2, 1, 1], [2, 1, 1]] },
  { name: 'I420P12', number: 18, opaque: 'I420P12', isRgb: false, planes: [[2, 1, 1], [2, 2, 2], [2, 2, 2]] },
  { name: 'I420AP12', number: 19, opaque: 'I420P12', isRgb: false, planes: [[2, 1, 1], [2, 2, 2], [2, 2, 2], [2, 1, 1]] },
  { name: 'I422P12', number: 20, opaque: 'I422P12', isRgb: false, planes: [[2, 1, 1], [2, 2, 1], [2, 2, 1]] },
  { name: 'I422AP12', number: 21, opaque: 'I422P12', isRgb: false, planes: [[2, 1, 1], [2, 2, 1], [2, 2, 1], [2, 1, 1]] },
  { name: 'I444P12', number: 22, opaque: 'I444P12', isRgb: false, planes: [[2, 1, 1], [2, 1, 1], [2, 1, 1]] },
  { name: 'I444AP12', number: 23, opaque: 'I444P12', isRgb: false, planes: [[2, 1, 1], [2, 1, 1], [2, 1, 1], [2, 1, 1]] },
] as const;

/** W3C AudioSampleFormat. One that is planar has a plane for each channel. */
export const SAMPLE_FORMATS = [
  { name: 'u8', number: 1, sampleBytes: 1, isPlanar: false },
  { name: 's16', number: 2, sampleBytes: 2, isPlanar: false },
  { name: 's32', number: 3, sampleBytes: 4, isPlanar: false },
  { name: 'f32', number: 4, sampleBytes: 4, isPlanar: false },
  { name: 'u8-planar', number: 5, sampleBytes: 1, isPlanar: true },
  { name: 's16-planar', number: 6, sampleBytes: 2, isPlanar: true },
  { name: 's32-planar', number: 7, sampleBytes: 4, isPlanar: true },
  { name: 'f32-planar', number: 8, sampleBytes: 4, isPlanar: true },
] as const;

// W3C's names of colours, and their numbers in H.273.
export const PRIMARIES = { 'bt709': 1, 'bt470bg': 5, 'smpte170m': 6, 'bt2020': 9, 'smpte432': 12 } as const;
export const TRANSFERS = { 'bt709': 1, 'smpte170m': 6, 'linear': 8, 'iec61966-2-1': 13, 'pq': 16, 'hlg': 18 } as const;
export const MATRICES = { 'rgb': 0, 'bt709': 1, 'bt470bg': 5, 'smpte170m': 6, 'bt2020-ncl': 9 } as const;

/** W3C's enumerations, the default of configurations first. */
export const ENUMERATIONS = {
  LatencyMode: ['quality', 'realtime'],
  VideoEncoderBitrateMode: ['variable', 'constant', 'quantizer'],
  AlphaOption: ['discard', 'keep'],
  HardwareAcceleration: ['no-preference', 'prefer-hardware', 'prefer-software'],
  AvcBitstreamFormat: ['avc', 'annexb'],
  AacBitstreamFormat: ['aac', 'adts'],
  OpusBitstreamFormat: ['opus', 'ogg'],
  OpusSignal: ['auto', 'music', 'voice'],
  OpusApplication: ['audio', 'voip', 'lowdelay'],
  Priming: ['keep', 'drop'],
} as const;
export type LatencyMode = (typeof ENUMERATIONS)['LatencyMode'][number];
export type VideoEncoderBitrateMode = (typeof ENUMERATIONS)['VideoEncoderBitrateMode'][number];
export type AlphaOption = (typeof ENUMERATIONS)['AlphaOption'][number];
export type HardwareAcceleration = (typeof ENUMERATIONS)['HardwareAcceleration'][number];
export type AvcBitstreamFormat = (typeof ENUMERATIONS)['AvcBitstreamFormat'][number];
export type AacBitstreamFormat = (typeof ENUMERATIONS)['AacBitstreamFormat'][number];
export type OpusBitstreamFormat = (typeof ENUMERATIONS)['OpusBitstreamFormat'][number];
export type OpusSignal = (typeof ENUMERATIONS)['OpusSignal'][number];
export type OpusApplication = (typeof ENUMERATIONS)['OpusApplication'][number];
export type Priming = (typeof ENUMERATIONS)['Priming'][number];

export interface VideoEncoderMembers {
  /** Whether transparency is encoded, where the codec can. Default discard. */
  alpha?: AlphaOption;
  avc?: {
    /** Chunks as MP4 has them, with a description, or Annex B. Default avc. */
    format?: AvcBitstreamFormat;
  };
  /** Bits a second, by the timestamps. */
  bitrate?: number;
  /** Whether the rate follows the content, is kept, or each frame has its quantizer (not of sound). Default variable. */
  bitrateMode?: VideoEncoderBitrateMode;
  /** The codec string. Which are known, the table of codecs tells. */
  codec?: string;
  /** Taken, and without effect. */
  contentHint?: string;
  /** Height at which they are to be shown; with displayWidth. */
  displayHeight?: number;
  /** Width at which they are to be shown; with displayHeight. */
  displayWidth?: number;
  /** Frames a second, a hint: the timestamps tell. Encoders assume 30 where it is unset. */
  framerate?: number;
  /** A wish: there is software alone. Default no-preference. */
  hardwareAcceleration?: HardwareAcceleration;
  /** Height of the encoded pictures, in pixels; needed. */
  height?: number;
  /** Realtime holds no frame back; quality may hold maxDelay of them. Default quality. */
  latencyMode?: LatencyMode;
  /** Temporal layers as W3C names them, where the codec has them. */
  scalabilityMode?: string;
  /** Width of the encoded pictures, in pixels; needed. Frames of another size are scaled. */
  width?: number;
}

export const VIDEO_ENCODER: readonly KeyRow[] = [
  { name: 'alpha', form: 'enumeration', type: 'AlphaOption' },
  { name: 'avc', form: 'members', members: [{ name: 'format', form: 'enumeration', type: 'AvcBitstreamFormat' }] },
  { name: 'bitrate', form: 'unsigned long long', least: 1 },
  { name: 'bitrateMode', form: 'enumeration', type: 'VideoEncoderBitrateMode' },
  { name: 'codec', form: 'DOMString' },
  { name: 'contentHint', form: 'DOMString' },
  { name: 'displayHeight', form: 'unsigned long', least: 1 },
  { name: 'displayWidth', form: 'unsigned long', least: 1 },
  { name: 'framerate', form: 'double' },
  { name: 'hardwareAcceleration', form: 'enumeration', type: 'HardwareAcceleration' },
  { name: 'height', form: 'unsigned long', least: 1 },
  { name: 'latencyMode', form: 'enumeration', type: 'LatencyMode' },
  { name: 'scalabilityMode', form: 'DOMString' },
  { name: 'width', form: 'unsigned long', least: 1 },
];

export interface VideoDecoderMembers {
  /** The codec string. Which are known, the table of codecs tells. */
  codec?: string;
  /** Height of the pictures, in pixels. */
  codedHeight?: number;
  /** Width of the pictures, in pixels: tracks need it, decoders take the stream's. */
  codedWidth?: number;
  colorSpace?: {
    /** Full range of values, likewise. */
    fullRange?: boolean;
    /** Matrix coefficients, likewise. */
    matrix?: string;
    /** Colour primaries; go before what the stream says. */
    primaries?: string;
    /** Transfer characteristics, likewise. */
    transfer?: string;
  };
  /** The codec's setup bytes, where its chunks do not have them. */
  description?: Uint8Array;
  /** See displayAspectWidth. */
  displayAspectHeight?: number;
  /** With displayAspectHeight: the ratio of the sides as they are shown, before rotation. */
  displayAspectWidth?: number;
  /** Pictures are to be mirrored, left to right, after that. Default false. */
  flip?: boolean;
  /** A wish: there is software alone. Default no-preference. */
  hardwareAcceleration?: HardwareAcceleration;
  /** Each frame comes out as soon as its chunk is decoded, unless the stream reorders. Default false. */
  optimizeForLatency?: boolean;
  /** Degrees clockwise by which pictures are to be turned to be shown. Default 0. */
  rotation?: number;
}

export const VIDEO_DECODER: readonly KeyRow[] = [
  { name: 'codec', form: 'DOMString' },
  { name: 'codedHeight', form: 'unsigned long', least: 1 },
  { name: 'codedWidth', form: 'unsigned long', least: 1 },
  { name: 'colorSpace', form: 'members', members: [{ name: 'fullRange', form: 'boolean' }, { name: 'matrix', form: 'DOMString' }, { name: 'primaries', form: 'DOMString' }, { name: 'transfer', form: 'DOMString' }] },
  { name: 'description', form: 'BufferSource' },
  { name: 'displayAspectHeight', form: 'unsigned long', least: 1 },
  { name: 'displayAspectWidth', form: 'unsigned long', least: 1 },
  { name: 'flip', form: 'boolean' },
  { name: 'hardwareAcceleration', form: 'enumeration', type: 'HardwareAcceleration' },
  { name: 'optimizeForLatency', form: 'boolean' },
  { name: 'rotation', form: 'double' },
];

export interface AudioEncoderMembers {
  aac?: {
    /** Raw chunks with a description, or chunks with ADTS headers. Default aac. */
    format?: AacBitstreamFormat;
  };
  /** Bits a second, by the timestamps. */
  bitrate?: number;
  /** Whether the rate follows the content, is kept, or each frame has its quantizer (not of sound). Default variable. */
  bitrateMode?: VideoEncoderBitrateMode;
  /** The codec string. Which are known, the table of codecs tells. */
  codec?: string;
  flac?: {
    /** Samples of a frame, 16 to 65535; 0: the encoder's choice. Default 0. */
    blockSize?: number;
    /** How long the encoder searches: 0 is fastest, 8 smallest. Default 5. */
    compressLevel?: number;
  };
  /** Channels; needed. */
  numberOfChannels?: number;
  opus?: {
    /** What counts most. Default audio. */
    application?: OpusApplication;
    /** How long the encoder searches; unset: 10. */
    complexity?: number;
    /** With a description, as in Ogg, or without. More than two channels always have one. Default opus. */
    format?: OpusBitstreamFormat;
    /** Microseconds of a chunk: 2500, 5000, 10000, 20000, 40000, 60000, 80000, 100000 or 120000. Default 20000. */
    frameDuration?: number;
    /** Percent of chunks that are expected to be lost. Default 0. */
    packetlossperc?: number;
    /** A hint: what the sound is; without effect where the encoder cannot be told. Default auto. */
    signal?: OpusSignal;
    /** A hint: silence takes fewer chunks; without effect where the encoder cannot be told. Default false. */
    usedtx?: boolean;
    /** Chunks have what restores the one before, where loss is expected. Default false. */
    useinbandfec?: boolean;
  };
  /** Samples a second of each channel; needed. */
  sampleRate?: number;
}

export const AUDIO_ENCODER: readonly KeyRow[] = [
  { name: 'aac', form: 'members', members: [{ name: 'format', form: 'enumeration', type: 'AacBitstreamFormat' }] },
  { name: 'bitrate', form: 'unsigned long long', least: 1 },
  { name: 'bitrateMode', form: 'enumeration', type: 'VideoEncoderBitrateMode' },
  { name: 'codec', form: 'DOMString' },
  { name: 'flac', form: 'members', members: [{ name: 'blockSize', form: 'unsigned long', least: 0, most: 65535, initial: 0 }, { name: 'compressLevel', form: 'unsigned long', least: 0, most: 8, initial: 5 }] },
  { name: 'numberOfChannels', form: 'unsigned long', least: 1 },
  { name: 'opus', form: 'members', members: [{ name: 'application', form: 'enumeration', type: 'OpusApplication' }, { name: 'complexity', form: 'unsigned long', least: 0, most: 10 }, { name: 'format', form: 'enumeration', type: 'OpusBitstreamFormat' }, { name: 'frameDuration', form: 'unsigned long', least: 1, most: 120000, initial: 20000 }, { name: 'packetlossperc', form: 'unsigned long', least: 0, most: 100, initial: 0 }, { name: 'signal', form: 'enumeration', type: 'OpusSignal' }, { name: 'usedtx', form: 'boolean', initial: false }, { name: 'useinbandfec', form: 'boolean', initial: false }] },
  { name: 'sampleRate', form: 'unsigned long', least: 1 },
];

export interface AudioDecoderMembers {
  /** The codec string. Which are known, the table of codecs tells. */
  codec?: string;
  /** The codec's setup bytes, where its chunks do not have them. */
  description?: Uint8Array;
  /** Channels; needed. */
  numberOfChannels?: number;
  /** Samples a second of each channel; needed. */
  sampleRate?: number;
}

export const AUDIO_DECODER: readonly KeyRow[] = [
  { name: 'codec', form: 'DOMString' },
  { name: 'description', form: 'BufferSource' },
  { name: 'numberOfChannels', form: 'unsigned long', least: 1 },
  { name: 'sampleRate', form: 'unsigned long', least: 1 },
];

export interface FramegateEncoderMembers {
  /** Consecutive B-frames, at most. Unset: what suits the codec and its latencyMode. */
  bFrames?: number;
  /** Frames that a codec may hold back: lookahead, B-frames and threads are chosen to fit. Default 12. */
  maxDelay?: number;
  /** Codec threads. 0: by the machine's cores, the other handles and maxDelay. Default 0. */
  threads?: number;
}

export const FRAMEGATE_ENCODER: readonly KeyRow[] = [
  { name: 'bFrames', form: 'unsigned long', least: 0 },
  { name: 'maxDelay', form: 'unsigned long', least: 0 },
  { name: 'threads', form: 'unsigned long', least: 0 },
];

export interface FramegateDecoderMembers {
  /** Frames that a codec may hold back: lookahead, B-frames and threads are chosen to fit. Default 12. */
  maxDelay?: number;
  /** Pixels of a picture, at most: a stream beyond it ends the decoder. Default 67108864. */
  maxPixels?: number;
  /** Samples of each channel that one chunk of sound decodes to, at most. Default 1048576. */
  maxSamples?: number;
  /** Pixels of a picture's longer side, at most. Default 16384. */
  maxSide?: number;
  /** Codec threads. 0: by the machine's cores, the other handles and maxDelay. Default 0. */
  threads?: number;
}

export const FRAMEGATE_DECODER: readonly KeyRow[] = [
  { name: 'maxDelay', form: 'unsigned long', least: 0 },
  { name: 'maxPixels', form: 'unsigned long long', least: 1 },
  { name: 'maxSamples', form: 'unsigned long long', least: 1 },
  { name: 'maxSide', form: 'unsigned long', least: 1 },
  { name: 'threads', form: 'unsigned long', least: 0 },
];

export interface FramegateAudioDecoderMembers {
  /** Samples of each channel that one chunk of sound decodes to, at most. Default 1048576. */
  maxSamples?: number;
  /** Whether what the encoder put in front of the sound, and behind it, comes out. Default keep. */
  priming?: Priming;
  /** The timestamps count the priming: what follows it is heard that much later. A demuxer's do; an encoder's, and W3C's, do not. Default false. */
  primingIsTimed?: boolean;
  /** Samples of priming at the beginning of a sequence, at the rate that is decoded. Unset: what the description says, else 0. */
  primingSamples?: number;
}

export const FRAMEGATE_AUDIO_DECODER: readonly KeyRow[] = [
  { name: 'maxSamples', form: 'unsigned long long', least: 1 },
  { name: 'priming', form: 'enumeration', type: 'Priming' },
  { name: 'primingIsTimed', form: 'boolean' },
  { name: 'primingSamples', form: 'unsigned long', least: 0 },
];

export interface GateMembers {
  /** Bytes of items in flight, at most; one item always goes. Unset: slots alone count. Cannot change in a reconfigure. */
  maxBytes?: number;
  /** Items in flight between host and codec, at most. Cannot change in a reconfigure. Default 16. */
  slots?: number;
}

export const GATE = {
  slots: { least: 1, most: 4096, initial: 16 },
  maxBytes: { least: 1, most: 9007199254740991, initial: undefined },
} as const;
