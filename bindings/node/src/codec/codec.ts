/** What the W3C interfaces of all codecs have in common, on a machine. */
import { inspect, type InspectOptions } from 'node:util';

import { native } from '../native';
import { defineInterface, requireArguments, strangerError, withArticle } from '../webidl';
import { Handler, type EventHandler } from './event_handler';
import type { CodecState } from './failures';
import { SIDES, type CodecKind } from './kind';
import type { Machine } from './machine';

export interface Codec<Config> extends EventTarget {
  readonly state: CodecState;
  /** Fires when the codec has begun with inputs, and the size of its queue is smaller. */
  ondequeue: EventHandler;
  /**
   * How many slots of the gate are free; below 0 for what a flush brought, for sound that makes more chunks than there are slots, and for
   * what waits in mode `queue`, one for each input.
   */
  readonly desiredSize: number;
  /**
   * Resolves as soon as a slot is free, in the order in which it was read (also when the codec is reset or closed, which frees them all).
   */
  readonly ready: Promise<void>;
  configure(config: Config): void;
  /** Completes all work. Resolves when the output callbacks have run; rejects if the codec is not configured. */
  flush(): Promise<void>;
  /** Drops all work and the configuration; flushes under way reject with an AbortError. */
  reset(): void;
  /** As reset, for good. */
  close(): void;
}

export interface Encoder<Config> extends Codec<Config> {
  /** Inputs that the encoder has not begun with. */
  readonly encodeQueueSize: number;
}

export interface Decoder<Config> extends Codec<Config> {
  /** Chunks that the decoder has not begun with. */
  readonly decodeQueueSize: number;
}

/** That of the class which codecs extend, see events.ts. */
const { addEventListener } = EventTarget.prototype;

type MachineOf<Config> = Pick<
  Machine<Config, unknown>,
  'close' | 'configure' | 'desiredSize' | 'facts' | 'flush' | 'queueSize' | 'ready' | 'reset' | 'state' | 'watchDequeue'
>;

/** Gives an interface the members of Codec, each its own. `machineIn` gives null for what is not of the class. */
export function defineCodec<Config, C extends Codec<Config>>(
  type: { readonly name: string; readonly prototype: C },
  kind: CodecKind<Config>,
  machineIn: (codec: C) => MachineOf<Config> | null,
): void {
  const machineOf = (codec: Codec<Config>): MachineOf<Config> => {
    const machine = machineIn(codec as C);
    if (machine) return machine;
    throw strangerError(codec, `this is not ${withArticle(type.name)}`);
  };
  Object.defineProperties(type.prototype, Object.getOwnPropertyDescriptors(membersOn(kind, machineOf)));
  defineInterface(type);
  const addListener = function (this: C, ...args: Parameters<EventTarget['addEventListener']>): void {
    addEventListener.apply(this, args);
    if (args[0] === 'dequeue') machineOf(this).watchDequeue();
  };
  const show = function (this: C, depth: number, options: InspectOptions): string {
    return depth < 0 ? `[${type.name}]` : `${type.name} ${inspect(machineOf(this).facts, { ...options, depth })}`;
  };
  for (const [key, value] of [['addEventListener', addListener], [inspect.custom, show]] as const) {
    Object.defineProperty(type.prototype, key, { value, writable: true, configurable: true });
  }
}

function membersOn<Config>(
  kind: CodecKind<Config>,
  machineOf: (codec: Codec<Config>) => MachineOf<Config>,
): ThisType<Codec<Config>> & Omit<Codec<Config>, keyof EventTarget> {
  const handlers = new WeakMap<Codec<Config>, Handler>();
  const context = `Failed to execute 'configure' on '${kind.name}'`;
  return {
    get [SIDES[kind.side].queueSize]() {
      return machineOf(this).queueSize;
    },
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
    configure(config) {
      requireArguments(arguments.length, 1, context);
      machineOf(this).configure(kind.convert(config, context));
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

/** W3C isConfigSupported. */
export async function supportOf<Config>(kind: CodecKind<Config>, given: Config): Promise<{ supported: boolean; config: Config }> {
  const config = kind.convert(given, `Failed to execute 'isConfigSupported' on '${kind.name}'`);
  return { supported: await isSupported(kind, config), config };
}

/**
 * Whether the library can make such a codec. It opens one to see, which takes milliseconds: on a thread of the pool,
 * so that the event loop is not held.
 */
async function isSupported<Config>({ side, toNative }: CodecKind<Config>, given: Config): Promise<boolean> {
  let config: number;
  try {
    config = toNative(given);
  } catch {
    return false;
  }
  try {
    return (await native[`fg_${side}_is_config_supported`].onPool(config)) === 0;
  } finally {
    native.fg_config_free(config);
  }
}
