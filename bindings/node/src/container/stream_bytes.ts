import { ReadableStream } from 'node:stream/web';

import { typeError } from '../native/errors';
import { bufferSource, isBufferSource } from '../webidl';
import type { Bytes } from './source';

/** A ReadableStream, a Readable, or any other async iterable of bytes. */
export type ByteIterable = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/** What gives chunks, and is told to stop. */
interface Tap {
  next(): Promise<{ readonly done?: boolean | undefined; readonly value?: unknown }>;
  cancel(): Promise<unknown>;
}

/** Bytes as they come. No chunk of them is asked for before those that came were read. */
export class StreamBytes implements Bytes {
  readonly size = null;
  readonly mayEnd = true;
  readonly #tap: Tap;
  #left = new Uint8Array(0);
  /** What it failed with, once and for all. */
  #failed: { readonly error: unknown } | null = null;

  static takes(source: unknown): source is ByteIterable {
    return typeof source === 'object' && source !== null && Symbol.asyncIterator in source;
  }

  constructor(source: ByteIterable) {
    this.#tap = source instanceof ReadableStream ? tapOfStream(source) : tapOfIterable(source);
  }

  async read(_position: number, size: number): Promise<Uint8Array> {
    if (this.#failed) throw this.#failed.error;
    try {
      while (this.#left.length === 0) {
        const { done, value } = await this.#tap.next();
        if (done) return this.#left;
        if (!isBufferSource(value)) throw typeError(`the stream gave ${value === null ? 'null' : typeof value}, bytes are needed`);
        this.#left = bufferSource(value, 'the stream', 'a chunk') as Uint8Array<ArrayBuffer>;
      }
    } catch (error) {
      this.#failed = { error };
      throw error;
    }
    const some = this.#left.subarray(0, size);
    this.#left = this.#left.subarray(some.length);
    return some;
  }

  async cancel(): Promise<void> {
    if (!this.#failed) await this.#tap.cancel();
  }
}

function tapOfStream(stream: ReadableStream<unknown>): Tap {
  const reader = stream.getReader();
  return { next: () => reader.read(), cancel: () => reader.cancel() };
}

/** Iterables may be told to stop only between two chunks, so nobody waits for it; a Readable is stopped at once. */
function tapOfIterable(source: AsyncIterable<unknown> & { destroy?(): void }): Tap {
  const iterator = source[Symbol.asyncIterator]();
  return {
    next: () => iterator.next(),
    async cancel() {
      source.destroy?.();
      iterator.return?.().catch(() => undefined);
    },
  };
}
