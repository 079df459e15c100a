import { sweepHostMemory } from '../media/host_memory';
import { FG, Output } from '../native';
import { failureOf } from './failures';
import type { Flushes } from './flushes';
import type { GatedHandle } from './gated_handle';
import { theHub } from './hub';
import type { QueueSize } from './queue_size';

interface Owner {
  /** A slot may be free. */
  afterChange(): void;
  /** The codec has failed. */
  fail(error: Error): void;
}

/** Reused by all codecs: nothing in it is needed once a callback runs. */
const output = new Output();

/**
 * Where the handle's outputs come out, one at a time, each when its callback is about to run. Its slot is free when the callback has
 * returned, or with release `close` when the program has closed what it got.
 */
export class Outlet<Config, Input> {
  readonly #handle: GatedHandle<Config, Input>;
  readonly #flushes: Flushes;
  readonly #queue: QueueSize;
  readonly #owner: Owner;

  constructor(handle: GatedHandle<Config, Input>, flushes: Flushes, queue: QueueSize, owner: Owner) {
    this.#handle = handle;
    this.#flushes = flushes;
    this.#queue = queue;
    this.#owner = owner;
  }

  /** Brings one output to whom it is for, if there is one. A status: FG.OK if there was. */
  poll(): number {
    const status = this.#handle.poll(output);
    if (status === FG.OK) this.#dispatch();
    return status;
  }

  /** Waits for a slot or an output, whichever is first. */
  makeRoom(): void {
    if (this.#handle.makeRoom(output)) this.#dispatch();
  }

  #dispatch(): void {
    sweepHostMemory(); // what comes out has gone in before
    switch (output.kind) {
      case FG.OUTPUT_FLUSHED:
        this.#flushed(output.flush_id);
        return;
      case FG.OUTPUT_ERROR:
        this.#owner.fail(failureOf(output.status, this.#handle.error));
        return;
      default:
        this.#handle.deliver(output);
        this.#owner.afterChange();
    }
  }

  /** The dequeue event of what was flushed comes before, in a task of its own. */
  #flushed(id: number): void {
    if (!this.#queue.mayFall) {
      this.#flushes.resolve(id);
      return;
    }
    theHub().queueTask(() => this.#queue.update());
    theHub().queueTask(() => this.#flushes.resolve(id));
  }
}
