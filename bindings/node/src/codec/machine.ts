/**
 * The one machine behind every codec: W3C's control message queue on a handle of the library.
 *
 * The library keeps the queue itself, so most calls pass straight through. Messages stay here (`#backlog`) only in
 * gate mode `queue`, while the gate is full. Outputs are polled one at a time, each when its callback is about to run,
 * and its slot is free when the callback has returned.
 */
import { sweepHostMemory } from '../media/host_memory';
import { check, domException, native, Output, OutputKind, Ready, ResultSlot, Status } from '../native';
import { Backlog, type Message } from './backlog';
import { Deferred } from './deferred';
import { closedError, encodingError, failureOf, lastError, notConfigured, notSupported, quotaError, type CodecState } from './failures';
import type { Filling } from './filling';
import { Flushes } from './flushes';
import type { GateOptions } from './gate';
import { Handle } from './handle';
import { theHub, type Member } from './hub';
import { QueueSize } from './queue_size';
import { runCallback } from './report';

/** Reused by all codecs: nothing in it is needed once a callback runs. */
const output = new Output();
const slot = new ResultSlot();

/** Within this many output callbacks encode() runs further ones to make room. It bounds the stack. */
const MOST_NESTED = 1;

const forgotten = new FinalizationRegistry<Handle>((handle) => handle.close());

export class Machine<Config, Input> implements Member {
  inLine = false;
  state: CodecState = 'unconfigured';

  readonly #filling: Filling<Config, Input>;
  readonly #gate: GateOptions;
  #handle: Handle | null = null;
  /** Advances at every reset and close: what was begun under another number is over. */
  #era = 0;
  readonly #backlog = new Backlog<Config, Input>();
  readonly #flushes = new Flushes();
  readonly #queue: QueueSize;
  #ready: Deferred | null = null;
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
    this.#queue = new QueueSize(() => filling.dequeued());
  }

  // The W3C methods.

  configure(config: Config): void {
    if (this.state === 'closed') throw closedError();
    this.state = 'configured';
    if (this.#backlog.isEmpty) this.#configure(config);
    else this.#backlog.push({ kind: 'configure', config });
  }

  submit(input: Input): void {
    this.checkConfigured();
    if (this.#refusal !== null || this.#admit(input)) this.#taken();
    else if (this.#gate.backpressure === 'throw') throw quotaError(this.#gate.slots);
    else this.#wait(input);
  }

  flush(): Promise<void> {
    if (this.state !== 'configured') return Promise.reject(notConfigured(this.state));
    const flush = new Deferred();
    if (this.#backlog.isEmpty) this.#flush(flush);
    else this.#backlog.push({ kind: 'flush', promise: flush });
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
    if (this.#queue.value > 0) this.#countQueue();
    return this.#queue.value;
  }

  /** From now on the program wants to know when the queue gets shorter. */
  watchDequeue(): void {
    this.#dequeueWatched = true;
    if (this.#queue.value > 0) theHub().enter(this);
  }

  // The gate.

  get desiredSize(): number {
    if (this.state === 'closed') return 0;
    const inFlight = this.#handle?.stats().in_flight ?? 0;
    return this.#gate.slots - inFlight - this.#backlog.inputs;
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
    theHub().setWorking(this, status === Status.WAIT_CODEC || this.#isAwaited());
    return false;
  }

  /**
   * Somebody waits for a slot or for the queue. The codec may have become idle after that was looked at and before the
   * poll: then nothing is in flight, but a wake is on its way, and the process must live to take it.
   */
  #isAwaited(): boolean {
    const watched = this.#dequeueWatched && this.#queue.value > 0;
    return this.#ready !== null || !this.#backlog.isEmpty || watched;
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
        check(this.#handle.configure(nativeConfig));
        return;
      }
      const { functions } = this.#filling;
      check(functions.new(nativeConfig, slot.bytes));
      const handle = new Handle(functions, slot.value, this);
      this.#handle = handle;
      forgotten.register(this, handle, handle);
    } finally {
      native.fg_config_free(nativeConfig);
    }
  }

  /** W3C: closes in a task, after the outputs of earlier configurations. */
  #refuse(reason: Error): void {
    const refusal = notSupported(reason);
    this.#refusal = refusal;
    if (this.#handle === null) {
      this.#failLater(refusal);
      return;
    }
    const before = new Deferred();
    before.promise.then(() => this.#failLater(refusal), () => undefined);
    this.#flushHandle(this.#handle, before);
  }

  #taken(): void {
    this.#queue.increment();
    this.#work();
  }

  /** False if the gate is full, or others wait already. */
  #admit(input: Input): boolean {
    return this.#backlog.isEmpty && this.#tryEnqueue(input);
  }

  /**
   * Puts an input in the backlog, and in mode `block` stays until it was let in, or until the program ended this era
   * in a callback. Inputs from deeply nested callbacks are left behind: those further out let them in.
   */
  #wait(input: Input): void {
    const number = this.#backlog.push({ kind: 'input', input: this.#filling.keep(input) });
    this.#taken();
    if (this.#gate.backpressure !== 'block') return;
    while (this.#depth <= MOST_NESTED && this.#backlog.has(number)) {
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
    const error = lastError(status);
    if (handle.error() !== '') return true; // it has failed: the error comes out as an output, in its turn
    throw error;
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
    if (ready === Status.ERROR_WOULD_DEADLOCK) throw lastError(ready);
    if (ready > 0 && (ready & Ready.POLL) !== 0 && handle.poll(output) === Status.OK) this.#dispatch();
    this.#countQueue();
  }

  #flush(promise: Deferred): void {
    if (this.#handle === null || this.#refusal !== null) this.#flushes.add(null, promise);
    else this.#flushHandle(this.#handle, promise);
  }

  #flushHandle(handle: Handle, promise: Deferred): void {
    const id = handle.flush();
    if (id < 0 && handle.error() === '') {
      promise.reject(lastError(id));
      return;
    }
    this.#flushes.add(id < 0 ? null : id, promise);
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
        this.#flushes.resolve(output.flush_id);
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

  /** A slot may be free, the queue shorter. */
  #afterChange(): void {
    this.#sendBacklog();
    if (this.#dequeueWatched && this.#queue.value > 0) {
      this.#handle?.wait(Ready.DEQUEUE, 0); // arms the wake for the next input that the codec takes
      this.#countQueue();
    }
    if (this.#ready !== null && this.#hasRoom()) this.#becomeReady();
  }

  #hasRoom(): boolean {
    if (!this.#backlog.isEmpty) return false;
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
    for (;;) {
      const message = this.#backlog.first;
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
      this.#failLater(encodingError(error as Error));
    }
    this.#filling.drop(input);
    return true;
  }

  /** Takes note of what the codec has begun with since it was last looked at. */
  #countQueue(): void {
    if (this.#refusal !== null) return;
    this.#queue.set((this.#handle?.stats().waiting ?? 0) + this.#backlog.inputs);
  }

  #reset(reason: Error): void {
    this.state = 'unconfigured';
    this.#era += 1;
    this.#refusal = null;
    this.#handle?.reset();
    for (const message of this.#backlog.clear()) {
      if (message.kind === 'input') this.#filling.drop(message.input);
      if (message.kind === 'flush') message.promise.reject(reason);
    }
    this.#flushes.rejectAll(reason);
    this.#queue.set(0);
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
    handle.close();
  }

  /** In a task, unless the program ends this era before. */
  #failLater(error: Error): void {
    const era = this.#era;
    theHub().queueTask(() => {
      if (era === this.#era) this.#fail(error);
    });
  }

  #fail(error: Error): void {
    if (this.state === 'closed') return;
    this.#close(error);
    runCallback(() => this.#filling.fail(error));
  }
}
