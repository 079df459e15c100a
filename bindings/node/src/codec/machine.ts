/**
 * The one machine behind every codec: W3C's control message queue on a handle of the library.
 *
 * The library keeps the queue itself, so most calls pass straight through. Messages stay here (`#backlog`) only in
 * gate mode `queue`, while the gate is full. Outputs are polled one at a time, each when its callback is about to run,
 * and its slot is free when the callback has returned, or with release `close` when the program has closed what it got.
 */
import { sweepHostMemory } from '../media/host_memory';
import { FG, Output } from '../native';
import { Backlog, type Message } from './backlog';
import { Deferred } from './deferred';
import {
  abortError,
  closedError,
  encodingError,
  failureOf,
  lastError,
  notConfigured,
  notSupported,
  type CodecState,
} from './failures';
import type { Filling } from './filling';
import { Flushes } from './flushes';
import type { GateOptions } from './gate';
import { GatedHandle } from './gated_handle';
import { theHub, type Member } from './hub';
import { QueueSize } from './queue_size';
import { ReadyLine } from './ready_line';

/** Reused by all codecs: nothing in it is needed once a callback runs. */
const output = new Output();

export class Machine<Config, Input> implements Member {
  inLine = false;
  state: CodecState = 'unconfigured';

  readonly #filling: Filling<Config, Input>;
  readonly #gate: GateOptions;
  readonly #handle: GatedHandle<Config, Input>;
  /** Advances at every reset and close: what was begun under another number is over. */
  #era = 0;
  readonly #backlog = new Backlog<Config, Input>();
  readonly #flushes = new Flushes();
  readonly #queue: QueueSize;
  readonly #ready = new ReadyLine(this);
  /** The last configuration was refused: the codec will close, and takes inputs for nothing until then. */
  #refusal: Error | null = null;
  #takenForNothing = 0;

  constructor(filling: Filling<Config, Input>, gate: GateOptions) {
    this.#filling = filling;
    this.#gate = gate;
    this.#handle = new GatedHandle(filling, gate, this);
    this.#queue = new QueueSize(
      () => this.#countQueue(),
      () => this.#handle.callbacks.run(() => filling.dequeued()),
    );
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
    if (this.#admit(input)) this.#taken();
    else if (this.#gate.backpressure === 'queue') this.#keep(input);
    else if (this.#gate.backpressure === 'throw' || this.#handle.isFullOfKept) throw this.#handle.fullError();
    else this.#wait(input);
  }

  flush(): Promise<void> {
    if (this.state !== 'configured') return Promise.reject(notConfigured(this.state));
    this.#filling.flushing();
    const flush = new Deferred();
    if (this.#backlog.isEmpty) this.#flush(flush);
    else this.#backlog.push({ kind: 'flush', promise: flush });
    return flush.promise;
  }

  reset(): void {
    if (this.state === 'closed') throw closedError();
    this.#reset(abortError('reset'));
  }

  close(): void {
    if (this.state === 'closed') throw closedError();
    this.#close(abortError('close'));
  }

  checkConfigured(): void {
    if (this.state !== 'configured') throw notConfigured(this.state);
  }

  /** Inputs that the codec has not begun with. */
  get queueSize(): number {
    return this.#queue.value;
  }

  /** From now on the program wants to know when the queue gets shorter. */
  watchDequeue(): void {
    this.#queue.watch();
    if (this.#queue.mayFall) theHub().enter(this);
  }

  // The gate.

  get desiredSize(): number {
    if (this.state === 'closed') return 0;
    return this.#gate.slots - this.#handle.inFlight - this.#backlog.inputs;
  }

  get ready(): Promise<void> {
    const ready = this.#ready.join();
    if (!this.#ready.isEmpty) this.#work();
    return ready;
  }

  /** What console.log shows. */
  get facts(): object {
    const { state, desiredSize } = this;
    return { state, waiting: this.#countQueue(), gate: { ...this.#handle.facts, desiredSize } };
  }

  /** One turn in line: takes note of what changed, then fires the dequeue event or delivers one output. */
  run(): boolean {
    if (!this.#handle.isOpen) return false;
    this.#afterChange();
    if (this.#updateQueue()) {
      theHub().enter(this);
      return true;
    }
    const status = this.#handle.poll(output);
    if (status === FG.OK) {
      this.#dispatch();
      theHub().enter(this);
      return true;
    }
    const isWorking = status === FG.WAIT_CODEC;
    const isAwaited = this.#isAwaited();
    theHub().setWorking(this, isWorking || isAwaited, isWorking || (isAwaited && !this.#handle.isFullOfKept));
    return false;
  }

  slotFreed(): void {
    if (this.#isAwaited()) this.#work(); // until now the process may have ended, since only the program could go on
  }

  allServed(): void {
    theHub().enter(this); // to see whether anything else keeps the process alive
  }

  /** Tells the program that the codec has begun with inputs, if it has. */
  #updateQueue(): boolean {
    if (!this.#queue.mayFall) return false;
    this.#handle.watchQueue();
    return this.#queue.update();
  }

  /**
   * Somebody waits for a slot or for the queue. The codec may have become idle after that was looked at and before the
   * poll: then nothing is in flight, but a wake is on its way, and the process must live to take it.
   */
  #isAwaited(): boolean {
    return !this.#ready.isEmpty || !this.#backlog.isEmpty || this.#queue.mayFall;
  }

  #configure(config: Config): void {
    if (this.#refusal !== null) return;
    try {
      this.#handle.configure(config);
    } catch (error) {
      this.#refuse(error as Error);
    }
  }

  /** W3C: closes in a task, after the outputs of earlier configurations. */
  #refuse(reason: Error): void {
    const refusal = notSupported(reason);
    this.#refusal = refusal;
    if (!this.#handle.isOpen) {
      this.#failLater(refusal);
      return;
    }
    const before = new Deferred();
    before.promise.then(() => this.#failLater(refusal), () => undefined);
    this.#flushHandle(before);
  }

  #taken(): void {
    this.#queue.increment();
    this.#ready.taken();
    this.#work();
  }

  /** False if the gate is full, or others wait already. */
  #admit(input: Input): boolean {
    if (this.#refusal === null) return this.#backlog.isEmpty && this.#handle.enqueue(input);
    this.#takenForNothing += 1;
    return true;
  }

  /** Puts an input in the backlog. Gives its number there. */
  #keep(input: Input): number {
    const number = this.#backlog.push({ kind: 'input', input: this.#filling.keep(input) });
    this.#taken();
    return number;
  }

  /**
   * Mode `block`: stays until the input was let in, or until the program ended this era in a callback. Inputs from deeply
   * nested callbacks are left behind: those further out let them in.
   */
  #wait(input: Input): void {
    const number = this.#keep(input);
    try {
      while (!this.#handle.isNested && this.#backlog.has(number)) {
        if (this.#handle.makeRoom(output)) this.#dispatch();
        this.#sendBacklog();
      }
    } catch (error) {
      this.#takeBack(number, input);
      throw error;
    }
  }

  /** An input that was refused after all: nothing was taken. */
  #takeBack(number: number, input: Input): void {
    if (!this.#backlog.has(number)) return;
    this.#backlog.remove(number);
    this.#filling.drop(input);
    this.#queue.decrement();
  }

  #flush(promise: Deferred): void {
    if (!this.#handle.isOpen || this.#refusal !== null) this.#flushes.add(null, promise);
    else this.#flushHandle(promise);
  }

  #flushHandle(promise: Deferred): void {
    const id = this.#handle.flush();
    if (id < 0 && this.#handle.error === '') {
      promise.reject(lastError(id));
      return;
    }
    this.#flushes.add(id < 0 ? null : id, promise);
    this.#work();
  }

  #work(): void {
    if (!this.#handle.isOpen) return;
    const hub = theHub();
    hub.setWorking(this, true);
    hub.enter(this);
  }

  #dispatch(): void {
    sweepHostMemory(); // what comes out has gone in before
    switch (output.kind) {
      case FG.OUTPUT_FLUSHED:
        this.#flushed(output.flush_id);
        return;
      case FG.OUTPUT_ERROR:
        this.#fail(failureOf(output.status, this.#handle.error));
        return;
      default:
        this.#handle.deliver(output);
        this.#afterChange();
    }
  }

  /** The dequeue event of what was flushed comes before, in a task of its own. */
  #flushed(id: number): void {
    if (!this.#queue.mayFall) {
      this.#flushes.resolve(id);
      return;
    }
    theHub().queueTask(() => this.#updateQueue());
    theHub().queueTask(() => this.#flushes.resolve(id));
  }

  /** A slot may be free. */
  #afterChange(): void {
    this.#sendBacklog();
    this.#ready.serve();
  }

  hasRoom(): boolean {
    if (!this.#backlog.isEmpty) return false;
    return this.state !== 'configured' || this.#handle.hasRoom();
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
      if (this.#refusal === null && !this.#handle.enqueue(input)) return false;
    } catch (error) {
      this.#failLater(encodingError(error as Error));
    }
    this.#filling.drop(input);
    return true;
  }

  /** How many inputs the codec has not begun with. */
  #countQueue(): number {
    return this.#handle.waiting + this.#backlog.inputs + this.#takenForNothing;
  }

  #reset(reason: Error): void {
    this.state = 'unconfigured';
    this.#era += 1;
    this.#refusal = null;
    this.#takenForNothing = 0;
    this.#handle.reset();
    for (const message of this.#backlog.clear()) {
      if (message.kind === 'input') this.#filling.drop(message.input);
      if (message.kind === 'flush') message.promise.reject(reason);
    }
    this.#flushes.rejectAll(reason);
    this.#queue.clear();
    this.#ready.serve();
  }

  #close(reason: Error): void {
    this.#reset(reason);
    this.state = 'closed';
    if (!this.#handle.isOpen) return;
    theHub().setWorking(this, false);
    this.#handle.close();
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
    this.#handle.callbacks.run(() => this.#filling.fail(error));
  }
}
