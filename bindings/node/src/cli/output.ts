import type { AnyTrack, Muxer, MuxerMetadata } from '../container';
import { domException } from '../native';
import type { AudioDecoderConfig } from '../codec/audio_decoder_config';
import type { VideoDecoderConfig } from '../codec/video_decoder_config';
import type { EncodedAudioChunk } from '../media/encoded_audio_chunk';
import type { EncodedVideoChunk } from '../media/encoded_video_chunk';
import type { Cut } from './cut';

type Chunk = EncodedVideoChunk | EncodedAudioChunk;
type Config = Parameters<Muxer['addTrack']>[0];
type EncodedConfig = VideoDecoderConfig | AudioDecoderConfig;

/** The muxer, which must know all tracks before the first chunk. */
export class Output {
  readonly #muxer: Muxer;
  readonly #part: Cut;
  #tracks: readonly AnyTrack[];
  /** Of those that are encoded anew; undefined until their first chunk has come, for which all others wait. */
  readonly #encoded = new Map<AnyTrack, Config | undefined>();
  readonly #numbers = new Map<AnyTrack, number>();
  #waiting: [AnyTrack, Chunk, MuxerMetadata][] = [];
  #written: Promise<void> = Promise.resolve();
  #failed: { readonly error: unknown } | null = null;

  constructor(muxer: Muxer, tracks: readonly AnyTrack[], encoded: readonly AnyTrack[], part: Cut) {
    this.#muxer = muxer;
    this.#part = part;
    this.#tracks = tracks;
    for (const track of encoded) this.#encoded.set(track, undefined);
  }

  /** Writes a chunk, or keeps it until all tracks are known. What fails, `drained` tells. */
  write(track: AnyTrack, chunk: Chunk, metadata: MuxerMetadata): void {
    if (this.#failed) return;
    try {
      this.#waiting.push([track, chunk, metadata]);
      this.#learn(track, 'decoderConfig' in metadata ? metadata.decoderConfig : undefined);
      if (![...this.#encoded.values()].includes(undefined)) this.#writeAll();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Nothing follows: encoded tracks of which nothing has come are left out. */
  end(): void {
    if (this.#numbers.size > 0 || this.#failed) return;
    const isEmpty = (track: AnyTrack): boolean => this.#encoded.has(track) && !this.#encoded.get(track);
    this.#tracks = this.#tracks.filter((track) => !isEmpty(track));
    this.#writeAll();
  }

  #writeAll(): void {
    if (this.#numbers.size === 0) for (const one of this.#tracks) this.#numbers.set(one, this.#add(one));
    for (const [one, ...rest] of this.#waiting.splice(0)) {
      this.#written = this.#muxer.write(this.#numbers.get(one)!, ...rest).catch((error: unknown) => this.#fail(error));
    }
  }

  #fail(error: unknown): void {
    this.#failed ??= { error };
  }

  #learn(track: AnyTrack, config: EncodedConfig | undefined): void {
    if (!config || this.#numbers.size > 0) return;
    const { language, framerate } = track.config.framegate ?? {};
    const kept = { ...(language ? { language } : {}), ...(framerate ? { framerate } : {}) };
    this.#encoded.set(track, { ...config, framegate: { ...config.framegate, ...kept } } as Config);
  }

  #add(track: AnyTrack): number {
    const encoded = this.#encoded.get(track);
    if (encoded) return this.#muxer.addTrack(encoded);
    try {
      return this.#muxer.addTrack(this.#part.config(track.config));
    } catch (error) {
      throw notCopied(track, error as Error);
    }
  }

  /** What was written is at the target. */
  async drained(): Promise<void> {
    await this.#written;
    if (this.#failed) throw this.#failed.error;
  }
}

function notCopied({ index, kind, config: { codec } }: AnyTrack, { message }: Error): Error {
  const anew = kind === 'audio' ? ', and --audio opus encodes it anew' : '';
  const reason = `track ${index} (${kind}, ${codec}) cannot be copied: ${message}. A file that ends in .mkv takes most codecs${anew}`;
  return domException('NotSupportedError', reason);
}
