import { Deferred } from './deferred';
import { theHub } from './hub';

/**
 * Promises for a free slot, first come first served. What the program does with its slot is a task of its own, so one is
 * resolved a task: the next one in the next task, if there is a slot left then.
 */
export class ReadyLine {
  #waiting: Deferred[] = [];
  #scheduled = false;
  readonly #hasRoom: () => boolean;

  /** `hasRoom` says whether a slot is free, and sees to it that serve() is called when that changes. */
  constructor(hasRoom: () => boolean) {
    this.#hasRoom = hasRoom;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Resolved at once if a slot is free and nobody waits. */
  join(): Promise<void> {
    if (this.isEmpty && this.#hasRoom()) return Promise.resolve();
    const ready = new Deferred();
    this.#waiting.push(ready);
    return ready.promise;
  }

  /** A slot may be free. */
  serve(): void {
    if (this.#scheduled || this.isEmpty || !this.#hasRoom()) return;
    this.#scheduled = true;
    theHub().queueTask(() => {
      this.#scheduled = false;
      if (!this.#hasRoom()) return;
      this.#waiting.shift()?.resolve();
      this.serve();
    });
  }
}
