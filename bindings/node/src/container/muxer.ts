import { extname } from 'node:path';

import type { EncodedAudioChunkMetadata } from '../codec/audio_encoder';
import type { EncodedVideoChunkMetadata } from '../codec/video_encoder';
import type { EncodedAudioChunk } from '../media/encoded_audio_chunk';
import type { EncodedVideoChunk } from '../media/encoded_video_chunk';
import { domException } from '../native';
import { typeError } from '../native/errors';
import { defineInterface, dictionary, domString, refuseCloning, requireArguments, unsignedLong } from '../webidl';
import type { DemuxedMetadata } from './demuxed';
import { contentsToWrite } from './muxed_chunk';
import { NativeMuxer } from './native_muxer';
import { targetOf, targetPath, type MuxerTarget, type Target } from './target';
import type { AudioTrackConfig, VideoTrackConfig } from './track';

/** `format` is the ending that a file would have; what else there is, the library's fg_muxer_set says. */
export interface MuxerOptions {
  /** "mp4", "mov", "mkv", "webm", "ts", "h264" ... Default: the path's ending. */
  format?: string;
  /** The file's title. */
  title?: string;
  /** The earliest timestamp becomes 0, and all others move with it. Default false: they stay what they are. */
  startAtZero?: boolean;
  /**
   * Of MP4 and MOV: the index comes first, so that players need not look for it at the end. finish() moves everything else then, within
   * the call: the event loop waits. Of a path or memory. Default false.
   */
  faststart?: boolean;
  /**
   * Of MP4 and MOV: microseconds that a fragment lasts at the most. Each is written at once when it is complete, and nothing is gone
   * back to, so that streams can take it. Default: no fragments.
   */
  fragmentDuration?: number;
  /** Other keys of fg_muxer_set. */
  [key: string]: string | number | boolean | undefined;
}

/** What comes with a chunk, from an encoder or a demuxer. */
export type MuxerMetadata = Partial<EncodedVideoChunkMetadata> | Partial<EncodedAudioChunkMetadata> | DemuxedMetadata;

const CREATE = "Failed to execute 'create' on 'Muxer'";
const ADD_TRACK = "Failed to execute 'addTrack' on 'Muxer'";
const WRITE = "Failed to execute 'write' on 'Muxer'";

/**
 * A file that is written. Nothing waits for the target but the promises of write() and finish(), which resolve when it wants more: await
 * each write, and what is in memory is a chunk's. Formats that go back to what they wrote (MP4) need a path or memory.
 *
 * OperationError: the target failed, `cause` is what it threw; nothing more can be written then.
 */
export class Muxer {
  readonly #native: NativeMuxer;
  readonly #target: Target;
  /** What was called before. */
  #before: Promise<unknown> = Promise.resolve();
  #failed: { readonly error: unknown } | null = null;
  #isFinished = false;
  #closing: Promise<void> | null = null;

  static {
    defineInterface(this);
  }

  private constructor(muxer: NativeMuxer, target: Target) {
    if (!(muxer instanceof NativeMuxer)) throw typeError("Failed to construct 'Muxer': Muxer.create() makes one");
    this.#native = muxer;
    this.#target = target;
    refuseCloning(this);
  }

  /** Makes a file: at a path, where an existing one is overwritten, in a stream, or for null in memory. NotSupportedError: no known format. */
  static async create(target: MuxerTarget, options: MuxerOptions = {}): Promise<Muxer> {
    requireArguments(arguments.length, 1, CREATE);
    const open = targetOf(target, CREATE);
    const { format, ...keys } = dictionary(options, CREATE, 'options');
    const name = formatOf(format, targetPath(target, CREATE));
    NativeMuxer.check(name, keys);
    const opened = await open(isTrue(keys['faststart'])).catch((cause: unknown) => {
      throw targetError(cause);
    });
    try {
      return new Muxer(new NativeMuxer(name, keys, opened), opened);
    } catch (error) {
      await opened.abort(error);
      throw error;
    }
  }

  /**
   * Adds a track, before the first write, and gives its number: with an encoder's `metadata.decoderConfig`, or a demuxer's `track.config`,
   * whose chunks then pass through unchanged. In `framegate` it may have a `language` ("eng") and a `framerate`, which says what a picture without a
   * duration lasts.
   *
   * NotSupportedError: this kind of file cannot hold it. InvalidStateError: something was written already.
   */
  addTrack(config: VideoTrackConfig | AudioTrackConfig): number {
    requireArguments(arguments.length, 1, ADD_TRACK);
    this.#checkOpen();
    return this.#native.addTrack(config, ADD_TRACK);
  }

  /**
   * Writes a chunk; those of a track come in decode order. An encoder's metadata says what it encoded beside: alpha, and when to decode.
   *
   * TypeError: no such track, or times run backwards; nothing is written. NotSupportedError, DataError: this file cannot hold the chunk.
   */
  async write(track: number, chunk: EncodedVideoChunk | EncodedAudioChunk, metadata?: MuxerMetadata): Promise<void> {
    requireArguments(arguments.length, 2, WRITE);
    const contents = contentsToWrite(chunk, metadata, WRITE);
    const number = unsignedLong(track, WRITE, 'track');
    await this.#inTurn(() => this.#native.write(number, contents));
  }

  /** Completes the file, without which it cannot be played; of one in memory it gives the bytes. InvalidStateError: finished before, or no track. */
  async finish(): Promise<Buffer | undefined> {
    await this.#inTurn(() => {
      this.#native.finish();
      this.#isFinished = true;
    });
    this.#closing ??= Promise.resolve();
    this.#native.free();
    return this.#reaching(() => this.#target.end());
  }

  /** Closes what is not finished, after what was called before; a stream is aborted. Again is allowed. */
  close(): Promise<void> {
    return (this.#closing ??= this.#before.then(async () => {
      if (this.#isFinished) return;
      this.#native.free();
      await this.#target.abort(this.#failed?.error ?? closed());
    }));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Calls the library when all before is at the target, and takes there what it wrote. */
  #inTurn(call: () => void): Promise<void> {
    const done = this.#before.then(async () => {
      this.#checkOpen();
      try {
        call();
      } catch (error) {
        const { thrown } = this.#native.bytes;
        throw thrown ? this.#fail(thrown.error) : error;
      } finally {
        for (const piece of this.#native.bytes.take()) await this.#reaching(() => this.#target.write(piece));
      }
    });
    this.#before = done.catch(() => undefined);
    return done;
  }

  async #reaching<T>(work: () => Promise<T> | T): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      throw this.#fail(cause);
    }
  }

  #fail(cause: unknown): Error {
    const error = targetError(cause);
    this.#failed ??= { error };
    return error;
  }

  #checkOpen(): void {
    if (this.#closing) throw this.#isFinished ? domException('InvalidStateError', 'the muxer is finished') : closed();
    if (this.#failed) throw domException('InvalidStateError', 'the target failed before: what was written is not complete', this.#failed.error);
  }
}

/** As the library takes it. */
const isTrue = (value: unknown): boolean => String(value) === 'true';

const closed = (): Error => domException('InvalidStateError', 'the muxer is closed');

const targetError = (cause: unknown): Error =>
  domException('OperationError', `the target cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`, cause);

function formatOf(format: unknown, path: string | null): string {
  if (format !== undefined) return domString(format, CREATE, 'format');
  if (path === null) throw typeError(`${CREATE}: format is not set, which all but paths need: "mp4", "webm" ...`);
  return extname(path).slice(1);
}
