/**
 * An object whose properties are made when they are first read, and plain from then on: reading one costs what it costs of
 * any object.
 */
export function lazyObject<K extends string, V>(keys: readonly K[], make: (key: K) => V): { readonly [P in K]: V } {
  const makers = {};
  for (const key of keys) {
    const get = function (this: object): V {
      const value = make(key);
      Object.defineProperty(this, key, { value, enumerable: true });
      return value;
    };
    Object.defineProperty(makers, key, { get });
  }
  return Object.create(makers) as { readonly [P in K]: V };
}
