/** The structs of framegate.h that are used here. */
import { STRUCTS } from './generated';
import { structType } from './struct_buffer';

export const VideoInfo = structType(STRUCTS.fg_video_info);
export type VideoInfo = InstanceType<typeof VideoInfo>;

export const AudioInfo = structType(STRUCTS.fg_audio_info);
export type AudioInfo = InstanceType<typeof AudioInfo>;

export const Planes = structType(STRUCTS.fg_planes);
export type Planes = InstanceType<typeof Planes>;

export const CopyOptions = structType(STRUCTS.fg_copy_options);
export type CopyOptions = InstanceType<typeof CopyOptions>;

export const EncodeOptions = structType(STRUCTS.fg_encode_options);
export type EncodeOptions = InstanceType<typeof EncodeOptions>;

export const Output = structType(STRUCTS.fg_output);
export type Output = InstanceType<typeof Output>;

export const Chunk = structType(STRUCTS.fg_chunk);
export type Chunk = InstanceType<typeof Chunk>;

export const Limits = structType(STRUCTS.fg_limits);
export type Limits = InstanceType<typeof Limits>;

export const Io = structType(STRUCTS.fg_io);
export type Io = InstanceType<typeof Io>;

export const Stats = structType(STRUCTS.fg_stats);
export type Stats = InstanceType<typeof Stats>;

export const FileInfo = structType(STRUCTS.fg_file_info);
export type FileInfo = InstanceType<typeof FileInfo>;

export const TrackInfo = structType(STRUCTS.fg_track_info);
export type TrackInfo = InstanceType<typeof TrackInfo>;
