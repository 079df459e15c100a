import { theHub } from './hub';

interface Queue {
  /** What is queued now. */
  count(): number;
  /** The codec's member of the hub is to enter the line when there is less. */
  awaitChange(): void;
  /** Fires the dequeue event. */
  fire(): void;
}

/**
 * W3C [[encodeQueueSize]] or [[decodeQueueSize]], as the program sees it. It falls together with its dequeue event, in the same
 * task, so that the event finds it smaller than whoever looked before. Until the program first looks nothing is counted.
 */
export class QueueSize {
  #value = 0;
  #watched = false;
  #scheduled = false;
  readonly #queue: Queue;

  constructor(queue: Queue) {
    this.#queue = queue;
  }

  /** What is queued now. */
  count(): number {
    return this.#queue.count();
  }

  get value(): number {
    this.watch();
    return this.#value;
  }

  /** Whether the program looks, and there is something left to tell it. */
  get mayFall(): boolean {
    return this.#watched && this.#value > 0;
  }

  /** From now on the program looks. */
  watch(): void {
    if (this.#watched) return;
    this.#watched = true;
    this.#value = this.count();
  }

  /** What is counted went up by one. */
  increment(): void {
    if (this.#watched) this.#value += 1;
  }

  /** And was taken back. */
  decrement(): void {
    if (this.mayFall) this.#value -= 1;
  }

  /** The task of a dequeue event: tells of all that the codec has begun with since. False if that is nothing. */
  update(): boolean {
    if (!this.mayFall) return false;
    this.#queue.awaitChange();
    const now = this.count();
    if (now >= this.#value) return false;
    this.#value = now;
    this.#queue.fire();
    return true;
  }

  /** Nothing is queued any more, and the event follows. */
  clear(): void {
    const fell = this.mayFall;
    this.#value = 0;
    if (!fell || this.#scheduled) return;
    this.#scheduled = true;
    theHub().queueTask(() => {
      this.#scheduled = false;
      this.#queue.fire();
    });
  }
}
