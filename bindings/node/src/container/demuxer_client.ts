import { domException, errorOf } from '../native';
import { Answers } from './answers';
import { ChunkBuffer, type BufferLimits } from './chunk_buffer';
import type { Failure, FileFacts, Limits, ReadChunk, Reply, Request } from './messages';
import { unpacked } from './packed_chunks';
import { leaveThread, threadFor, type ReadingThread } from './reading_threads';
import type { Bytes } from './source';

interface Waiter {
  resolve(): void;
  reject(error: unknown): void;
}

/** Who reads, or moves: loops, and readers of frames. */
export type Reader = object;

type WithoutId<R> = R extends unknown ? Omit<R, 'id'> : never;

/** So many chunks before those that are here are at their end, a file that makes nobody wait is read on. */
const EARLY_CHUNKS = 32;

let lastId = 0;

/** A demuxer on a thread that may wait. Calls are done there one after the other. */
export class DemuxerClient {
  /** Set by open(). */
  file!: FileFacts;
  /** Who has moved the file's place last. */
  mover: Reader | null = null;
  /** Somebody has read it to its end. */
  isOver = false;
  readonly buffer: ChunkBuffer;
  /** What ends with it. Nothing there may hold the program's demuxer, which would not be forgotten then. */
  readonly closeWithIt = new Set<{ close(): void }>();
  readonly #id = (lastId += 1);
  readonly #answers: Answers | null;
  readonly #thread: ReadingThread;
  readonly #isEarly: boolean;
  /** Those who wait for any reply, to look whether it is theirs. */
  #waiters: Waiter[] = [];
  /** Requests that the thread is not done with. */
  #running = 0;
  #isReading = false;
  #failure: Failure | null = null;
  #ended = false;
  #seeks = 0;
  /** While somebody moves about alone. */
  #alone: { readonly reader: Reader; readonly done: Promise<void> } | null = null;
  #closing: Promise<void> | null = null;
  #lost: Error | null = null;

  /** `isAlone` says that it may keep its thread waiting. */
  constructor(bytes: Bytes | null, isAlone: boolean, limits: BufferLimits) {
    this.buffer = new ChunkBuffer(limits);
    this.#thread = threadFor(this.#id, this, isAlone);
    this.#isEarly = !isAlone;
    this.#answers = bytes && new Answers(bytes, this.#thread);
  }

  get isClosed(): boolean {
    return this.#closing !== null;
  }

  async open(path: string | null, limits: Limits): Promise<void> {
    const source = path === null ? { answers: this.#answers!.shared, size: this.#answers!.size } : { path };
    try {
      this.#begin({ kind: 'open', source, limits });
      await this.#reply();
      this.#throwFailure();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** The next chunk of a track, or of any for null; null at the end. OperationError: too much is kept of other tracks. */
  async read(track: number | null, reader: Reader): Promise<ReadChunk | null> {
    for (;;) {
      this.checkOpen();
      if (this.#alone && this.#alone.reader !== reader) await this.#alone.done;
      else {
        this.mover = reader;
        const chunk = this.buffer.take(track);
        if (chunk) {
          if (this.#isEarly && this.buffer.aheadCount < EARLY_CHUNKS && !this.#ended && !this.#failure) this.#more();
          return chunk;
        }
        this.#throwFailure();
        if (this.#ended) {
          this.isOver = true;
          return null;
        }
        this.#more();
        await this.#reply();
      }
    }
  }

  #more(): void {
    if (!this.#isReading) this.#begin({ kind: 'read' });
    this.#isReading = true;
  }

  /** Has the others wait. */
  async alone<T>(reader: Reader, work: () => Promise<T>): Promise<T> {
    while (this.#alone) await this.#alone.done;
    let end!: () => void;
    this.#alone = { reader, done: new Promise((resolve) => (end = resolve)) };
    try {
      return await work();
    } finally {
      this.#alone = null;
      end();
    }
  }

  /** Goes to a key chunk; whoever calls it is alone. If it fails, reading goes on where it was. */
  async seek(track: number, timestamp: number, reader: Reader): Promise<void> {
    this.checkOpen();
    const seeks = this.#seeks;
    this.#begin({ kind: 'seek', track, timestamp });
    while (this.#seeks === seeks) await this.#reply();
    this.#throwFailure();
    this.mover = reader;
  }

  /** A call that waits for the source fails. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    const bytesEnd = this.#answers?.cancel();
    bytesEnd?.catch(() => undefined);
    this.abandon();
    for (const owned of this.closeWithIt) owned.close();
    this.#settle((waiter) => waiter.reject(closed()));
    if (!this.#lost) {
      this.#thread.count(1);
      this.#thread.send({ id: this.#id, kind: 'close' });
      await this.#reply().catch(() => undefined); // of the thread's, that it was lost
      this.#thread.count(-1);
    }
    leaveThread(this.#thread, this.#id);
    await bytesEnd;
  }

  /** InvalidStateError: it is closed. */
  checkOpen(): void {
    if (this.#closing) throw closed();
  }

  #begin(request: WithoutId<Request>): void {
    if (this.#lost) throw this.#lost;
    this.#running += 1;
    this.#thread.count(1);
    this.#thread.send({ ...request, id: this.#id } as Request);
  }

  #reply(): Promise<void> {
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  #settle(how: (waiter: Waiter) => void): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    waiters.forEach(how);
  }

  /** A failure of a call, once; that of a stream, which has no other end, again and again. */
  #throwFailure(): void {
    const [failure, thrown] = [this.#failure, this.#answers?.thrown ?? null];
    const isOver = thrown !== null && this.#answers!.size === null;
    if (!isOver) {
      this.#failure = null;
      if (this.#answers) this.#answers.thrown = null;
    }
    if (!failure && !(isOver && this.#ended)) return;
    if (!thrown) throw errorOf(failure!.status, failure!.text);
    const reason = `the source cannot be read: ${thrown.error instanceof Error ? thrown.error.message : String(thrown.error)}`;
    throw domException('NotReadableError', reason, thrown.error);
  }

  reply(reply: Reply): void {
    if (reply.kind === 'pull') this.#pull(reply);
    else if (!this.#closing) {
      this.#note(reply);
      this.#settle((waiter) => waiter.resolve());
    } else if (reply.kind === 'closed') this.#settle((waiter) => waiter.resolve());
    else if (reply.kind !== 'chunks' || reply.isLast) this.#done(); // what was read before is not wanted
  }

  #pull(pull: Extract<Reply, { kind: 'pull' }>): void {
    if (this.#closing) this.#answers!.refuse();
    else void this.#answers!.give(pull);
  }

  #note(reply: Exclude<Reply, { kind: 'pull' }>): void {
    if (reply.kind === 'opened') this.file = reply.file;
    if (reply.kind === 'failed') this.#failure = reply.failure;
    if (reply.kind === 'sought') this.#noteSeek(reply.failure);
    if (reply.kind === 'chunks') {
      this.buffer.add(reply.chunks.map(unpacked));
      this.#failure = reply.failure;
      this.#ended = reply.ended;
      if (reply.isLast) this.#isReading = false;
    }
    if (reply.kind !== 'chunks' || reply.isLast) this.#done();
  }

  #noteSeek(failure: Failure | null): void {
    this.#seeks += 1;
    this.#failure = failure;
    if (failure) return;
    this.buffer.clear();
    this.#ended = this.isOver = false;
  }

  #done(): void {
    if (this.#running === 0) return;
    this.#running -= 1;
    this.#thread.count(-1);
  }

  fail(error: Error): void {
    this.#lost = error;
    while (this.#running > 0) this.#done();
    this.#settle((waiter) => waiter.reject(error));
  }

  abandon(): void {
    this.#answers?.abandon();
  }
}

const closed = (): Error => domException('InvalidStateError', 'the demuxer is closed');
