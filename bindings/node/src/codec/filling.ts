import type { Lease } from '../media/frame_reference';
import type { Output } from '../native';
import { newEvent } from './events';
import type { HandleFunctions } from './handle';
import type { CodecInit } from './init';
import type { CodecKind } from './kind';

/** What makes the machine an encoder or a decoder. */
export interface Filling<Config, Input> {
  readonly functions: HandleFunctions;
  /** What the program gets, for messages. */
  readonly outputs: string;
  /** An fg_config, to be freed by the caller. Throws what the library says of it. */
  toNative(config: Config): number;
  /** Gives the library an input without waiting. */
  enqueue(handle: number, input: Input): number;
  /** What can be enqueued later, when the program may have closed or changed `input`. */
  keep(input: Input): Input;
  /** Ends what `keep` gave. */
  drop(input: Input): void;
  /**
   * Calls the program's output callback. `output` is used again as soon as the program runs. `slot` is the output's if it is the
   * program's to free, with what it gets.
   */
  deliver(output: Output, slot: Lease | null): void;
  /** Tells the program that the codec has failed. */
  fail(error: Error): void;
  /** configure() was called. */
  configuring(config: Config): void;
  /** flush() was called. */
  flushing(): void;
  /** What is in the codec is dropped. */
  resetting(): void;
  /** Fires the dequeue event. */
  dequeued(): void;
}

/** What all fillings have in common. */
export abstract class CodecFilling<Config, Callback extends (...args: never[]) => unknown> {
  readonly outputs: string;

  constructor(
    protected readonly kind: CodecKind<Config>,
    readonly target: EventTarget,
    readonly init: CodecInit<Callback>,
  ) {
    this.outputs = kind.outputs;
  }

  toNative(config: Config): number {
    return this.kind.toNative(config, this.init.gate);
  }

  fail(error: DOMException): void {
    this.init.error(error);
  }

  configuring(_config: Config): void {}

  flushing(): void {}

  resetting(): void {}

  dequeued(): void {
    this.target.dispatchEvent(newEvent('dequeue'));
  }
}
