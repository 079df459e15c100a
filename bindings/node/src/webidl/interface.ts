/** Makes a class look as Web IDL interfaces do: attributes and methods enumerable, and a name for toString. */
export function defineInterface(type: { readonly name: string; readonly prototype: object }): void {
  const { prototype } = type;
  for (const key of Object.getOwnPropertyNames(prototype)) {
    if (key !== 'constructor') Object.defineProperty(prototype, key, { enumerable: true });
  }
  Object.defineProperty(prototype, Symbol.toStringTag, { value: type.name, configurable: true });
}
