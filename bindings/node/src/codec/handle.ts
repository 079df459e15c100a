/** An fg_encoder or fg_decoder, which have the same functions but for enqueue. */
import { isMainThread } from 'node:worker_threads';

import { isHostMemoryLent, sweepHostMemory } from '../media/host_memory';
import { native, ResultSlot, Stats, type Output } from '../native';
import { lazyObject } from '../native/lazy';
import { atExit } from '../process';
import { theHub, type Member } from './hub';

const VERBS = ['new', 'configure', 'flush', 'poll', 'wait', 'reset', 'close', 'free', 'stats', 'error', 'join'] as const;
type Verb = (typeof VERBS)[number];

/** The functions of one kind of handle. */
export type HandleFunctions = { readonly [V in Verb]: (typeof native)[`fg_encoder_${V}`] };

const functionsOf = (kind: 'encoder' | 'decoder'): HandleFunctions =>
  lazyObject(VERBS, (verb) => native[`fg_${kind}_${verb}`]) as HandleFunctions;

export const ENCODER = functionsOf('encoder');
export const DECODER = functionsOf('decoder');

const ERROR_TEXT_SIZE = 1024;
const slot = new ResultSlot();
const stats = new Stats();
const errorText = Buffer.alloc(ERROR_TEXT_SIZE);

/** Handles that are not freed yet, of this thread. */
const open = new Set<Handle>();

export class Handle {
  readonly pointer: number;
  /** Its key in the hub. */
  readonly key: number;
  readonly #functions: HandleFunctions;

  /** `member` hears of what changes. */
  constructor(functions: HandleFunctions, pointer: number, member: Member) {
    this.#functions = functions;
    this.pointer = pointer;
    this.key = theHub().join(member, (set, key) => functions.join(pointer, set, key));
    open.add(this);
    if (over) functions.close(pointer);
    else closeAllAtExit();
  }

  configure(config: number): number {
    return this.#functions.configure(this.pointer, config);
  }

  poll(output: Output): number {
    return this.#functions.poll(this.pointer, output.bytes, 0);
  }

  /** What of `want` is ready: 0 if nothing is, and that has armed the wake; negative if it failed. */
  wait(want: number, timeoutMs: 0 | -1): number {
    const status = this.#functions.wait(this.pointer, want, slot.bytes, timeoutMs);
    return status === 0 ? slot.value32 : Math.min(status, 0);
  }

  /** The number of the flush, or a negative status. */
  flush(): number {
    const status = this.#functions.flush(this.pointer, slot.bytes);
    return status === 0 ? slot.value : status;
  }

  reset(): number {
    return this.#functions.reset(this.pointer);
  }

  /** The statistics, valid until they are asked for again. */
  stats(): Stats {
    this.#functions.stats(this.pointer, stats.bytes);
    return stats;
  }

  /** The text of the codec's failure; "" if it has not failed. */
  error(): string {
    this.#functions.error(this.pointer, errorText, ERROR_TEXT_SIZE);
    return errorText.toString('utf8', 0, errorText.indexOf(0));
  }

  /** Closes it at once. It is freed when its thread has ended, so that nothing here waits for the codec. */
  close(): void {
    if (!open.has(this)) return;
    this.#functions.close(this.pointer);
    theHub().retire(this.key, () => this.#free());
  }

  #free(): void {
    if (!open.delete(this)) return;
    this.#functions.free(this.pointer);
    sweepHostMemory(Infinity); // its frames have gone
  }

  static closeAll(): void {
    for (const handle of open) handle.#functions.close(handle.pointer);
  }

  /** Waits until the threads of all closed ones have ended. */
  static awaitAll(): void {
    if (open.size > 0) theHub().awaitEnds(new Set(Array.from(open, ({ key }) => key)));
  }
}

/** The program, or this worker, ends: nothing may begin any more. */
let over = false;
let closesAtExit = false;

/**
 * At the end all handles are closed. None is freed: the program may still have listeners to run, which find them closed, and
 * the library frees them with the thread. A process that ends waits for no codec, which may be long at its frame, but for
 * one that may be reading JavaScript's memory when that goes, which is so when the event loop has run out of work and not
 * in process.exit(). A worker waits: when it has ended, so have its codecs' threads.
 */
function closeAllAtExit(): void {
  if (closesAtExit) return;
  closesAtExit = true;
  atExit(end);
}

function end(ranOut: boolean): void {
  over = true;
  Handle.closeAll();
  if (!isMainThread || (ranOut && isHostMemoryLent())) Handle.awaitAll();
}

