import type { AnyTrack, Muxer, MuxerMetadata } from '../container';
import type { EncodedAudioChunk } from '../media/encoded_audio_chunk';
import type { EncodedVideoChunk } from '../media/encoded_video_chunk';

type Chunk = EncodedVideoChunk | EncodedAudioChunk;
type Config = Parameters<Muxer['addTrack']>[0];

/** The muxer, which must know all tracks before the first chunk. */
export class Output {
  readonly #muxer: Muxer;
  readonly #tracks: readonly AnyTrack[];
  /** Of those that are encoded anew; undefined until their first chunk has come, for which all others wait. */
  readonly #encoded = new Map<AnyTrack, Config | undefined>();
  readonly #numbers = new Map<AnyTrack, number>();
  #waiting: [AnyTrack, Chunk, MuxerMetadata][] = [];
  #written: Promise<void> = Promise.resolve();

  constructor(muxer: Muxer, tracks: readonly AnyTrack[], encoded: readonly AnyTrack[]) {
    this.#muxer = muxer;
    this.#tracks = tracks;
    for (const track of encoded) this.#encoded.set(track, undefined);
  }

  /** Writes a chunk, or keeps it until all tracks are known. */
  write(track: AnyTrack, chunk: Chunk, metadata: MuxerMetadata): void {
    this.#waiting.push([track, chunk, metadata]);
    const config = 'decoderConfig' in metadata ? metadata.decoderConfig : undefined;
    if (config && this.#numbers.size === 0) {
      this.#encoded.set(track, { ...config, framegate: { ...config.framegate, ...languageOf(track) } } as Config);
    }
    if ([...this.#encoded.values()].includes(undefined)) return;
    if (this.#numbers.size === 0) {
      for (const one of this.#tracks) this.#numbers.set(one, this.#muxer.addTrack(this.#encoded.get(one) ?? one.config));
    }
    for (const [one, ...rest] of this.#waiting.splice(0)) this.#written = this.#muxer.write(this.#numbers.get(one)!, ...rest);
    this.#written.catch(() => undefined); // told by `drained`
  }

  /** What was written is at the target. */
  drained(): Promise<void> {
    return this.#written;
  }
}

const languageOf = ({ config }: AnyTrack): object => (config.framegate?.language ? { language: config.framegate.language } : {});
