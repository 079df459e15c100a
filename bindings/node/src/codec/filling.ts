import type { Lease } from '../media/frame_reference';
import type { Output } from '../native';
import type { HandleFunctions } from './handle';

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
  /**
   * Calls the program's output callback. `output` is used again as soon as the program runs. `slot` is the output's if it is the
   * program's to free, with what it gets.
   */
  deliver(output: Output, slot: Lease | null): void;
  /** Tells the program that the codec has failed. */
  fail(error: Error): void;
  /** flush() was called. */
  flushing(): void;
  /** What is in the codec is dropped. */
  resetting(): void;
  /** Fires the dequeue event. */
  dequeued(): void;
}
