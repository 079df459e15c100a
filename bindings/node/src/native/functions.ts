import { isMainThread } from 'node:worker_threads';

import type { NativeFunction, NativeLibrary, Prototype, ResultType } from './backend';
import { PROTOTYPES } from './generated';
import { lazyObject } from './lazy';
import { inTurn } from './pool';

/** What is in the C library already. */
const C_PROTOTYPES = {
  memcpy: ['u64', 'bytes', 'address', 'size'],
  memmove: ['u64', 'address', 'bytes', 'size'],
} as const satisfies Record<string, Prototype>;

interface Results {
  void: void;
  i32: number;
  u32: number;
  u64: number;
  address: number;
  text: string;
}

interface Parameters {
  i32: number;
  u32: number;
  i64: number;
  u64: number;
  size: number;
  address: number;
  bytes: Uint8Array | null;
  text: string;
}

type ParametersOf<P extends readonly unknown[]> = {
  [I in keyof P]: P[I] extends keyof Parameters ? Parameters[P[I]] : never;
};

type FunctionOf<P extends Prototype> = P extends readonly [infer R extends ResultType, ...infer A]
  ? { (...args: ParametersOf<A>): Results[R]; onPool(...args: ParametersOf<A>): Promise<Results[R]> }
  : never;

/** The functions by name, typed from the table. */
export type Functions<T extends Readonly<Record<string, Prototype>>> = { readonly [K in keyof T]: FunctionOf<T[K]> };

export type NativeFunctions = Functions<typeof PROTOTYPES>;
export type CFunctions = Functions<typeof C_PROTOTYPES>;

export const bindFramegate = (library: NativeLibrary): NativeFunctions => bindAll(library, PROTOTYPES);
export const bindC = (library: NativeLibrary): CFunctions => bindAll(library, C_PROTOTYPES);

/**
 * Each is bound when it is first used: no program uses all of them. Workers bind them when they load the package: terminate() in
 * the middle of a binding aborts the process.
 */
function bindAll<T extends Readonly<Record<string, Prototype>>>(library: NativeLibrary, prototypes: T): Functions<T> {
  const names = Object.keys(prototypes);
  const functions = lazyObject(names, (name) => bind(library, name, prototypes[name]!));
  if (!isMainThread) names.forEach((name) => functions[name]);
  return functions as unknown as Functions<T>;
}

function bind(library: NativeLibrary, name: string, [result, ...parameters]: Prototype): NativeFunction {
  const call = library.bind(name, result, parameters);
  const { onPool } = call;
  call.onPool = (...args) => inTurn(() => onPool(...args));
  return call;
}
