import * as workers from 'node:worker_threads';

/** Makes a class look as Web IDL interfaces do: attributes and methods enumerable, and a name for toString. */
export function defineInterface(type: { readonly name: string; readonly prototype: object }): void {
  const { prototype } = type;
  for (const key of Object.getOwnPropertyNames(prototype)) {
    if (key !== 'constructor') Object.defineProperty(prototype, key, { enumerable: true });
  }
  Object.defineProperty(prototype, Symbol.toStringTag, { value: type.name, configurable: true });
}

/**
 * Lets structuredClone and postMessage throw a DataCloneError. Node has no way to let them clone or transfer objects of
 * packages; left alone they would make an empty object of it. Before Node 22.10 they do.
 */
export const refuseCloning: (object: object) => void =
  (workers as { markAsUncloneable?: (object: object) => void }).markAsUncloneable ?? (() => undefined);
