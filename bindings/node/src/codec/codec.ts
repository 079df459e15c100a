import { native } from '../native';
import { defineInterface } from '../webidl';
import type { CodecState } from './failures';
import type { Machine } from './machine';

type Listener = Parameters<EventTarget['addEventListener']>;
export type EventHandler = ((this: EventTarget, event: Event) => unknown) | null;

type AnyMachine = Pick<
  Machine<unknown, unknown>,
  'close' | 'desiredSize' | 'flush' | 'ready' | 'reset' | 'state' | 'watchDequeue'
>;

/** What all W3C codec interfaces have, on a machine. */
export abstract class Codec extends EventTarget {
  readonly #machine: AnyMachine;
  #ondequeue: EventHandler = null;

  /** `create` gives the machine, which fires its events at `target`. */
  protected constructor(create: (target: EventTarget) => AnyMachine) {
    super();
    this.#machine = create(this);
  }

  get state(): CodecState {
    return this.#machine.state;
  }

  /** How many slots of the gate are free; below 0 for what a flush brought, or what waits in mode `queue`. */
  get desiredSize(): number {
    return this.#machine.desiredSize;
  }

  /** Resolves as soon as a slot is free (also when the codec is reset or closed, which frees them all). */
  get ready(): Promise<void> {
    return this.#machine.ready;
  }

  get ondequeue(): EventHandler {
    return this.#ondequeue;
  }

  set ondequeue(handler: EventHandler) {
    const before = this.#ondequeue;
    this.#ondequeue = typeof handler === 'function' ? handler : null;
    // As HTML has it: one listener, which keeps its place when the handler changes.
    if (before === null && this.#ondequeue !== null) this.addEventListener('dequeue', this.#callHandler);
    if (before !== null && this.#ondequeue === null) this.removeEventListener('dequeue', this.#callHandler);
  }

  readonly #callHandler = (event: Event): void => {
    this.#ondequeue?.call(this, event);
  };

  override addEventListener(...args: Listener): void {
    super.addEventListener(...args);
    if (args[0] === 'dequeue') this.#machine.watchDequeue();
  }

  /** Completes all work. Resolves when the output callbacks have run; rejects if the codec is not configured. */
  flush(): Promise<void> {
    return this.#machine.flush();
  }

  /** Drops all work and the configuration; flushes under way reject with an AbortError. */
  reset(): void {
    this.#machine.reset();
  }

  /** As reset, for good. */
  close(): void {
    this.#machine.close();
  }
}
defineInterface(Codec);

/**
 * Whether the library can make such a codec. It opens one to see, which takes milliseconds: on a thread of the pool,
 * so that the event loop is not held.
 */
export async function isSupported(
  newConfig: () => number,
  check: (typeof native)['fg_encoder_is_config_supported'],
): Promise<boolean> {
  let config: number;
  try {
    config = newConfig();
  } catch {
    return false;
  }
  try {
    return (await check.onPool(config)) === 0;
  } finally {
    native.fg_config_free(config);
  }
}
