import type { HostFile } from './host_io';
import { placeOf } from './host_io';
import { ANSWERED, FAILED, WAITS } from './messages';

/** Asks the program's thread for bytes. */
type Ask = (position: number, address: number, size: number) => void;

/**
 * Bytes that another thread has, which puts them where the library wants them while this one waits. It never waits for this one, so
 * there is an answer, also when it closes.
 */
export class RemoteFile implements HostFile {
  readonly seek?: (offset: number, whence: number) => number;
  readonly #answer: Int32Array;
  readonly #ask: Ask;
  #position = 0;

  /** Without a size it cannot be gone about in. */
  constructor(answers: SharedArrayBuffer, size: number | null, ask: Ask) {
    this.#answer = new Int32Array(answers);
    this.#ask = ask;
    if (size !== null) this.seek = (offset, whence) => (this.#position = placeOf(offset, whence, this.#position, size));
  }

  read(address: number, size: number): number {
    Atomics.store(this.#answer, 0, WAITS);
    this.#ask(this.#position, address, size);
    while (Atomics.load(this.#answer, 0) !== ANSWERED) Atomics.wait(this.#answer, 0, WAITS);
    const count = Atomics.load(this.#answer, 1);
    if (count === FAILED) throw new Error('the program failed to give bytes');
    this.#position += count;
    return count;
  }
}
