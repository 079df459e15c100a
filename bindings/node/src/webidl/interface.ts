import * as workers from 'node:worker_threads';

import { brand } from './other_copy';

/** Makes a class look as Web IDL interfaces do: attributes, methods and statics enumerable, and a name for toString. */
export function defineInterface(type: { readonly name: string; readonly prototype: object }): void {
  const { prototype } = type;
  makeEnumerable(prototype, ['constructor']);
  makeEnumerable(type, ['length', 'name', 'prototype']);
  brand(type);
  Object.defineProperty(prototype, Symbol.toStringTag, { value: type.name, configurable: true });
}

/** The name of an interface in a sentence. */
export const withArticle = (name: string): string => `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`;

function makeEnumerable(object: object, except: readonly string[]): void {
  for (const key of Object.getOwnPropertyNames(object)) {
    if (!except.includes(key)) Object.defineProperty(object, key, { enumerable: true });
  }
}

/**
 * Lets structuredClone and postMessage throw a DataCloneError. Node has no way to let them clone or transfer objects of
 * packages; left alone they would make an empty object of it. Before Node 22.10 they do.
 */
export const refuseCloning: (object: object) => void =
  (workers as { markAsUncloneable?: (object: object) => void }).markAsUncloneable ?? (() => undefined);
