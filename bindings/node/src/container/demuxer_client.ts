import { copyToMemory, domException, errorOf } from '../native';
import { ANSWER_BYTES, ANSWERED, FAILED, type Failure, type Limits, type ReadChunk, type Reply, type TrackFacts } from './messages';
import { leaveThread, threadFor, type ReadingThread } from './reading_threads';
import type { Bytes } from './source';

interface Waiter {
  resolve(): void;
  reject(error: unknown): void;
}

type Pull = Extract<Reply, { kind: 'pull' }>;

let lastId = 0;

/** A demuxer on a thread that may wait. One call at a time. */
export class DemuxerClient {
  tracks: readonly TrackFacts[] = [];
  title = '';
  readonly #id = (lastId += 1);
  readonly #bytes: Bytes | null;
  readonly #answers = new SharedArrayBuffer(ANSWER_BYTES);
  readonly #words = new Int32Array(this.#answers);
  readonly #thread: ReadingThread;
  readonly #chunks: ReadChunk[] = [];
  /** Whoever waits for the next reply. */
  #waiter: Waiter | null = null;
  /** A request that the thread is not done with. */
  #isBusy = false;
  #isAsked = false;
  #failure: Failure | null = null;
  /** What the source threw. */
  #thrown: { readonly error: unknown } | null = null;
  #ended = false;
  #closing: Promise<void> | null = null;
  #lost: Error | null = null;

  /** `isAlone` says that it may keep its thread waiting. */
  constructor(bytes: Bytes | null, isAlone: boolean) {
    this.#bytes = bytes;
    this.#thread = threadFor(this.#id, this, isAlone);
  }

  async open(path: string | null, limits: Limits): Promise<void> {
    const source = path === null ? { answers: this.#answers, size: this.#bytes!.size } : { path };
    this.#begin({ id: this.#id, kind: 'open', source, limits });
    try {
      await this.#reply();
      this.#throwFailure();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** The next chunk; null at the end. */
  async read(): Promise<ReadChunk | null> {
    for (;;) {
      if (this.#closing) throw closed();
      const chunk = this.#chunks.shift();
      if (chunk) return chunk;
      this.#throwFailure();
      if (this.#ended) return null;
      if (!this.#isBusy) this.#begin({ id: this.#id, kind: 'read' });
      await this.#reply();
    }
  }

  /** A call that waits for the source fails. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    const bytesEnd = this.#bytes?.cancel();
    bytesEnd?.catch(() => undefined);
    this.abandon();
    this.#waiter?.reject(closed());
    if (!this.#lost) {
      this.#thread.count(1);
      this.#thread.send({ id: this.#id, kind: 'close' });
      await new Promise<void>((resolve) => (this.#waiter = { resolve, reject: () => resolve() }));
      this.#thread.count(-1);
    }
    leaveThread(this.#thread, this.#id);
    await bytesEnd;
  }

  #begin(request: Parameters<ReadingThread['send']>[0]): void {
    if (this.#lost) throw this.#lost;
    this.#isBusy = true;
    this.#thread.count(1);
    this.#thread.send(request);
  }

  #reply(): Promise<void> {
    return new Promise((resolve, reject) => (this.#waiter = { resolve, reject }));
  }

  /** A failure of a call, once; that of a stream, which has no other end, again and again. */
  #throwFailure(): void {
    const [failure, thrown] = [this.#failure, this.#thrown];
    const isOver = thrown !== null && this.#bytes!.size === null;
    if (!isOver) this.#failure = this.#thrown = null;
    if (!failure && !(isOver && this.#ended)) return;
    if (!thrown) throw errorOf(failure!.status, failure!.text);
    const reason = `the source cannot be read: ${thrown.error instanceof Error ? thrown.error.message : String(thrown.error)}`;
    throw domException('NotReadableError', reason, thrown.error);
  }

  reply(reply: Reply): void {
    if (this.#closing) this.#replyClosing(reply);
    else if (reply.kind === 'pull') void this.#pull(reply);
    else {
      this.#note(reply);
      this.#settle();
    }
  }

  /** Who waits is told of the last reply alone; what was read before is not wanted. */
  #replyClosing(reply: Reply): void {
    if (reply.kind === 'pull') {
      if (this.#bytes!.mayEnd) this.#thread.count(-1);
      this.#isAsked = true;
      this.#answer(FAILED);
    } else if (reply.kind === 'closed') this.#settle();
    else if (reply.kind !== 'chunks' || reply.isLast) this.#done();
  }

  #note(reply: Exclude<Reply, Pull>): void {
    if (reply.kind === 'opened') ({ tracks: this.tracks, title: this.title } = reply);
    if (reply.kind === 'failed') this.#failure = reply.failure;
    if (reply.kind === 'chunks') {
      this.#chunks.push(...reply.chunks);
      this.#failure = reply.failure;
      this.#ended = reply.ended;
    }
    if (reply.kind !== 'chunks' || reply.isLast) this.#done();
  }

  #done(): void {
    if (!this.#isBusy) return;
    this.#isBusy = false;
    this.#thread.count(-1);
  }

  #settle(): void {
    const waiter = this.#waiter;
    this.#waiter = null;
    waiter?.resolve();
  }

  fail(error: Error): void {
    this.#lost = error;
    this.#done();
    this.#waiter?.reject(error);
  }

  async #pull({ position, address, size }: Pull): Promise<void> {
    this.#isAsked = true;
    if (this.#bytes!.mayEnd) this.#thread.count(-1);
    try {
      const bytes = await this.#bytes!.read(position, size);
      if (this.#isAsked) copyToMemory(address, bytes); // else nobody waits there any more
      this.#answer(bytes.length);
    } catch (error) {
      if (!this.#closing) this.#thrown = { error };
      this.#answer(FAILED);
    }
  }

  /** The thread shall not wait, also if what it asks for is still on the way to here. */
  abandon(): void {
    this.#answer(FAILED);
    this.#putAnswer(FAILED);
  }

  /** Lets the thread go on, if it waits: there are so many bytes where it wanted them. */
  #answer(count: number): void {
    if (!this.#isAsked) return;
    this.#isAsked = false;
    if (this.#bytes!.mayEnd) this.#thread.count(1);
    this.#putAnswer(count);
  }

  #putAnswer(count: number): void {
    Atomics.store(this.#words, 1, count);
    Atomics.store(this.#words, 0, ANSWERED);
    Atomics.notify(this.#words, 0);
  }
}

const closed = (): Error => domException('InvalidStateError', 'the demuxer is closed');
