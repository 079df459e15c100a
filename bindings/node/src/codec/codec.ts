/** What the W3C interfaces of all codecs have in common, on a machine. */
import { inspect, type InspectOptions } from 'node:util';

import { native } from '../native';
import { defineInterface } from '../webidl';
import { Handler, type EventHandler } from './event_handler';
import type { CodecState } from './failures';
import type { Machine } from './machine';

export interface Codec extends EventTarget {
  readonly state: CodecState;
  /** Fires when the codec has begun with inputs, and the size of its queue is smaller. */
  ondequeue: EventHandler;
  /**
   * How many slots of the gate are free; below 0 for what a flush brought, or what waits in mode `queue`.
   */
  readonly desiredSize: number;
  /**
   * Resolves as soon as a slot is free, in the order in which it was read (also when the codec is reset or closed, which frees them all).
   */
  readonly ready: Promise<void>;
  /** Completes all work. Resolves when the output callbacks have run; rejects if the codec is not configured. */
  flush(): Promise<void>;
  /** Drops all work and the configuration; flushes under way reject with an AbortError. */
  reset(): void;
  /** As reset, for good. */
  close(): void;
}

/** That of the class which codecs extend, see events.ts. */
const { addEventListener } = EventTarget.prototype;

type AnyMachine = Pick<
  Machine<unknown, unknown>,
  'close' | 'desiredSize' | 'facts' | 'flush' | 'ready' | 'reset' | 'state' | 'watchDequeue'
>;

/** Gives an interface the members of Codec, each its own. `machineOf` throws a TypeError for what is not of the class. */
export function defineCodec(
  type: { readonly name: string; readonly prototype: EventTarget },
  machineOf: (codec: Codec) => AnyMachine,
): void {
  Object.defineProperties(type.prototype, Object.getOwnPropertyDescriptors(membersOn(machineOf)));
  defineInterface(type);
  const addListener = function (this: Codec, ...args: Parameters<EventTarget['addEventListener']>): void {
    addEventListener.apply(this, args);
    if (args[0] === 'dequeue') machineOf(this).watchDequeue();
  };
  const show = function (this: Codec, depth: number, options: InspectOptions): string {
    return depth < 0 ? `[${type.name}]` : `${type.name} ${inspect(machineOf(this).facts, { ...options, depth })}`;
  };
  for (const [key, value] of [['addEventListener', addListener], [inspect.custom, show]] as const) {
    Object.defineProperty(type.prototype, key, { value, writable: true, configurable: true });
  }
}

function membersOn(machineOf: (codec: Codec) => AnyMachine): ThisType<Codec> & Omit<Codec, keyof EventTarget> {
  const handlers = new WeakMap<Codec, Handler>();
  return {
    get state() {
      return machineOf(this).state;
    },
    get desiredSize() {
      return machineOf(this).desiredSize;
    },
    get ready() {
      return promised(() => machineOf(this).ready);
    },
    get ondequeue() {
      machineOf(this);
      return handlers.get(this)?.handler ?? null;
    },
    set ondequeue(handler) {
      machineOf(this);
      if (!handlers.has(this)) handlers.set(this, new Handler(this));
      handlers.get(this)!.set(typeof handler === 'function' ? handler : null);
    },
    flush() {
      return promised(() => machineOf(this).flush());
    },
    reset() {
      machineOf(this).reset();
    },
    close() {
      machineOf(this).close();
    },
  };
}

/** Web IDL: what returns a promise rejects, and never throws. */
function promised(code: () => Promise<void>): Promise<void> {
  try {
    return code();
  } catch (error) {
    return Promise.reject(error);
  }
}

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
