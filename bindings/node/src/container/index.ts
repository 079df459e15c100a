/** Files: chunks from them, and into them. */
export * from './demuxer';
export * from './muxer';
export type { Demuxed, DemuxedAudio, DemuxedMetadata, DemuxedVideo } from './demuxed';
export type { FramegateTrackMembers } from './messages';
export type { DemuxerSource } from './source';
export type { MuxerTarget } from './target';
export type { AnyTrack, AudioTrack, AudioTrackConfig, Track, VideoTrack, VideoTrackConfig } from './track';
