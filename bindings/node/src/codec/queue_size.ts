import { theHub } from './hub';

/** W3C [[encodeQueueSize]] or [[decodeQueueSize]], and the dequeue event when it falls. */
export class QueueSize {
  #value = 0;
  #scheduled = false;
  readonly #fire: () => void;

  constructor(fire: () => void) {
    this.#fire = fire;
  }

  get value(): number {
    return this.#value;
  }

  increment(): void {
    this.#value += 1;
  }

  set(value: number): void {
    const fell = value < this.#value;
    this.#value = value;
    if (fell) this.#schedule();
  }

  /** One event for all that happens until it fires. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    theHub().queueTask(() => {
      this.#scheduled = false;
      this.#fire();
    });
  }
}
