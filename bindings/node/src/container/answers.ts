import { copyToMemory } from '../native';
import { ANSWER_BYTES, ANSWERED, FAILED, type Reply } from './messages';
import type { ReadingThread } from './reading_threads';
import type { Bytes } from './source';

type Pull = Extract<Reply, { kind: 'pull' }>;

/** The bytes of a source that a thread waits for. */
export class Answers {
  readonly shared = new SharedArrayBuffer(ANSWER_BYTES);
  /** What the source threw. */
  thrown: { readonly error: unknown } | null = null;
  readonly #words = new Int32Array(this.shared);
  readonly #bytes: Bytes;
  readonly #thread: ReadingThread;
  #isAsked = false;

  constructor(bytes: Bytes, thread: ReadingThread) {
    this.#bytes = bytes;
    this.#thread = thread;
  }

  /** How many bytes there are; null where they come one after the other. */
  get size(): number | null {
    return this.#bytes.size;
  }

  cancel(): Promise<void> {
    return this.#bytes.cancel();
  }

  async give({ position, address, size }: Pull): Promise<void> {
    this.#ask();
    try {
      const bytes = await this.#bytes.read(position, size);
      if (this.#isAsked) copyToMemory(address, bytes); // else nobody waits there any more
      this.#answer(bytes.length);
    } catch (error) {
      if (this.#isAsked) this.thrown = { error };
      this.#answer(FAILED);
    }
  }

  /** There are no bytes any more. */
  refuse(): void {
    this.#ask();
    this.#answer(FAILED);
  }

  /** The thread shall not wait, also if what it asks for is still on the way to here. */
  abandon(): void {
    this.#answer(FAILED);
    this.#put(FAILED);
  }

  #ask(): void {
    this.#isAsked = true;
    if (this.#bytes.mayEnd) this.#thread.count(-1);
  }

  /** Lets the thread go on, if it waits: there are so many bytes where it wanted them. */
  #answer(count: number): void {
    if (!this.#isAsked) return;
    this.#isAsked = false;
    if (this.#bytes.mayEnd) this.#thread.count(1);
    this.#put(count);
  }

  #put(count: number): void {
    Atomics.store(this.#words, 1, count);
    Atomics.store(this.#words, 0, ANSWERED);
    Atomics.notify(this.#words, 0);
  }
}
