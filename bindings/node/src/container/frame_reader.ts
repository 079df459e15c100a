/** Pictures at times of the program's choice: by decoding from the key before, and dropping what is before the time. */
import { typeError } from '../native/errors';
import type { VideoFrame } from '../media/video_frame';
import type { DemuxerClient, Reader } from './demuxer_client';
import { FrameDecoder } from './frame_decoder';
import { KeptFrames } from './kept_frames';
import type { ReadChunk } from './messages';
import type { Range } from './moment';
import type { VideoTrack } from './track';

/** Pictures that are decoded sooner than a key is looked for. */
const FEW = 8;
/** What a picture lasts where nothing says so, microseconds. */
const USUAL = 40_000;
const LATEST = Number.MAX_SAFE_INTEGER;

/** A decoder, and where it is. What it gives is the program's to close. */
export class FrameReader {
  readonly #client: DemuxerClient;
  /** By which the client knows it: if that held the reader itself, and with it the program's demuxer, this would never be forgotten. */
  readonly #reader: Reader = {};
  readonly #track: VideoTrack;
  readonly #decoder: FrameDecoder;
  readonly #kept = new KeptFrames();
  /** Where decoding began. */
  #key: ReadChunk | null = null;

  constructor(client: DemuxerClient, track: VideoTrack) {
    this.#client = client;
    this.#track = track;
    this.#decoder = new FrameDecoder(track, this.#kept, () => this.#read(), () => client.checkOpen());
    client.closeWithIt.add(this.#kept);
  }

  /** The picture that is shown then. */
  at(time: number): Promise<VideoFrame> {
    return this.#alone(() => this.#found(time));
  }

  /** The pictures of a range, or one a step. */
  between({ start, end, step }: Range): AsyncGenerator<VideoFrame, void> {
    return step === null ? this.#all(start, end) : this.#steps(start, end, step);
  }

  close(): void {
    this.#forget();
    this.#decoder.close();
  }

  async *#all(start: number, end: number): AsyncGenerator<VideoFrame, void> {
    let frame: VideoFrame | null = await this.at(start);
    while (frame && frame.timestamp < end) {
      const { timestamp }: VideoFrame = frame;
      yield frame;
      frame = await this.#alone<VideoFrame | null>(() => this.#after(timestamp));
    }
    frame?.close();
  }

  async *#steps(start: number, end: number, step: number): AsyncGenerator<VideoFrame, void> {
    for (let count = 0, time = start; time < end; count += 1, time = Math.round(start + count * step)) {
      const frame = await this.#alone<VideoFrame | null>(() => (count === 0 ? this.#found(time) : this.#at(time)));
      if (!frame) return;
      yield frame;
    }
  }

  /** A picture for the program. Nobody else moves the file meanwhile, and what fails leaves nothing behind. */
  #alone<T extends VideoFrame | null>(work: () => Promise<T>): Promise<T> {
    return this.#client.alone(this.#reader, async () => {
      try {
        const frame = await work();
        this.#client.checkOpen();
        return (frame && frame.clone()) as T;
      } catch (error) {
        this.#forget();
        this.#client.checkOpen(); // else that is what happened
        throw error;
      }
    });
  }

  async #found(time: number): Promise<VideoFrame> {
    const frame = await this.#at(time);
    if (frame) return frame;
    throw typeError(`the time is ${time} us, the track ends at ${this.#end()} us`);
  }

  /** The picture at a time; null past the end. */
  async #at(time: number): Promise<VideoFrame | null> {
    const current = this.#isElsewhere() ? null : this.#kept.current;
    if (!current || time < current.timestamp) await this.#begin(time);
    else if (time > current.timestamp + FEW * (current.duration || USUAL)) await this.#approach(time);
    const found = (await this.#advance(time)) ?? (await this.#first(time));
    return this.#decoder.hasFrame || time < this.#end() ? found : null;
  }

  /** The picture behind the one that begins then; null at the end. */
  async #after(timestamp: number): Promise<VideoFrame | null> {
    if (this.#isElsewhere() || this.#kept.current?.timestamp !== timestamp) await this.#at(timestamp);
    return (await this.#decoder.first()) && this.#kept.step();
  }

  /** Makes the last picture that begins at or before a time the current one; there may be none. */
  async #advance(time: number): Promise<VideoFrame | null> {
    for (let next; (next = await this.#decoder.first()) && next.timestamp <= time; ) this.#kept.step();
    return this.#kept.current;
  }

  /**
   * Makes the first picture the current one, where all come after a time. Those behind a recovery point that cannot be right are not given
   * out: then an earlier key gives them.
   */
  async #first(time: number): Promise<VideoFrame | null> {
    for (let key; (key = this.#key?.timestamp) !== undefined && key <= time; ) {
      const isFirst = (await this.#begin(key - 1)) >= key;
      const found = await this.#advance(time);
      if (found) return found;
      if (isFirst) break;
    }
    if (await this.#decoder.first()) this.#kept.step();
    await this.#decoder.first();
    return this.#kept.current;
  }

  /** Where the last picture that was decoded ends. */
  #end(): number {
    const { current } = this.#kept;
    if (!current) return 0;
    const rate = this.#track.config.framegate?.framerate;
    return current.timestamp + (current.duration || (rate ? Math.round(1e6 / rate) : USUAL));
  }

  /** Somebody else has moved the demuxer. */
  #isElsewhere(): boolean {
    return this.#client.mover !== this.#reader;
  }

  #forget(): void {
    this.#kept.close();
    this.#key = null;
    this.#decoder.forget();
  }

  /** Goes to the key before a time; gives its time, or the largest of all if there is no chunk. */
  async #begin(time: number): Promise<number> {
    this.#forget();
    await this.#seek(time);
    this.#start(await this.#read());
    return this.#key?.timestamp ?? LATEST;
  }

  #seek(time: number): Promise<void> {
    return this.#client.seek(this.#track.index, Math.max(time, -LATEST), this.#reader);
  }

  #read(): Promise<ReadChunk | null> {
    return this.#client.read(this.#track.index, this.#reader);
  }

  /** Has decoding begin with a chunk that was read just now. */
  #start(key: ReadChunk | null): void {
    this.#forget();
    this.#key = key;
    this.#decoder.start(key);
  }

  /** Goes to the key before a time, unless the decoder is beyond it: then it goes on where it was. */
  async #approach(time: number): Promise<void> {
    await this.#seek(time);
    const key = await this.#read();
    if (!key || !this.#decoder.isBeyond(key)) return this.#start(key);
    for (let chunk: ReadChunk | null = key; chunk; chunk = await this.#read()) {
      if (this.#decoder.hadLast(chunk)) return this.#decoder.goOn();
    }
    await this.#begin(time);
  }
}
