import { domException } from '../native';
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

/**
 * One track of a file. Iterating gives its chunks, in decode order; those of other tracks are passed over. A file is read once: another
 * iteration goes on where the last one was left.
 */
export interface Track<Chunk, Config> extends AsyncIterable<Chunk> {
  readonly kind: 'video' | 'audio';
  /** Its number in the file, from 0. */
  readonly index: number;
  /** What a decoder is configured with. `framegate` says what else the file knows. */
  readonly config: Config;
}

/** All chunks of the file that are left. */
type ReadAll = () => AsyncGenerator<Demuxed>;

class FileTrack implements Track<unknown, unknown> {
  readonly #facts: TrackFacts;
  readonly #index: number;
  readonly #readAll: ReadAll;

  constructor(facts: TrackFacts, index: number, readAll: ReadAll) {
    this.#facts = facts;
    this.#index = index;
    this.#readAll = readAll;
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

  async *[Symbol.asyncIterator](): AsyncGenerator<unknown> {
    for await (const { track, chunk } of this.#readAll()) if (track === (this as unknown)) yield chunk;
  }
}
Object.defineProperty(FileTrack, 'name', { value: 'Track' });
defineInterface(FileTrack);
inspectable(FileTrack);

export const trackOf = (facts: TrackFacts, index: number, readAll: ReadAll): AnyTrack =>
  new FileTrack(facts, index, readAll) as unknown as AnyTrack;

/** The first of a kind. NotSupportedError: there is none. */
export function firstOf<T extends AnyTrack>(tracks: readonly AnyTrack[], kind: T['kind']): T {
  const track = tracks.find((one) => one.kind === kind);
  if (track) return track as T;
  throw domException('NotSupportedError', `the file has no ${kind} track`);
}
