import { inspect, type InspectOptions } from 'node:util';

/** Lets console.log show the attributes of an interface, which are accessors and would not be seen. */
export function inspectable(type: { readonly name: string; readonly prototype: object }): void {
  const properties = Object.entries<PropertyDescriptor>(Object.getOwnPropertyDescriptors(type.prototype));
  const attributes = properties.filter(([, property]) => property.get !== undefined).map(([name]) => name);
  Object.defineProperty(type.prototype, inspect.custom, {
    value(this: Record<string, unknown>, depth: number, options: InspectOptions) {
      if (depth < 0) return `[${type.name}]`;
      const values = Object.fromEntries(attributes.map((name) => [name, this[name]]));
      return `${type.name} ${inspect(values, { ...options, depth })}`;
    },
  });
}
