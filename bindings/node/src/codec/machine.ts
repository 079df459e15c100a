/**
 * The one machine behind every codec: W3C's control message queue on a handle of the library.
 *
 * The library keeps the queue itself, so most calls pass straight through. Messages stay here (`#backlog`) only in
 * gate mode `queue`, while the gate is full. Outputs are polled one at a time, each when its callback is about to run,
 * and its slot is free when the callback has returned.
 */
import { domException, errorOf, native, Output, OutputKind, Ready, ResultSlot, Status } from '../native';
import { sweepHostMemory } from '../media/host_memory';
import { Deferred } from './deferred';
import type { GateOptions } from './gate';
import { Handle, type HandleFunctions } from './handle';
import { theHub, type Member } from './hub';
import { runCallback } from './report';

export type CodecState = 'unconfigured' | 'configured' | 'closed';

/** What makes the machine an encoder or a decoder. */
export interface Filling<Config, Input> {
  readonly functions: HandleFunctions;
  /** An fg_config, to be freed by the caller. Throws what the library says of it. */
  toNative(config: Config): number;
  /** Gives the library an input without waiting. */
  enqueue(handle: number, input: Input): number;
  /** What can be enqueued later, when the program may have closed or changed `input`. */
  keep(input: Input): Input;
  /** Ends what `keep` gave. */
  drop(input: Input): void;
  /** Calls the program's output callback. `output` is used again as soon as the program runs. */
  deliver(output: Output): void;
  /** Tells the program that the codec has failed. */
  fail(error: Error): void;
  /** Fires the dequeue event. */
  dequeued(): void;
}

type Message<Config, Input> =
  | { kind: 'configure'; config: Config }
  | { kind: 'input'; input: Input }
  | { kind: 'flush'; promise: Deferred };

/** Reused by all codecs: nothing in it is needed once a callback runs. */
const output = new Output();
const slot = new ResultSlot();

/** Within this many output callbacks encode() runs further ones to make room. It bounds the stack. */
const MOST_NESTED = 1;

const forgotten = new FinalizationRegistry<Handle>((handle) => handle.free());

export class Machine<Config, Input> implements Member {
  inLine = false;
  state: CodecState = 'unconfigured';

  readonly #filling: Filling<Config, Input>;
  readonly #gate: GateOptions;
  #handle: Handle | null = null;
  #key = 0;
  /** Advances at every reset and close: what was begun under another number is over. */
  #era = 0;
  #backlog: Message<Config, Input>[] = [];
  /** Flushes under way; those that cannot arrive any more have the number 0, and end with the codec. */
  #flushes: { id: number; promise: Deferred }[] = [];
  #ready: Deferred | null = null;
  #queueSize = 0;
  #dequeueScheduled = false;
  #dequeueWatched = false;
  /** The token of the output whose callback is running. */
  #held = 0;
  /** How many output callbacks of this codec are on the stack. */
  #depth = 0;
  /** The last configuration was refused: the codec will close, and takes inputs for nothing until then. */
  #refusal: Error | null = null;

  constructor(filling: Filling<Config, Input>, gate: GateOptions) {
    this.#filling = filling;
    this.#gate = gate;
  }

  // The W3C methods.

  configure(config: Config): void {
    if (this.state === 'closed') throw closedError();
    this.state = 'configured';
    if (this.#backlog.length > 0) this.#backlog.push({ kind: 'configure', config });
    else this.#configure(config);
  }

  submit(input: Input): void {
    this.checkConfigured();
    if (this.#refusal !== null || this.#admit(input)) this.#taken();
    else if (this.#gate.backpressure === 'throw') throw this.#quotaError();
    else this.#wait(input);
  }

  flush(): Promise<void> {
    if (this.state !== 'configured') return Promise.reject(notConfigured(this.state));
    const flush = new Deferred();
    if (this.#backlog.length > 0) this.#backlog.push({ kind: 'flush', promise: flush });
    else this.#flush(flush);
    return flush.promise;
  }

  reset(): void {
    if (this.state === 'closed') throw closedError();
    this.#reset(domException('AbortError', 'reset() was called'));
  }

  close(): void {
    if (this.state === 'closed') throw closedError();
    this.#close(domException('AbortError', 'close() was called'));
  }

  checkConfigured(): void {
    if (this.state !== 'configured') throw notConfigured(this.state);
  }

  /** Inputs that the codec has not begun with. */
  get queueSize(): number {
    if (this.#queueSize > 0) this.#countQueue();
    return this.#queueSize;
  }

  /** From now on the program wants to know when the queue gets shorter. */
  watchDequeue(): void {
    this.#dequeueWatched = true;
    if (this.#queueSize > 0) theHub().enter(this);
  }

  // The gate.

  get desiredSize(): number {
    if (this.state === 'closed') return 0;
    const inFlight = this.#handle?.stats().in_flight ?? 0;
    return this.#gate.slots - inFlight - this.#backlogInputs();
  }

  get ready(): Promise<void> {
    if (this.#ready === null && this.#hasRoom()) return Promise.resolve();
    this.#ready ??= new Deferred();
    this.#work();
    return this.#ready.promise;
  }

  /** One turn in line: takes note of what changed, then delivers one output. */
  run(): boolean {
    const handle = this.#handle;
    if (handle === null) return false;
    this.#afterChange();
    const status = handle.poll(output);
    if (status === Status.OK) {
      theHub().enter(this);
      this.#dispatch();
      return true;
    }
    theHub().setWorking(this, status === Status.WAIT_CODEC);
    return false;
  }

  #configure(config: Config): void {
    if (this.#refusal !== null) return;
    try {
      this.#open(config);
    } catch (error) {
      this.#refuse(error as Error);
    }
  }

  #open(config: Config): void {
    const nativeConfig = this.#filling.toNative(config);
    try {
      if (this.#handle !== null) {
        checkConfig(this.#handle.configure(nativeConfig));
        return;
      }
      const { functions } = this.#filling;
      checkConfig(functions.new(nativeConfig, slot.bytes));
      const handle = new Handle(functions, slot.value);
      this.#handle = handle;
      this.#key = theHub().join(this, (set, key) => handle.join(set, key));
      forgotten.register(this, handle, handle);
    } finally {
      native.fg_config_free(nativeConfig);
    }
  }

  /** W3C: closes in a task, after the outputs of earlier configurations. */
  #refuse(reason: Error): void {
    const refusal = domException('NotSupportedError', textOf(reason));
    this.#refusal = refusal;
    const close = (): void => {
      if (this.#refusal === refusal) this.#fail(refusal);
    };
    if (this.#handle === null) {
      theHub().queueTask(close);
      return;
    }
    const before = new Deferred();
    before.promise.then(() => theHub().queueTask(close), () => undefined);
    this.#flushHandle(this.#handle, before);
  }

  #taken(): void {
    this.#queueSize += 1;
    this.#work();
  }

  /** False if the gate is full, or others wait already. */
  #admit(input: Input): boolean {
    return this.#backlog.length === 0 && this.#tryEnqueue(input);
  }

  /**
   * Puts an input in the backlog, and in mode `block` stays until it was let in, or until the program ended this era
   * in a callback. Inputs from deeply nested callbacks are left behind: those further out let them in.
   */
  #wait(input: Input): void {
    const message: Message<Config, Input> = { kind: 'input', input: this.#filling.keep(input) };
    this.#backlog.push(message);
    this.#taken();
    if (this.#gate.backpressure !== 'block') return;
    while (this.#depth <= MOST_NESTED && this.#backlog.includes(message)) {
      this.#makeRoom();
      this.#sendBacklog();
    }
  }

  /** False if the gate is full. */
  #tryEnqueue(input: Input): boolean {
    const handle = this.#handle;
    if (handle === null) return true;
    const status = this.#filling.enqueue(handle.pointer, input);
    if (status >= 0) return status === Status.OK;
    const reason = native.fg_last_error();
    if (handle.error() !== '') return true; // it has failed: the error comes out as an output, in its turn
    throw errorOf(status, reason);
  }

  /** Waits for a slot or an output, whichever is first, and delivers the output. */
  #makeRoom(): void {
    if (this.#held !== 0) {
      this.#release(); // called in an output callback: what the program got is its own already
      return;
    }
    const handle = this.#handle;
    if (handle === null) return;
    const ready = handle.wait(Ready.ENQUEUE | Ready.POLL, -1);
    if (ready === Status.ERROR_WOULD_DEADLOCK) throw errorOf(ready, native.fg_last_error());
    if (ready > 0 && (ready & Ready.POLL) !== 0 && handle.poll(output) === Status.OK) this.#dispatch();
    this.#countQueue();
  }

  #flush(promise: Deferred): void {
    if (this.#handle === null || this.#refusal !== null) this.#flushes.push({ id: 0, promise });
    else this.#flushHandle(this.#handle, promise);
  }

  #flushHandle(handle: Handle, promise: Deferred): void {
    const id = handle.flush();
    if (id < 0 && handle.error() === '') {
      promise.reject(errorOf(id, native.fg_last_error()));
      return;
    }
    this.#flushes.push({ id: Math.max(id, 0), promise });
    this.#work();
  }

  #work(): void {
    if (this.#handle === null) return;
    const hub = theHub();
    hub.setWorking(this, true);
    hub.enter(this);
  }

  #dispatch(): void {
    sweepHostMemory(); // what comes out has gone in before
    switch (output.kind) {
      case OutputKind.FLUSHED:
        this.#settleFlush(output.flush_id);
        return;
      case OutputKind.ERROR:
        this.#fail(failureOf(output.status, this.#handle?.error() ?? ''));
        return;
      default:
        this.#deliver();
    }
  }

  #deliver(): void {
    this.#held = output.token;
    this.#depth += 1;
    try {
      runCallback(() => this.#filling.deliver(output));
    } finally {
      this.#depth -= 1;
      this.#release();
    }
    this.#afterChange();
  }

  #release(): void {
    const token = this.#held;
    this.#held = 0;
    if (token !== 0) native.fg_release_output(token);
  }

  #settleFlush(id: number): void {
    const index = this.#flushes.findIndex((flush) => flush.id === id);
    this.#flushes.splice(index, 1)[0]?.promise.resolve();
  }

  /** A slot may be free, the queue shorter. */
  #afterChange(): void {
    this.#sendBacklog();
    if (this.#dequeueWatched && this.#queueSize > 0) {
      this.#handle?.wait(Ready.DEQUEUE, 0); // arms the wake for the next input that the codec takes
      this.#countQueue();
    }
    if (this.#ready !== null && this.#hasRoom()) this.#becomeReady();
  }

  #hasRoom(): boolean {
    if (this.#backlog.length > 0) return false;
    if (this.#handle === null || this.state !== 'configured') return true;
    return this.#handle.wait(Ready.ENQUEUE, 0) !== 0;
  }

  /** What the program does then is a task of its own: it is often as long as an output callback. */
  #becomeReady(): void {
    const ready = this.#ready;
    this.#ready = null;
    if (ready !== null) theHub().queueTask(() => ready.resolve());
  }

  #sendBacklog(): void {
    const era = this.#era;
    while (era === this.#era) {
      const message = this.#backlog[0];
      if (message === undefined || !this.#send(message)) return;
      this.#backlog.shift();
    }
  }

  /** False if the gate is full. */
  #send(message: Message<Config, Input>): boolean {
    switch (message.kind) {
      case 'configure':
        this.#configure(message.config);
        return true;
      case 'flush':
        this.#flush(message.promise);
        return true;
      case 'input':
        return this.#sendInput(message.input);
    }
  }

  #sendInput(input: Input): boolean {
    try {
      if (this.#refusal === null && !this.#tryEnqueue(input)) return false;
    } catch (error) {
      theHub().queueTask(() => this.#fail(domException('EncodingError', textOf(error as Error))));
    }
    this.#filling.drop(input);
    return true;
  }

  #backlogInputs(): number {
    return this.#backlog.reduce((count, message) => count + Number(message.kind === 'input'), 0);
  }

  /** Takes note of what the codec has begun with since it was last looked at. */
  #countQueue(): void {
    if (this.#refusal !== null) return;
    const size = (this.#handle?.stats().waiting ?? 0) + this.#backlogInputs();
    if (size < this.#queueSize) this.#scheduleDequeue();
    this.#queueSize = size;
  }

  #scheduleDequeue(): void {
    if (this.#dequeueScheduled) return;
    this.#dequeueScheduled = true;
    theHub().queueTask(() => {
      this.#dequeueScheduled = false;
      this.#filling.dequeued();
    });
  }

  #reset(reason: Error): void {
    this.state = 'unconfigured';
    this.#era += 1;
    this.#refusal = null;
    this.#handle?.reset();
    for (const message of this.#backlog) {
      if (message.kind === 'input') this.#filling.drop(message.input);
      if (message.kind === 'flush') message.promise.reject(reason);
    }
    this.#backlog = [];
    for (const flush of this.#flushes) flush.promise.reject(reason);
    this.#flushes = [];
    if (this.#queueSize > 0) this.#scheduleDequeue();
    this.#queueSize = 0;
    this.#becomeReady();
  }

  #close(reason: Error): void {
    this.#reset(reason);
    this.state = 'closed';
    const handle = this.#handle;
    if (handle === null) return;
    this.#handle = null;
    forgotten.unregister(handle);
    theHub().setWorking(this, false);
    theHub().leave(this.#key);
    handle.free();
  }

  #fail(error: Error): void {
    if (this.state === 'closed') return;
    this.#close(error);
    runCallback(() => this.#filling.fail(error));
  }

  #quotaError(): DOMException {
    const { slots } = this.#gate;
    const text = `the gate is full, ${slots} slots: await ready, or use backpressure "block" or "queue"`;
    return domException('QuotaExceededError', text);
  }
}

const closedError = (): DOMException => domException('InvalidStateError', 'the codec is closed');

const notConfigured = (state: CodecState): DOMException =>
  domException('InvalidStateError', `the codec is ${state}, it must be configured`);

function checkConfig(status: number): void {
  if (status < 0) throw errorOf(status, native.fg_last_error());
}

/** W3C knows two kinds of failure: the codec is not supported, or its work failed. */
function failureOf(status: number, reason: string): DOMException {
  const supported = status !== Status.ERROR_NOT_SUPPORTED && status !== Status.ERROR_INVALID_ARGUMENT;
  return domException(supported ? 'EncodingError' : 'NotSupportedError', reason);
}

/** The reason alone, without the name that messages begin with. */
function textOf(error: Error): string {
  return error.message.replace(/^\w+Error: /, '');
}
