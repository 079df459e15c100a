import { domException, FG } from '../native';
import { defineInterface, inspectable, requireArguments } from '../webidl';
import type { AudioDecoderConfig } from '../codec/audio_decoder_config';
import type { VideoDecoderConfig } from '../codec/video_decoder_config';
import type { EncodedAudioChunk } from '../media/encoded_audio_chunk';
import type { EncodedVideoChunk } from '../media/encoded_video_chunk';
import type { VideoFrame } from '../media/video_frame';
import type { Demuxed } from './demuxed';
import type { FrameReader } from './frame_reader';
import type { FramegateTrackMembers, TrackFacts } from './messages';
import { microseconds, rangeOf } from './moment';

/** What VideoDecoder.configure() takes, and Muxer.addTrack(). */
export type VideoTrackConfig = VideoDecoderConfig & { framegate?: FramegateTrackMembers };
/** What AudioDecoder.configure() takes, and Muxer.addTrack(). */
export type AudioTrackConfig = AudioDecoderConfig & { framegate?: FramegateTrackMembers };

export interface VideoTrack extends Track<EncodedVideoChunk, VideoTrackConfig> {
  readonly kind: 'video';

  /**
   * The picture that is shown at a time of the file in seconds: the last one that begins at or before it, or the first one. It is found by
   * decoding from the key before; when the last picture that was asked for is nearer, from there. The file's place moves: loops over chunks
   * go on from there. The frame is the program's to keep, and to close.
   *
   * TypeError: the track has ended by then. NotSupportedError: a track of sound, or a file that cannot be sought. DataError, EncodingError.
   */
  frameAt(seconds: number): Promise<VideoFrame>;

  /**
   * The pictures from the one that is shown at `start` (default 0), up to those that begin before `end` (default: the track's), in seconds;
   * with `step`, the one that is shown at each of `start`, `start + step`, `start + 2 * step` ... before `end`. It ends with the track.
   * Others may be asked for between: it goes on where it was. Every frame is the program's to close.
   *
   * As frameAt(); also for a track that has ended by `start`.
   */
  frames(start?: number, end?: number | null, step?: number | null): AsyncGenerator<VideoFrame, void>;
}
export interface AudioTrack extends Track<EncodedAudioChunk, AudioTrackConfig> {
  readonly kind: 'audio';
}
export type AnyTrack = VideoTrack | AudioTrack;

const DISPOSITIONS = {
  default: FG.DISPOSITION_DEFAULT,
  dub: FG.DISPOSITION_DUB,
  original: FG.DISPOSITION_ORIGINAL,
  comment: FG.DISPOSITION_COMMENT,
  forced: FG.DISPOSITION_FORCED,
  hearingImpaired: FG.DISPOSITION_HEARING_IMPAIRED,
  visualImpaired: FG.DISPOSITION_VISUAL_IMPAIRED,
} as const;

/** What a file says that a track is for. `default`: to be played unless the user wants another of its kind. */
export type Disposition = keyof typeof DISPOSITIONS;

/**
 * One track of a file. Iterating gives its chunks, in decode order. Other tracks may be iterated at the same time: their chunks are kept for
 * them (`maxBufferedChunks`); those of tracks that nobody iterates are passed over. A file is read once: another iteration goes on where the
 * file is read, until `demuxer.seek()`.
 */
export interface Track<Chunk, Config> extends AsyncIterable<Chunk> {
  readonly kind: 'video' | 'audio';
  /** Its number in the file, from 0. */
  readonly index: number;
  /** What a decoder is configured with. `framegate` says what else the file knows. */
  readonly config: Config;
  /** Its number among all streams of the file, covers and subtitles among them. */
  readonly stream: number;
  /** Chunks that it has by the file's word; null unknown. */
  readonly frameCount: number | null;
  /** How long it lasts, microseconds; null unknown. */
  readonly duration: number | null;
  /** When it begins, microseconds; null unknown. */
  readonly start: number | null;
  /** Three letters of ISO 639-2; null unknown. */
  readonly language: string | null;
  /** By how many degrees pictures are turned clockwise to be shown: 0, 90, 180 or 270; 0 for sound. Decoders of `config` do it. */
  readonly rotation: number;
  readonly disposition: readonly Disposition[];
  /** What the file says of it, by FFmpeg's names. */
  readonly tags: Readonly<Record<string, string>>;
}

/** The chunks of a track that are left. */
type ReadTrack = (index: number) => AsyncGenerator<Demuxed>;

const contextOf = (method: string): string => `Failed to execute '${method}' on 'Track'`;

class FileTrack implements Track<unknown, unknown> {
  readonly #facts: TrackFacts;
  readonly #index: number;
  readonly #read: ReadTrack;
  readonly #frames: () => FrameReader;

  constructor(facts: TrackFacts, index: number, read: ReadTrack, frames: () => FrameReader) {
    this.#facts = facts;
    this.#index = index;
    this.#read = read;
    this.#frames = frames;
  }

  get kind(): 'video' | 'audio' {
    return this.#facts.kind;
  }
  get index(): number {
    return this.#index;
  }
  get config(): unknown {
    const { members, framegate } = this.#facts;
    const own = Object.keys(framegate).length > 0 ? { framegate: { ...framegate } } : {};
    return { ...structuredClone(members), ...own };
  }

  get stream(): number {
    return this.#facts.stream;
  }
  get frameCount(): number | null {
    return this.#facts.frameCount;
  }
  get duration(): number | null {
    return this.#facts.duration;
  }
  get start(): number | null {
    return this.#facts.start;
  }
  get language(): string | null {
    return this.#facts.framegate.language ?? null;
  }
  get rotation(): number {
    return 'rotation' in this.#facts.members ? (this.#facts.members.rotation ?? 0) : 0;
  }
  get disposition(): readonly Disposition[] {
    const names = Object.keys(DISPOSITIONS) as Disposition[];
    return names.filter((name) => (this.#facts.disposition & DISPOSITIONS[name]) !== 0);
  }
  get tags(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#facts.tags);
  }

  async frameAt(seconds: number): Promise<VideoFrame> {
    const context = contextOf('frameAt');
    requireArguments(arguments.length, 1, context);
    return this.#frames().at(microseconds(seconds, context, 'seconds'));
  }

  frames(start?: number, end?: number | null, step?: number | null): AsyncGenerator<VideoFrame, void> {
    const range = rangeOf({ start, end: end ?? undefined, step: step ?? undefined }, contextOf('frames'));
    return this.#frames().between(range);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<unknown> {
    for await (const { chunk } of this.#read(this.#index)) yield chunk;
  }
}
Object.defineProperty(FileTrack, 'name', { value: 'Track' });
defineInterface(FileTrack);
inspectable(FileTrack);

export const trackOf = (facts: TrackFacts, index: number, read: ReadTrack, frames: () => FrameReader): AnyTrack =>
  new FileTrack(facts, index, read, frames) as unknown as AnyTrack;

/** The first of a kind. NotSupportedError: there is none. */
export function firstOf<T extends AnyTrack>(tracks: readonly AnyTrack[], kind: T['kind']): T {
  const track = tracks.find((one) => one.kind === kind);
  if (track) return track as T;
  throw domException('NotSupportedError', `the file has no ${kind} track`);
}
