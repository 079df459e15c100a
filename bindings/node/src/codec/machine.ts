/** The one machine behind every codec: W3C's control message queue on a handle of the library. */
import { FG } from '../native';
import { Deferred } from './deferred';
import { Era } from './era';
import { abortError, closedError, notConfigured, type CodecState } from './failures';
import type { Filling } from './filling';
import { Flushes } from './flushes';
import type { GateOptions } from './gate';
import { GatedHandle } from './gated_handle';
import { theHub, type Member } from './hub';
import { Intake } from './intake';
import { Outlet } from './outlet';
import { QueueSize } from './queue_size';
import { ReadyLine } from './ready_line';
import { Sender } from './sender';

export class Machine<Config, Input> implements Member {
  inLine = false;
  state: CodecState = 'unconfigured';

  readonly #filling: Filling<Config, Input>;
  readonly #handle: GatedHandle<Config, Input>;
  readonly #era = new Era();
  readonly #flushes = new Flushes();
  readonly #queue: QueueSize;
  readonly #ready = new ReadyLine(this);
  readonly #sender: Sender<Config, Input>;
  readonly #intake: Intake<Config, Input>;
  readonly #outlet: Outlet<Config, Input>;

  constructor(filling: Filling<Config, Input>, gate: GateOptions) {
    this.#filling = filling;
    this.#handle = new GatedHandle(filling, gate, this);
    this.#queue = new QueueSize({
      count: () => this.#handle.waiting + this.#intake.waiting,
      awaitChange: () => this.#handle.watchQueue(),
      fire: () => this.#handle.callbacks.run(() => filling.dequeued()),
    });
    this.#sender = new Sender(this.#handle, this.#flushes, this);
    this.#outlet = new Outlet(this.#handle, this.#flushes, this.#queue, this);
    this.#intake = new Intake(filling, this.#handle, this.#sender, this.#outlet, this);
  }

  // The W3C methods.

  configure(config: Config): void {
    if (this.state === 'closed') throw closedError();
    this.state = 'configured';
    this.#filling.configuring(config);
    this.#intake.give({ kind: 'configure', config });
  }

  submit(input: Input): void {
    this.checkConfigured();
    this.#intake.submit(input);
  }

  flush(): Promise<void> {
    if (this.state !== 'configured') return Promise.reject(notConfigured(this.state));
    this.#filling.flushing();
    const flush = new Deferred();
    this.#intake.give({ kind: 'flush', promise: flush });
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
    return this.#handle.gate.slots - this.#handle.inFlight - this.#intake.inputs;
  }

  get ready(): Promise<void> {
    const ready = this.#ready.join();
    if (!this.#ready.isEmpty) this.work();
    return ready;
  }

  hasRoom(): boolean {
    if (!this.#intake.isEmpty) return false;
    return this.state !== 'configured' || this.#handle.hasRoom();
  }

  slotFreed(): void {
    if (this.#isAwaited()) this.work(); // until now the process may have ended, since only the program could go on
  }

  allServed(): void {
    theHub().enter(this); // to see whether anything else keeps the process alive
  }

  /** What console.log shows. */
  get facts(): object {
    const { state, desiredSize } = this;
    return { state, waiting: this.#queue.count(), gate: { ...this.#handle.facts, desiredSize } };
  }

  // What its parts tell.

  taken(): void {
    this.#queue.increment();
    this.#ready.taken();
    this.work();
  }

  takenBack(): void {
    this.#queue.decrement();
  }

  /** Stays in line as long as the codec works. */
  work(): void {
    if (!this.#handle.isOpen) return;
    const hub = theHub();
    hub.setWorking(this, true);
    hub.enter(this);
  }

  afterChange(): void {
    this.#intake.sendBacklog();
    this.#ready.serve();
  }

  failLater(error: Error): void {
    this.#era.queueTask(() => this.fail(error));
  }

  fail(error: Error): void {
    if (this.state === 'closed') return;
    this.#close(error);
    this.#handle.callbacks.run(() => this.#filling.fail(error));
  }

  /** One turn in line: takes note of what changed, then fires the dequeue event or delivers one output. */
  run(): boolean {
    if (!this.#handle.isOpen) return false;
    this.afterChange();
    if (this.#queue.update()) {
      theHub().enter(this);
      return true;
    }
    const status = this.#outlet.poll();
    if (status === FG.OK) theHub().enter(this);
    else this.#rest(status === FG.WAIT_CODEC);
    return status === FG.OK;
  }

  /** There is nothing to do until the library or the program goes on. */
  #rest(isWorking: boolean): void {
    const isAwaited = this.#isAwaited();
    theHub().setWorking(this, isWorking || isAwaited, isWorking || (isAwaited && !this.#handle.isFullOfKept));
  }

  /**
   * Somebody waits for a slot or for the queue. The codec may have become idle after that was looked at and before the
   * poll: then nothing is in flight, but a wake is on its way, and the process must live to take it.
   */
  #isAwaited(): boolean {
    return !this.#ready.isEmpty || !this.#intake.isEmpty || this.#queue.mayFall;
  }

  #reset(reason: Error): void {
    this.state = 'unconfigured';
    this.#era.end();
    this.#handle.reset();
    this.#sender.reset();
    this.#intake.reset(reason);
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
}
