import conversions = require('webidl-conversions');

import { typeError } from '../native/errors';

/** Converts a member called `name` of what `context` says. */
export type Conversion<T> = (value: unknown, context: string, name: string) => T;

type IntegerType = 'unsigned long' | 'long long' | 'unsigned long long';

const options = (context: string, name: string) => ({ context: `${context}: ${name}` });

/** Most values are good already: no text is put together for them. */
const isSafe = (value: unknown, least: number, most: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;

const enforceRange =
  (type: IntegerType, least: number, most: number): Conversion<number> =>
  (value, context, name) =>
    isSafe(value, least, most)
      ? value + 0 // -0 is 0
      : conversions[type](value, { ...options(context, name), enforceRange: true });

/** The same, and neither below `least` nor above `most`. */
export function within(least: number, convert: Conversion<number>, most = Infinity): Conversion<number> {
  return (value, context, name) => {
    const number = convert(value, context, name);
    if (number >= least && number <= most) return number;
    const allowed = most === Infinity ? `is ${least} or more` : `are ${least} to ${most}`;
    throw typeError(`${context}: ${name} is ${number}, allowed ${allowed}`);
  };
}

const modulo =
  (type: IntegerType, least: number): Conversion<number> =>
  (value, context, name) =>
    isSafe(value, least, Number.MAX_SAFE_INTEGER) ? value + 0 : conversions[type](value, options(context, name));

/** [EnforceRange] unsigned long */
export const unsignedLong = enforceRange('unsigned long', 0, 2 ** 32 - 1);
/** [EnforceRange] unsigned long, and not 0 */
export const positive = within(1, unsignedLong);
/** [EnforceRange] long long */
export const longLong = enforceRange('long long', Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
/** [EnforceRange] unsigned long long */
export const unsignedLongLong = enforceRange('unsigned long long', 0, Number.MAX_SAFE_INTEGER);

/** long long, anything else being taken modulo 2^64 */
export const longLongModulo = modulo('long long', Number.MIN_SAFE_INTEGER);
/** unsigned long long, anything else being taken modulo 2^64 */
export const unsignedLongLongModulo = modulo('unsigned long long', 0);

export const double: Conversion<number> = (value, context, name) =>
  typeof value === 'number' && Number.isFinite(value) ? value : conversions.double(value, options(context, name));

/** float: the nearest number of 32 bits */
export const float: Conversion<number> = (value, context, name) =>
  typeof value === 'number' && Number.isFinite(value) && Math.fround(value) === value
    ? value
    : conversions.float(value, options(context, name));

export const unrestrictedDouble: Conversion<number> = (value, context, name) =>
  typeof value === 'number' ? value : conversions['unrestricted double'](value, options(context, name));

export const boolean: Conversion<boolean> = (value) => Boolean(value);
