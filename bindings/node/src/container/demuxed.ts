import { AUDIO_CHUNK, type EncodedAudioChunk } from '../media/encoded_audio_chunk';
import { ChunkContents } from '../media/encoded_chunk';
import { VIDEO_CHUNK, type EncodedVideoChunk } from '../media/encoded_video_chunk';
import type { ReadChunk } from './messages';
import type { AnyTrack, AudioTrack, VideoTrack } from './track';

/** What a file says of a chunk, beside what W3C's have. Chunks carry it along: Muxer.write() and decoders need not be told. */
export interface DemuxedMetadata {
  /** The encoded alpha plane. */
  alphaSideData?: Uint8Array;
  framegate: {
    /** When it is to be decoded, microseconds; null if it is not known. */
    decodeTimestamp: number | null;
    /** The file's edit list leaves it out: it is decoded, since others need it, and not shown. */
    discard: boolean;
  };
}

export interface DemuxedVideo {
  track: VideoTrack;
  chunk: EncodedVideoChunk;
  metadata: DemuxedMetadata;
}
export interface DemuxedAudio {
  track: AudioTrack;
  chunk: EncodedAudioChunk;
  metadata: DemuxedMetadata;
}
export type Demuxed = DemuxedVideo | DemuxedAudio;

/** A chunk as the program gets it. */
export function demuxed(track: AnyTrack, read: ReadChunk): Demuxed {
  const { isKey, timestamp, duration, data, alpha, decodeTimestamp, discard } = read;
  const contents = new ChunkContents(isKey ? 'key' : 'delta', timestamp, duration, data, alpha, decodeTimestamp, discard);
  const metadata: DemuxedMetadata = { framegate: { decodeTimestamp, discard } };
  if (alpha) metadata.alphaSideData = Uint8Array.from(alpha); // the program's; the chunk's own never changes
  const chunk = track.kind === 'video' ? VIDEO_CHUNK.fromContents(contents) : AUDIO_CHUNK.fromContents(contents);
  return { track, chunk, metadata } as Demuxed;
}
