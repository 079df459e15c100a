/**
 * One hub a JavaScript thread: one wait set for all its codecs, its descriptor in one socket, and the line in which
 * the program's callbacks wait for their turn.
 *
 * Every callback runs as a task of its own, so that microtasks run between two of them; one turn of the event loop
 * runs one callback, so that I/O is never further away than that; and whoever stands in line longest comes first.
 *
 * The socket keeps the process alive only while a codec has work: a program ends by itself, but not before its
 * outputs were delivered. With the last codec the hub goes, too: test runners load a package anew for each file of a process.
 */
import * as timers from 'node:timers';

import { check, FG, native, ResultSlot } from '../native';
import { wakeSocket, type WakeSocket } from './wake_socket';

/** Something that waits in line. */
export interface Task {
  /** Does one step. True if it ran code of the program. A member that has more to do enters the line again. */
  run(): boolean;
}

/** A codec that joined. */
export interface Member extends Task {
  /** Maintained by the hub. */
  inLine: boolean;
}

/** Node's own, as it was when this was loaded: what tests put in its place later does not run by itself. */
const { setImmediate } = timers;

/** How many tasks that run no code of the program one turn of the event loop may do. */
const QUIET_TASKS = 64;
const KEYS_AT_ONCE = 256;

class Hub {
  readonly #set: number;
  readonly #socket: WakeSocket;
  readonly #members = new Map<number, WeakRef<Member>>();
  readonly #retired = new Map<number, () => void>();
  /** Those with work under way, and whether the process stays alive for it. */
  readonly #working = new Map<Member, boolean>();
  #alive = 0;
  readonly #keys = new Uint32Array(KEYS_AT_ONCE * 2);
  readonly #keyBytes = new Uint8Array(this.#keys.buffer);
  readonly #count = new ResultSlot();
  #line: Task[] = [];
  #first = 0;
  #scheduled = false;
  #lastKey = 0;

  constructor() {
    const slot = new ResultSlot();
    check(native.fg_waitset_new_for_thread(slot.bytes)); // a worker that is terminated frees nothing itself
    this.#set = slot.value;
    check(native.fg_waitset_fd(this.#set, slot.bytes));
    this.#socket = wakeSocket(slot.value32, () => this.#onWake());
    this.#takeKeys(); // arms the descriptor
  }

  /** Gives the key of a new member. */
  join(member: Member, join: (set: number, key: number) => number): number {
    this.#lastKey += 1;
    const key = this.#lastKey;
    check(join(this.#set, key));
    this.#members.set(key, new WeakRef(member));
    return key;
  }

  /** A closed handle's key comes up once more, when its thread has ended: then it can be freed without waiting. */
  retire(key: number, free: () => void): void {
    this.#members.delete(key);
    this.#retired.set(key, free);
  }

  /** Waits until the threads of closed handles have ended. No callback runs any more. */
  awaitEnds(keys: Set<number>): void {
    while (keys.size > 0) {
      check(native.fg_waitset_wait(this.#set, this.#keyBytes, KEYS_AT_ONCE, this.#count.bytes, -1));
      for (let i = 0; i < this.#count.value; i += 1) keys.delete(this.#keys[2 * i]!);
    }
  }

  /**
   * Says whether a member has work under way. While it has, the member stays reachable, and the process alive unless the
   * work waits for the program alone.
   */
  setWorking(member: Member, working: boolean, alive = working): void {
    const before = this.#alive;
    this.#alive += Number(alive) - Number(this.#working.get(member) ?? false);
    if (working) this.#working.set(member, alive);
    else this.#working.delete(member);
    if (before === 0 && this.#alive > 0) this.#socket.ref();
    if (before > 0 && this.#alive === 0) this.#socket.unref();
  }

  /** Puts a member in line, unless it stands there. */
  enter(member: Member): void {
    if (member.inLine) return;
    member.inLine = true;
    this.#push(member);
  }

  /** Runs code of the program as a task. */
  queueTask(code: () => void): void {
    this.#push({
      run: () => {
        code();
        return true;
      },
    });
  }

  #push(task: Task): void {
    this.#line.push(task);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(this.#turn);
  }

  #next(): Task | undefined {
    const task = this.#line[this.#first];
    this.#first += 1;
    if (this.#first >= this.#line.length) {
      this.#line = [];
      this.#first = 0;
    }
    return task;
  }

  readonly #turn = (): void => {
    this.#scheduled = false;
    try {
      for (let quiet = 0; quiet < QUIET_TASKS; quiet += 1) {
        const task = this.#next();
        if (task === undefined) return;
        if ('inLine' in task) task.inLine = false;
        if (task.run()) return;
      }
    } finally {
      if (this.#line.length > this.#first) this.#schedule();
      else this.#endIfIdle();
    }
  };

  #onWake(): void {
    this.#takeKeys();
    this.#endIfIdle();
  }

  /** Takes all keys that came up; finding none arms the descriptor. */
  #takeKeys(): void {
    const { bytes } = this.#count;
    while (check(native.fg_waitset_wait(this.#set, this.#keyBytes, KEYS_AT_ONCE, bytes, 0)) === FG.OK) {
      const count = this.#count.value;
      for (let i = 0; i < count; i += 1) {
        this.#wake(this.#keys[2 * i]!);
      }
    }
  }

  #endIfIdle(): void {
    if (hub !== this || this.#members.size > 0 || this.#retired.size > 0 || this.#line.length > 0) return;
    hub = undefined;
    this.#socket.close();
    native.fg_waitset_free(this.#set);
  }

  #wake(key: number): void {
    const member = this.#members.get(key)?.deref();
    if (member !== undefined) this.enter(member);
    const free = this.#retired.get(key);
    if (free !== undefined) {
      this.#retired.delete(key);
      free();
    }
  }
}

let hub: Hub | undefined;

/** This thread's hub, made when a codec is configured and there is none. */
export function theHub(): Hub {
  hub ??= new Hub();
  return hub;
}
