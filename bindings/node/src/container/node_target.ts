import type { Writable } from 'node:stream';

import type { Piece } from './muxed_bytes';
import type { Target } from './target';

/** Whether it is a Writable, or what Node makes like one (an HTTP response). */
export const isNodeWritable = (target: unknown): target is Writable =>
  typeof target === 'object' &&
  target !== null &&
  ['write', 'end', 'destroy', 'once'].every((name) => typeof (target as unknown as Record<string, unknown>)[name] === 'function');

/** A Writable, one write at a time: the stream's backpressure is the muxer's. */
export class NodeTarget implements Target {
  readonly canSeek = false;
  readonly #stream: Writable;
  #error: unknown = null;

  constructor(stream: Writable) {
    this.#stream = stream;
    stream.on('error', (error) => (this.#error ??= error)); // told by the call that it fails
  }

  write({ bytes }: Piece): Promise<void> {
    return this.#done((callback) => this.#stream.write(bytes, callback));
  }

  async end(): Promise<undefined> {
    await this.#done((callback) => this.#stream.end(callback));
    return undefined;
  }

  async abort(reason: unknown): Promise<void> {
    this.#stream.destroy(reason as Error);
  }

  /** Not every stream calls back once it is closed. */
  #done(call: (callback: (error?: Error | null) => void) => unknown): Promise<void> {
    return new Promise((resolve, reject) => {
      const lost = (): void => reject(this.#error ?? new Error('the stream was closed'));
      if (this.#stream.destroyed) return lost();
      this.#stream.once('close', lost);
      call((error) => {
        this.#stream.off('close', lost);
        if (error) reject(error);
        else resolve();
      });
    });
  }
}
