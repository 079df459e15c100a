/** Files: chunks from them, and into them. */
export * from './demuxer';
export * from './muxer';
export type { Demuxed, DemuxedAudio, DemuxedMetadata, DemuxedVideo } from './demuxed';
export type { Chapter, Cover, FramegateTrackMembers } from './messages';
export type { SeekOptions } from './moment';
export type { DemuxerSource } from './source';
export type { MuxerTarget } from './target';
export type { AnyTrack, AudioTrack, AudioTrackConfig, Disposition, Track, VideoTrack, VideoTrackConfig } from './track';
