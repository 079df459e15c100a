/** What the thread of a program and the one that reads for it tell each other. */
import type { VideoDecoderConfig } from '../codec/video_decoder_config';
import type { AudioDecoderMembers, FramegateAudioDecoderMembers } from '../native/generated';

/** What a file may claim; see DemuxerOptions. 0 stands for the default. */
export interface Limits {
  readonly maxStreams: number;
  readonly probeBytes: number;
  readonly maxPixels: number;
  readonly maxSide: number;
  readonly maxSamples: number;
}

/** What is read: a path, or bytes that the program's thread is asked for. */
export type Opened = { readonly path: string } | { readonly answers: SharedArrayBuffer; readonly size: number | null };

export type Request =
  | { readonly id: number; readonly kind: 'open'; readonly source: Opened; readonly limits: Limits }
  | { readonly id: number; readonly kind: 'read' }
  | { readonly id: number; readonly kind: 'seek'; readonly track: number; readonly timestamp: number }
  | { readonly id: number; readonly kind: 'close' };

/** Not W3C: what else a track's configuration says. */
export interface FramegateTrackMembers {
  /** Bits a second. */
  bitrate?: number;
  /** Pictures a second. */
  framerate?: number;
  /** Three small letters of ISO 639-2, such as eng. */
  language?: string;
}

/** A track's configuration. */
export interface ConfigFacts {
  readonly kind: 'video' | 'audio';
  readonly members: VideoDecoderConfig | AudioDecoderMembers;
  readonly framegate: FramegateTrackMembers & FramegateAudioDecoderMembers;
}

/** Names and values: an object made of them here could not be sent with every name. */
export type Tags = readonly (readonly [name: string, value: string])[];

/** Times are in microseconds; null is what the file does not say. */
interface Lasting {
  readonly start: number | null;
  readonly duration: number | null;
  readonly tags: Tags;
}

export interface TrackFacts extends ConfigFacts, Lasting {
  readonly stream: number;
  readonly frameCount: number | null;
  /** FG_DISPOSITION_... together. */
  readonly disposition: number;
}

/** A part of a file. */
export interface Chapter {
  /** When it begins, microseconds. */
  readonly start: number;
  /** When it ends, microseconds. */
  readonly end: number;
  /** What it is called; '' when the file says nothing. */
  readonly title: string;
}

/** A picture that belongs to a file, such as the cover of an album. */
export interface Cover {
  /** "image/jpeg", "image/png" ... */
  readonly type: string;
  /** The picture's file. */
  readonly data: Uint8Array;
}

export interface FileFacts extends Lasting {
  readonly title: string;
  readonly format: string;
  readonly seekable: boolean;
  readonly chapters: readonly Chapter[];
  readonly covers: readonly Cover[];
  readonly tracks: readonly TrackFacts[];
}

export interface ReadChunk {
  readonly track: number;
  /** Its place among all chunks of the file that were read. */
  readonly number: number;
  readonly isKey: boolean;
  readonly discard: boolean;
  readonly timestamp: number;
  readonly duration: number | null;
  readonly decodeTimestamp: number | null;
  readonly data: Uint8Array;
  readonly alpha: Uint8Array | null;
}

/** What the library says of a call that failed. */
export interface Failure {
  readonly status: number;
  readonly text: string;
}

/** Chunks; `isLast` if the request is done with them. */
interface ChunksReply {
  readonly id: number;
  readonly kind: 'chunks';
  readonly chunks: readonly ReadChunk[];
  readonly isLast: boolean;
  /** The file is. */
  readonly ended: boolean;
  readonly failure: Failure | null;
}

export type Reply =
  | { readonly id: number; readonly kind: 'opened'; readonly file: FileFacts }
  | ChunksReply
  | { readonly id: number; readonly kind: 'failed'; readonly failure: Failure }
  | { readonly id: number; readonly kind: 'sought'; readonly failure: Failure | null }
  /** Bytes are wanted at an address, where the thread waits until its answer says how many there are. */
  | { readonly id: number; readonly kind: 'pull'; readonly position: number; readonly address: number; readonly size: number }
  | { readonly id: number; readonly kind: 'closed' };

/** The words of the memory that a thread shares: it is to stop; it is at work. */
export const STOPS = 0;
export const RUNS = 1;

/** How the shared memory of the answers is used: an Int32 of these, and a count of bytes behind it, negative for a failure. */
export const WAITS = 0;
export const ANSWERED = 1;
export const ANSWER_BYTES = 8;

/** The count says that reading failed, or is not wanted any more. */
export const FAILED = -1;
