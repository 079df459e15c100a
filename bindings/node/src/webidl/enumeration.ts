import { typeError } from '../native/errors';
import type { Conversion } from './numbers';

/** An enumeration: any of `values`, as a string. `type` is its name in the W3C text. */
export function enumeration<T extends string>(type: string, values: readonly T[]): Conversion<T> {
  const known: ReadonlySet<unknown> = new Set(values);
  return (value, context, name) => {
    const text = typeof value === 'string' ? value : String(value);
    if (known.has(text)) return text as T;
    throw typeError(`${context}: ${name} is "${text}", not a valid ${type}: ${values.join(', ')}`);
  };
}

/** The names in a table. */
export const keysOf = <T extends string>(table: Readonly<Record<T, unknown>>): T[] => Object.keys(table) as T[];

/** `T?`: null and undefined are null. */
export const nullable =
  <T>(convert: Conversion<T>): Conversion<T | null> =>
  (value, context, name) =>
    value === null || value === undefined ? null : convert(value, context, name);
