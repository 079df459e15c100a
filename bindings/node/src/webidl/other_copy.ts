import { join } from 'node:path';

import { typeError } from '../native/errors';

/** Where copies of the package look for each other's classes: which it is, and in which directory that copy stands. */
const BRAND = Symbol.for('framegate.interface');

interface Brand {
  readonly name: string;
  readonly home: string;
}

const home = join(__dirname, '..', '..');
/** Those of this copy. */
const own = new WeakSet<Brand>();

export function brand(type: { readonly name: string; readonly prototype: object }): void {
  const value: Brand = { name: type.name, home };
  own.add(value);
  Object.defineProperty(type.prototype, BRAND, { value });
}

/**
 * A TypeError of this text for what has not the inside of one of our classes. It says so if that is an object of another copy of
 * the package: a second one in node_modules, one in a bundle, or the same one loaded again.
 */
export function strangerError(value: unknown, reason: string): TypeError {
  const other = (value as { [BRAND]?: Brand } | null | undefined)?.[BRAND];
  if (!other || own.has(other)) return typeError(reason);
  const where = other.home === home ? `loaded from ${home} as well` : `in ${other.home}, and not in ${home}`;
  return typeError(`${reason} of this copy of framegate: it is a ${other.name} of another copy of framegate, ${where}. Load one alone`);
}
