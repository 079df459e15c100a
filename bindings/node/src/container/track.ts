import { domException, FG } from '../native';
import { defineInterface, inspectable } from '../webidl';
import type { AudioDecoderConfig } from '../codec/audio_decoder_config';
import type { VideoDecoderConfig } from '../codec/video_decoder_config';
import type { EncodedAudioChunk } from '../media/encoded_audio_chunk';
import type { EncodedVideoChunk } from '../media/encoded_video_chunk';
import type { Demuxed } from './demuxed';
import type { FramegateTrackMembers, TrackFacts } from './messages';

/** What VideoDecoder.configure() takes, and Muxer.addTrack(). */
export type VideoTrackConfig = VideoDecoderConfig & { framegate?: FramegateTrackMembers };
/** What AudioDecoder.configure() takes, and Muxer.addTrack(). */
export type AudioTrackConfig = AudioDecoderConfig & { framegate?: FramegateTrackMembers };

export interface VideoTrack extends Track<EncodedVideoChunk, VideoTrackConfig> {
  readonly kind: 'video';
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

class FileTrack implements Track<unknown, unknown> {
  readonly #facts: TrackFacts;
  readonly #index: number;
  readonly #read: ReadTrack;

  constructor(facts: TrackFacts, index: number, read: ReadTrack) {
    this.#facts = facts;
    this.#index = index;
    this.#read = read;
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

  async *[Symbol.asyncIterator](): AsyncGenerator<unknown> {
    for await (const { chunk } of this.#read(this.#index)) yield chunk;
  }
}
Object.defineProperty(FileTrack, 'name', { value: 'Track' });
defineInterface(FileTrack);
inspectable(FileTrack);

export const trackOf = (facts: TrackFacts, index: number, read: ReadTrack): AnyTrack =>
  new FileTrack(facts, index, read) as unknown as AnyTrack;

/** The first of a kind. NotSupportedError: there is none. */
export function firstOf<T extends AnyTrack>(tracks: readonly AnyTrack[], kind: T['kind']): T {
  const track = tracks.find((one) => one.kind === kind);
  if (track) return track as T;
  throw domException('NotSupportedError', `the file has no ${kind} track`);
}
