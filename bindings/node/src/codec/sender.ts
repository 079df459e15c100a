import { Deferred } from './deferred';
import { lastError, notSupported } from './failures';
import type { Flushes } from './flushes';
import type { GatedHandle } from './gated_handle';

interface Owner {
  /** The handle has something to do. */
  work(): void;
  /** The codec ends with this error, in a task. */
  failLater(error: Error): void;
}

/** Gives the handle control messages, as long as it has not refused a configuration: then the codec will close. */
export class Sender<Config, Input> {
  readonly #handle: GatedHandle<Config, Input>;
  readonly #flushes: Flushes;
  readonly #owner: Owner;
  #hasRefused = false;

  constructor(handle: GatedHandle<Config, Input>, flushes: Flushes, owner: Owner) {
    this.#handle = handle;
    this.#flushes = flushes;
    this.#owner = owner;
  }

  get hasRefused(): boolean {
    return this.#hasRefused;
  }

  reset(): void {
    this.#hasRefused = false;
  }

  configure(config: Config): void {
    if (this.#hasRefused) return;
    try {
      this.#handle.configure(config);
    } catch (error) {
      this.#refuse(notSupported(error as Error));
    }
  }

  /** W3C: closes in a task, after the outputs of earlier configurations. */
  #refuse(refusal: Error): void {
    this.#hasRefused = true;
    if (!this.#handle.isOpen) {
      this.#owner.failLater(refusal);
      return;
    }
    const before = new Deferred();
    before.promise.then(() => this.#owner.failLater(refusal), () => undefined);
    this.#flushHandle(before);
  }

  flush(promise: Deferred): void {
    if (!this.#handle.isOpen || this.#hasRefused) this.#flushes.add(null, promise);
    else this.#flushHandle(promise);
  }

  #flushHandle(promise: Deferred): void {
    const id = this.#handle.flush();
    if (id < 0 && !this.#handle.hasFailed) {
      promise.reject(lastError(id));
      return;
    }
    this.#flushes.add(id < 0 ? null : id, promise);
    this.#owner.work();
  }

  /** False if the gate is full. Throws what the library says of the input. */
  enqueue(input: Input): boolean {
    return this.#hasRefused || this.#handle.enqueue(input);
  }
}
