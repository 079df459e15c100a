/** The init dictionaries of encoders and decoders. */
import { dictionary, enumeration, optional, required, requireArguments, unsignedLong, unsignedLongLong, type Conversion } from '../webidl';
import { typeError } from '../native/errors';
import { GATE } from '../native/generated';
import type { GateOptions } from './gate';
import { SIDES, type CodecKind } from './kind';

/** W3C WebCodecsErrorCallback: gets a DOMException, once, when the codec is already closed. */
export type ErrorCallback = (error: DOMException) => void;

export interface CodecInit<Output extends (...args: never[]) => unknown> {
  readonly output: Output;
  readonly error: ErrorCallback;
  readonly gate: GateOptions;
}

const callback: Conversion<(...args: never[]) => unknown> = (value, context, name) => {
  if (typeof value === 'function') return value as (...args: never[]) => unknown;
  throw typeError(`${context}: ${name} is not a function`);
};

const backpressure = enumeration('backpressure', ['block', 'throw', 'queue']);

const release = enumeration('release', ['callback', 'close']);

/** `given` is how many arguments the constructor has. */
export function codecInit<O extends (...args: never[]) => unknown>(
  { name, side }: Pick<CodecKind<never>, 'name' | 'side'>,
  init: unknown,
  given: number,
): CodecInit<O> {
  const context = `Failed to construct '${name}'`;
  requireArguments(given, 1, context);
  const members = dictionary(init, context, 'init');
  const mode = optional(members, 'backpressure', backpressure, context, 'block');
  const error = required(members, 'error', callback, context) as ErrorCallback;
  const maxBytes = optional(members, 'maxBytes', unsignedLongLong, context, GATE.maxBytes.initial);
  const output = required(members, 'output', callback, context) as O;
  const freed = optional(members, 'release', release, context, 'callback');
  const slots = optional(members, 'slots', unsignedLong, context, GATE.slots.initial);
  const { releases }: { releases: readonly string[] } = SIDES[side];
  if (!releases.includes(freed)) throw typeError(`${context}: release is "${freed}", but what it gives cannot be closed`);
  checkRange(slots, 'slots', context);
  if (maxBytes !== undefined) checkRange(maxBytes, 'maxBytes', context);
  return { output, error, gate: { slots, maxBytes, backpressure: mode, release: freed } };
}

function checkRange(value: number, name: keyof typeof GATE, context: string): void {
  const { least, most } = GATE[name];
  if (value < least || value > most) throw typeError(`${context}: ${name} is ${value}, allowed are ${least} to ${most}`);
}

