import { check, FG, native, ResultSlot, type Output } from '../native';
import { allKeptError, lastError, quotaError } from './failures';
import type { Filling } from './filling';
import type { GateOptions } from './gate';
import { Handle } from './handle';
import type { Member } from './hub';
import { KeptSlots } from './kept_slots';
import { Callbacks } from './report';

const slot = new ResultSlot();

/** Within this many output callbacks encode() runs further ones to make room. It bounds the stack. */
const MOST_NESTED = 1;

const forgotten = new FinalizationRegistry<Handle>((handle) => handle.close());

/** Whose handle it is: hears of what changes, and of slots that the program gives back. */
export type Owner = Member & ConstructorParameters<typeof KeptSlots>[0];

/**
 * The library's handle, and who has the slots of its gate: the codec, the output whose callback is running, and with release
 * `close` the program. There is none before the first configuration and after close().
 */
export class GatedHandle<Config, Input> {
  readonly callbacks = new Callbacks();
  readonly gate: GateOptions;
  readonly #filling: Filling<Config, Input>;
  readonly #owner: Owner;
  readonly #kept: KeptSlots;
  #handle: Handle | null = null;
  /** The token of the output whose callback is running. */
  #held = 0;
  /** How many output callbacks of this codec are on the stack. */
  #depth = 0;

  constructor(filling: Filling<Config, Input>, gate: GateOptions, owner: Owner) {
    this.#filling = filling;
    this.gate = gate;
    this.#owner = owner;
    this.#kept = new KeptSlots(owner);
  }

  get isOpen(): boolean {
    return this.#handle !== null;
  }

  /** The text of the codec's failure; "" if it has not failed. */
  get error(): string {
    return this.#handle?.error() ?? '';
  }

  /** The codec has failed: the error comes out as an output, in its turn, and calls give it until then. */
  get hasFailed(): boolean {
    return this.error !== '';
  }

  get inFlight(): number {
    return this.#handle?.stats().in_flight ?? 0;
  }

  /** Inputs that the codec has not begun with. */
  get waiting(): number {
    return this.#handle?.stats().waiting ?? 0;
  }

  /** What console.log shows of it. */
  get facts(): object {
    return { ...this.gate, inFlight: this.inFlight, kept: this.#kept.count };
  }

  /** Everything in flight is the program's: only what it closes makes room. */
  get isFullOfKept(): boolean {
    const { count } = this.#kept;
    return count > 0 && (count >= this.gate.slots || this.inFlight <= count);
  }

  /** Callbacks are nested so deeply that no further one may run. */
  get isNested(): boolean {
    return this.#depth > MOST_NESTED;
  }

  configure(config: Config): void {
    const nativeConfig = this.#filling.toNative(config);
    try {
      if (this.#handle) check(this.#handle.configure(nativeConfig));
      else this.#open(nativeConfig);
    } finally {
      native.fg_config_free(nativeConfig);
    }
  }

  #open(nativeConfig: number): void {
    const { functions } = this.#filling;
    check(functions.new(nativeConfig, slot.bytes));
    this.#handle = new Handle(functions, slot.value, this.#owner);
    forgotten.register(this.#owner, this.#handle, this.#handle);
  }

  /** False if the gate is full. */
  enqueue(input: Input): boolean {
    const handle = this.#handle;
    if (handle === null) return true;
    const status = this.#filling.enqueue(handle.pointer, input);
    if (status >= 0) return status === FG.OK;
    const error = lastError(status);
    if (this.hasFailed) return true;
    throw error;
  }

  /** The error for a gate that is full. */
  fullError(): DOMException {
    const { slots } = this.gate;
    return this.isFullOfKept ? allKeptError(this.#kept.count, slots, this.#filling.outputs) : quotaError(slots);
  }

  /** Whether an input would be let in. If not, that has armed the wake. */
  hasRoom(): boolean {
    return this.#handle === null || this.#handle.wait(FG.READY_ENQUEUE, 0) !== 0;
  }

  /** Arms the wake for the next input that the codec takes. */
  watchQueue(): void {
    this.#handle?.wait(FG.READY_DEQUEUE, 0);
  }

  /** Waits for a slot or an output, whichever is first. True if there is an output now, in `output`. */
  makeRoom(output: Output): boolean {
    if (this.#held !== 0) {
      this.#release(); // called in an output callback: what the program got is its own already
      return false;
    }
    const handle = this.#handle;
    if (handle === null) return false;
    if (this.isFullOfKept) throw this.fullError();
    const ready = handle.wait(FG.READY_ENQUEUE | FG.READY_POLL, -1);
    if (ready === FG.ERROR_WOULD_DEADLOCK) throw lastError(ready);
    return ready > 0 && (ready & FG.READY_POLL) !== 0 && handle.poll(output) === FG.OK;
  }

  /** The number of the flush, or a negative status. */
  flush(): number {
    return this.#handle!.flush();
  }

  /** A status; OK if there is an output now, in `output`. */
  poll(output: Output): number {
    return this.#handle!.poll(output);
  }

  /** Calls the program's output callback. */
  deliver(output: Output): void {
    const isKept = this.gate.release === 'close';
    const lease = isKept ? this.#kept.lease(output.token) : null;
    this.#held = isKept ? 0 : output.token;
    this.#depth += 1;
    try {
      this.callbacks.run(() => this.#filling.deliver(output, lease));
    } finally {
      this.#depth -= 1;
      this.#release();
    }
  }

  #release(): void {
    const token = this.#held;
    this.#held = 0;
    if (token !== 0) native.fg_release_output(token);
  }

  reset(): void {
    this.#handle?.reset();
    this.#filling.resetting();
  }

  close(): void {
    const handle = this.#handle;
    if (handle === null) return;
    this.#handle = null;
    forgotten.unregister(handle);
    handle.close();
  }
}
