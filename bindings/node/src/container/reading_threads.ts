/** Threads that wait for files, so that the event loop need not. */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

import { atExit } from '../process';
import { RUNS, STOPS, type Reply, type Request } from './messages';

/** How many threads share the files that make nobody wait for long; every other file has one of its own. */
const MOST_SHARED = 4;
/** How many are kept for the next file. */
const MOST_IDLE = 2;

/** Who has a file read. */
export interface Client {
  reply(reply: Reply): void;
  /** It gives its thread nothing more. */
  abandon(): void;
  /** The thread has ended. */
  fail(error: Error): void;
}

class ReadingThread {
  readonly clients = new Map<number, Client>();
  /** It reads what may keep it waiting. */
  isAlone = false;
  readonly #flags = new Int32Array(new SharedArrayBuffer(8));
  readonly #worker = new Worker(join(__dirname, 'reading_thread.js'), { execArgv: [], workerData: this.#flags.buffer });
  /** Calls that keep the process alive. */
  #running = 0;

  constructor() {
    this.#worker.unref();
    this.#worker.on('message', (reply: Reply) => this.clients.get(reply.id)?.reply(reply));
    this.#worker.on('error', (error) => {
      threads.delete(this);
      for (const client of this.clients.values()) client.fail(error);
    });
  }

  send(request: Request): void {
    this.#worker.postMessage(request);
  }

  /** While more than 0, the process stays. */
  count(change: 1 | -1): void {
    this.#running += change;
    if (this.#running === 0) this.#worker.unref();
    else this.#worker.ref();
  }

  end(): void {
    this.#worker.postMessage(null);
  }

  /** The process ends: the thread begins with nothing more. */
  stop(): void {
    Atomics.store(this.#flags, STOPS, 1);
    for (const client of this.clients.values()) client.abandon();
  }

  /** Waits until it is in no call of the library: its JavaScript, which the call may need, is about to be ended. */
  wait(): void {
    while (Atomics.load(this.#flags, RUNS) === 1) Atomics.wait(this.#flags, RUNS, 1);
  }
}
export type { ReadingThread };

const threads = new Set<ReadingThread>();

function stopAll(): void {
  for (const thread of threads) thread.stop();
  for (const thread of threads) thread.wait();
}
atExit(stopAll);

const idle = (): ReadingThread[] => [...threads].filter(({ clients }) => clients.size === 0);

/** A thread for a file that may keep it waiting, or may not. */
export function threadFor(id: number, client: Client, isAlone: boolean): ReadingThread {
  const thread = (isAlone ? idle()[0] : sharedThread()) ?? new ReadingThread();
  threads.add(thread);
  thread.isAlone = isAlone;
  thread.clients.set(id, client);
  return thread;
}

/** The one with least to do, unless there may be another. */
function sharedThread(): ReadingThread | undefined {
  const shared = [...threads].filter(({ isAlone, clients }) => !isAlone || clients.size === 0);
  const least = shared.sort((a, b) => a.clients.size - b.clients.size)[0];
  return least && (least.clients.size === 0 || shared.length >= MOST_SHARED) ? least : undefined;
}

/** The file was closed. */
export function leaveThread(thread: ReadingThread, id: number): void {
  thread.clients.delete(id);
  if (thread.clients.size > 0 || idle().length <= MOST_IDLE) return;
  threads.delete(thread);
  thread.end();
}
