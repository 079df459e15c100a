import { typeError } from '../native/errors';
import type { Conversion } from './numbers';

/** sequence<T>: anything that iterates; members are named `name[0]` and so on. */
export function sequence<T>(convert: Conversion<T>): Conversion<T[]> {
  return (value, context, name) => {
    if (value === null || (typeof value !== 'object' && typeof value !== 'function') || !isIterable(value)) {
      throw typeError(`${context}: ${name} is not a sequence`);
    }
    const items: T[] = [];
    for (const item of value) items.push(convert(item, context, `${name}[${items.length}]`));
    return items;
  };
}

const isIterable = (value: object): value is Iterable<unknown> =>
  typeof (value as Partial<Iterable<unknown>>)[Symbol.iterator] === 'function';
