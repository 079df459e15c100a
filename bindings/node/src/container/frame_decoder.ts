import { VideoDecoder } from '../codec/video_decoder';
import type { VideoFrame } from '../media/video_frame';
import { demuxed, type DemuxedVideo } from './demuxed';
import type { KeptFrames } from './kept_frames';
import type { ReadChunk } from './messages';
import type { VideoTrack } from './track';

/** What is decoded beyond the picture that is asked for is for nothing, if the next one is elsewhere. */
const SLOTS = 4;

/** A decoder that is given a track's chunks as its pictures are asked for. */
export class FrameDecoder {
  readonly #track: VideoTrack;
  readonly #read: () => Promise<ReadChunk | null>;
  readonly #checkOpen: () => void;
  #decoder: VideoDecoder | null = null;
  #failed: Error | null = null;
  readonly #kept: KeptFrames;
  /** Is given next, before others are read. */
  #pending: ReadChunk | null = null;
  /** What the decoder was given last. */
  #last: ReadChunk | null = null;
  /** The latest time that it was given. */
  #newest = -Infinity;
  #isFlushed = false;

  /** What is decoded becomes the next of those kept. `checkOpen` throws when the file is closed. */
  constructor(track: VideoTrack, kept: KeptFrames, read: () => Promise<ReadChunk | null>, checkOpen: () => void) {
    this.#track = track;
    this.#kept = kept;
    this.#read = read;
    this.#checkOpen = checkOpen;
  }

  /** Drops what was decoded. It is to be started again. */
  forget(): void {
    this.#kept.closeNext();
    this.#pending = this.#last = null;
    this.#newest = -Infinity;
    this.#isFlushed = false;
  }

  /** Begins with a chunk; null if there is none. */
  start(chunk: ReadChunk | null): void {
    this.forget();
    if (!this.#decoder || this.#decoder.state === 'closed') this.#decoder = this.#made();
    else this.#decoder.reset();
    this.#decoder.configure(this.#track.config);
    this.#pending = chunk;
  }

  #made(): VideoDecoder {
    this.#failed = null;
    const output = (frame: VideoFrame): void => void this.#kept.next.push(frame);
    return new VideoDecoder({ slots: SLOTS, output, error: (error) => (this.#failed = error) });
  }

  /** A picture is there, so that first() gives it. */
  get hasFrame(): boolean {
    return this.#kept.next.length > 0;
  }

  /** The next picture, which stays here; null at the end. */
  async first(): Promise<VideoFrame | null> {
    while (!this.hasFrame && !this.#isFlushed) await this.#feed(this.#decoder!);
    return this.#kept.next[0] ?? null;
  }

  /** Gives the decoder one chunk more, when it has room for it; or has it give all that is left. */
  async #feed(decoder: VideoDecoder): Promise<void> {
    this.#pending ??= await this.#read();
    if (!this.#pending) return this.#flush(decoder);
    await decoder.ready;
    this.#check();
    const chunk = this.#pending;
    this.#pending = null;
    if (this.#isGiven(decoder, chunk)) {
      this.#last = chunk;
      this.#newest = Math.max(this.#newest, chunk.timestamp);
    }
  }

  /** False for a chunk with which decoding cannot begin: it is passed over. */
  #isGiven(decoder: VideoDecoder, chunk: ReadChunk): boolean {
    if (!this.#last && !chunk.isKey) return false;
    try {
      decoder.decode((demuxed(this.#track, chunk) as DemuxedVideo).chunk);
      return true;
    } catch (error) {
      if (this.#last || (error as Error).name !== 'DataError') throw error;
      return false;
    }
  }

  async #flush(decoder: VideoDecoder): Promise<void> {
    try {
      await decoder.flush();
      this.#isFlushed = true;
    } catch (error) {
      this.#check();
      throw error;
    }
  }

  #check(): void {
    this.#checkOpen();
    if (this.#failed) throw this.#failed;
  }

  /** It was given a chunk of that time, or later, and may be given more. */
  isBeyond(key: ReadChunk): boolean {
    return !this.#isFlushed && this.#last !== null && key.timestamp <= this.#newest;
  }

  /** Whether it is the chunk that the decoder was given last. */
  hadLast(chunk: ReadChunk): boolean {
    return this.#last!.timestamp === chunk.timestamp && Buffer.compare(this.#last!.data, chunk.data) === 0;
  }

  /** The file is read behind the last chunk again: what was read ahead comes again. */
  goOn(): void {
    this.#pending = null;
  }

  close(): void {
    this.forget();
    if (this.#decoder && this.#decoder.state !== 'closed') this.#decoder.close();
  }
}
