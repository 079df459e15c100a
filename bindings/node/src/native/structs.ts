import { structType, type ArrayField, type Field, type StructType } from './struct_buffer';

const i32 = (initial = 0): Field => ({ type: 'i32', initial });
const u32 = (initial = 0): Field => ({ type: 'u32', initial });
const i64 = (initial = 0): Field => ({ type: 'i64', initial });
const u64 = (): Field => ({ type: 'u64', initial: 0 });
const pointer = u64;
const four = (field: Field): ArrayField => ({ ...field, length: 4 });

/** A time that is not known: FG_NO_TIMESTAMP. */
export const NO_TIMESTAMP = -(2 ** 63);

// The structs of framegate.h, members in its order, with the defaults of its FG_..._INIT.

export const VideoInfo = structType({
  format: i32(),
  coded_width: u32(),
  coded_height: u32(),
  visible_x: u32(),
  visible_y: u32(),
  visible_width: u32(),
  visible_height: u32(),
  display_width: u32(),
  display_height: u32(),
  rotation: u32(),
  flip: u32(),
  color_primaries: i32(-1),
  color_transfer: i32(-1),
  color_matrix: i32(-1),
  color_range: i32(-1),
  timestamp_us: i64(),
  duration_us: i64(-1),
  id: u64(),
  flags: u32(),
  reserved: u32(),
});
export type VideoInfo = InstanceType<typeof VideoInfo>;

export const Planes = structType({
  count: u32(),
  data: four(pointer()),
  stride: four(u64()),
  rows: four(u32()),
});
export type Planes = InstanceType<typeof Planes>;

export const CopyOptions = structType({
  format: i32(-1),
  x: u32(),
  y: u32(),
  width: u32(),
  height: u32(),
  plane: u32(),
  plane_count: u32(),
  offset: four(u64()),
  stride: four(u64()),
  color_space: u32(),
  reserved: u32(),
});
export type CopyOptions = InstanceType<typeof CopyOptions>;

export const EncodeOptions = structType({
  key_frame: i32(),
  quantizer: i32(-1),
  reserved: u32(),
});
export type EncodeOptions = InstanceType<typeof EncodeOptions>;

export const Output = structType({
  kind: i32(),
  token: u64(),
  timestamp_us: i64(),
  duration_us: i64(-1),
  dts_us: i64(NO_TIMESTAMP),
  id: u64(),
  flags: u32(),
  status: i32(),
  data: pointer(),
  size: u64(),
  frame: pointer(),
  config: pointer(),
  flush_id: u64(),
  temporal_layer: u32(),
  reserved: u32(),
  alpha_data: pointer(),
  alpha_size: u64(),
});
export type Output = InstanceType<typeof Output>;

export const Chunk = structType({
  flags: u32(),
  timestamp_us: i64(),
  duration_us: i64(-1),
  dts_us: i64(NO_TIMESTAMP),
  id: u64(),
  data: pointer(),
  size: u64(),
  alpha_data: pointer(),
  alpha_size: u64(),
});
export type Chunk = InstanceType<typeof Chunk>;

export const Stats = structType({
  slots: u32(),
  in_flight: u32(),
  in_flight_peak: u32(),
  queued: u32(),
  in_codec: u32(),
  in_codec_peak: u32(),
  ready: u32(),
  held: u32(),
  waiting: u32(),
  bytes_in_flight: u64(),
  bytes_peak: u64(),
  inputs: u64(),
  outputs: u64(),
  releases: u64(),
  enqueue_waits: u64(),
  enqueue_wait_us: u64(),
  dropped: u64(),
});
export type Stats = InstanceType<typeof Stats>;

/** By their C names, for the test that compares them with the header. */
export const STRUCTS: Readonly<Record<string, Pick<StructType<never>, 'layout'>>> = {
  fg_video_info: VideoInfo,
  fg_planes: Planes,
  fg_copy_options: CopyOptions,
  fg_encode_options: EncodeOptions,
  fg_output: Output,
  fg_chunk: Chunk,
  fg_stats: Stats,
};
