import { Deferred } from './deferred';

/** W3C [[pending flush promises]], by the numbers that the library gave. */
export class Flushes {
  /** Those that cannot arrive any more have no number: they end with the codec. */
  #pending: { id: number | null; promise: Deferred }[] = [];

  add(id: number | null, promise: Deferred): void {
    this.#pending.push({ id, promise });
  }

  resolve(id: number): void {
    const settled = this.#pending.filter((flush) => flush.id === id);
    this.#pending = this.#pending.filter((flush) => flush.id !== id);
    for (const { promise } of settled) promise.resolve();
  }

  rejectAll(reason: Error): void {
    const pending = this.#pending;
    this.#pending = [];
    for (const { promise } of pending) promise.reject(reason);
  }
}
