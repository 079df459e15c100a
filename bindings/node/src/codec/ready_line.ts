import { Deferred } from './deferred';
import { theHub } from './hub';

interface Gate {
  /** How many slots are free. */
  readonly desiredSize: number;
  /** Whether one is. If not, serve() is to be called when that changes. */
  hasRoom(): boolean;
  /** Nobody waits any more. */
  allServed(): void;
}

/**
 * Promises for a free slot, first come first served. What the program does with its slot is a task of its own, so one is
 * resolved a task: the next one in the next task, if there is a slot left then.
 */
export class ReadyLine {
  #waiting: Deferred[] = [];
  #scheduled = false;
  /** How many were told of a slot, and have not taken it yet. They may never do, so the next task forgets them. */
  #told = 0;
  readonly #gate: Gate;

  constructor(gate: Gate) {
    this.#gate = gate;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Resolved at once if a slot is free, nobody waits, and nobody was told of that slot. */
  join(): Promise<void> {
    if (this.isEmpty && this.#gate.hasRoom() && (this.#told === 0 || this.#told < this.#gate.desiredSize)) {
      this.#told += 1;
      return Promise.resolve();
    }
    const ready = new Deferred();
    this.#waiting.push(ready);
    this.serve();
    return ready.promise;
  }

  /** A slot was taken. */
  taken(): void {
    if (this.#told > 0) this.#told -= 1;
  }

  /** A slot may be free. */
  serve(): void {
    if (this.#scheduled || this.isEmpty || !this.#gate.hasRoom()) return;
    this.#scheduled = true;
    theHub().queueTask(() => {
      this.#scheduled = false;
      if (!this.#gate.hasRoom()) return;
      this.#told = 1;
      this.#waiting.shift()?.resolve();
      if (this.isEmpty) this.#gate.allServed();
      else this.serve();
    });
  }
}
