import { theHub } from './hub';

/** The time between two resets of a codec: what was begun in one that has ended is over. */
export class Era {
  #number = 0;

  /** The next one begins. */
  end(): void {
    this.#number += 1;
  }

  /** Runs code in a task, unless the era ends before. */
  queueTask(code: () => void): void {
    const number = this.#number;
    theHub().queueTask(() => {
      if (number === this.#number) code();
    });
  }
}
