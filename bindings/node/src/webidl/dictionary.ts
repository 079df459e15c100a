import { typeError } from '../native/errors';
import type { Conversion } from './numbers';

/** An object whose members are still to be converted, in the order of their names. */
export type Members = Readonly<Record<string, unknown>>;

const NO_MEMBERS: Members = Object.freeze({});

/** A dictionary: an object, or undefined and null, which have no members. */
export const dictionary: Conversion<Members> = (value, context, name) => {
  if (value === undefined || value === null) return NO_MEMBERS;
  if (typeof value === 'object' || typeof value === 'function') return value as Members;
  throw typeError(`${context}: ${name} is not an object`);
};

/** A member that may be missing; it is `fallback` then. */
export function optional<T, F>(members: Members, key: string, convert: Conversion<T>, context: string, fallback: F): T | F {
  const value = members[key];
  return value === undefined ? fallback : convert(value, context, key);
}

export function required<T>(members: Members, key: string, convert: Conversion<T>, context: string): T {
  const value = members[key];
  if (value === undefined) throw typeError(`${context}: required member ${key} is missing`);
  return convert(value, context, key);
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** A dictionary in which members that are not there do not exist. */
export function withoutUndefined<T extends object>(members: T): Defined<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Defined<T>;
}

/** Throws unless at least `count` arguments were given. */
export function requireArguments(given: number, count: number, context: string): void {
  if (given >= count) return;
  throw typeError(`${context}: ${count} argument${count === 1 ? '' : 's'} required, but only ${given} present`);
}
