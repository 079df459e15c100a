import { inspect, type InspectOptions } from 'node:util';

type Interface = { readonly name: string; readonly prototype: object };

/** Lets console.log show the attributes of an interface, which are accessors and would not be seen; those of these names, or all. */
export function inspectable(type: Interface, attributes: readonly string[] = attributesOf(type)): void {
  Object.defineProperty(type.prototype, inspect.custom, {
    value(this: Record<string, unknown>, depth: number, options: InspectOptions) {
      if (depth < 0) return `[${type.name}]`;
      const values = Object.fromEntries(attributes.map((name) => [name, this[name]]));
      return `${type.name} ${inspect(values, { ...options, depth })}`;
    },
  });
}

function attributesOf({ prototype }: Interface): string[] {
  const properties = Object.entries<PropertyDescriptor>(Object.getOwnPropertyDescriptors(prototype));
  return properties.filter(([, property]) => property.get !== undefined).map(([name]) => name);
}
