import { types } from 'node:util';

import type { Backend, CallbackParameter, NativeArgument, NativeFunction, NativeResult, ParameterType, ResultType } from './backend';

const TYPES: Record<ParameterType | ResultType | CallbackParameter, string> = {
  void: 'void',
  i32: 'int32',
  i64: 'int64',
  u32: 'uint32',
  u64: 'uint64',
  size: 'size_t',
  address: 'uint64',
  bytes: 'pointer',
  text: 'string',
};

/** The parts of ffi-napi and ref-napi that are used; they have no types of their own. */
interface Ffi {
  CIF(result: unknown, parameters: unknown[]): Buffer;
  DynamicLibrary: new (path: string | null, mode: number) => { get(symbol: string): Buffer };
  ForeignFunction: new (pointer: Buffer, result: string, parameters: string[]) => (...args: unknown[]) => NativeResult;
  RTLD_NOW: number;
}
interface Bindings {
  Callback(cif: Buffer, resultBytes: number, count: number, failed: (error: unknown) => void, run: (result: Buffer, args: Buffer) => void): Buffer;
  ffi_call(cif: Buffer, pointer: Buffer, result: Buffer, list: Buffer): void;
  ffi_call_async(cif: Buffer, pointer: Buffer, result: Buffer, list: Buffer, done: (error?: string) => void): void;
}
interface Ref {
  address(bytes: Buffer): number;
  coerceType(name: string): unknown;
}

interface Modules {
  ffi: Ffi;
  bindings: Bindings;
  ref: Ref;
}

/** Its successor's packages build on newer systems. */
const PACKAGES = [
  ['ffi-napi', 'ref-napi'],
  ['@2060.io/ffi-napi', '@2060.io/ref-napi'],
] as const;

/**
 * The backend on ffi-napi. Its own wrapper allocates a Buffer for every argument, which takes 10 to 30 microseconds a
 * call; so arguments are written to memory that is made once a function, and libffi is called below the wrapper.
 */
export function ffiNapiBackend(): Backend {
  const modules = load();
  const { ffi } = modules;
  return {
    name: 'ffi-napi',
    open(path) {
      const library = new ffi.DynamicLibrary(path, ffi.RTLD_NOW);
      return {
        bind(name, result, parameters) {
          const pointer = library.get(name);
          const direct = result !== 'text' && !parameters.includes('text');
          return (direct ? bindDirectly : bindWrapped)(modules, pointer, result, parameters);
        },
      };
    },
    address: (bytes) => addressOf(modules.ref, bytes),
    callback: (parameters, run) => bindCallback(modules, parameters, run),
  };
}

function load(): Modules {
  for (const [ffi, ref] of PACKAGES) {
    try {
      return { ffi: require(ffi) as Ffi, bindings: require(`${ffi}/lib/bindings`) as Bindings, ref: require(ref) as Ref };
    } catch (error) {
      if ((error as { code?: string }).code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  throw new Error(`FRAMEGATE_FFI=ffi-napi needs the packages ${PACKAGES.map((pair) => pair.join(' and ')).join(', or ')}`);
}

const addressOf = (ref: Ref, bytes: Uint8Array): number =>
  ref.address(Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));

/** For functions with C strings, which are called rarely. */
function bindWrapped({ ffi }: Modules, pointer: Buffer, result: ResultType, parameters: readonly ParameterType[]): NativeFunction {
  const call = new ffi.ForeignFunction(pointer, TYPES[result], parameters.map((type) => TYPES[type]));
  return Object.assign((...args: NativeArgument[]) => call(...args), {
    onPool: () => Promise.reject(new Error('a function with C strings cannot be called on the pool')),
  });
}

function bindDirectly({ ffi, bindings, ref }: Modules, pointer: Buffer, result: ResultType, parameters: readonly ParameterType[]): NativeFunction {
  const cif = ffi.CIF(ref.coerceType(TYPES[result]), parameters.map((type) => ref.coerceType(TYPES[type])));
  const own = new Frame(ref, parameters.length);
  const call = (...args: NativeArgument[]): NativeResult => {
    const copies = copiesOfShared(args);
    own.write(copies);
    bindings.ffi_call(cif, pointer, own.result, own.list);
    copyBack(args, copies);
    return own.read(result);
  };
  const onPool = (...args: NativeArgument[]): Promise<NativeResult> =>
    new Promise((resolve, reject) => {
      const frame = new Frame(ref, parameters.length);
      const copies = copiesOfShared(args);
      frame.write(copies);
      bindings.ffi_call_async(cif, pointer, frame.result, frame.list, (error) => {
        copyBack(args, copies); // which also keeps them reachable until here
        if (error) reject(new Error(error));
        else resolve(frame.read(result));
      });
    });
  return Object.assign(call, { onPool });
}

/** Those that are in use: what is collected may not be called any more. */
const callbacks: { readonly pointer: Buffer; readonly cif: Buffer }[] = [];

/**
 * Its own wrapper makes a Buffer of foreign memory for every argument, which ref-napi tells V8 are gigabytes long, so that each begins a garbage
 * collection; here arguments are copied from where they lie.
 */
function bindCallback({ ffi, bindings, ref }: Modules, parameters: readonly CallbackParameter[], run: (...args: number[]) => number): number {
  const cif = ffi.CIF(ref.coerceType(TYPES.i64), parameters.map((type) => ref.coerceType(TYPES[type])));
  const memcpy = new ffi.DynamicLibrary(null, ffi.RTLD_NOW).get('memcpy');
  const copy = bindDirectly({ ffi, bindings, ref }, memcpy, 'u64', ['bytes', 'address', 'size']);
  const word = Buffer.alloc(8);
  const pointer = bindings.Callback(cif, word.length, parameters.length, raise, (result, list) => {
    const args = parameters.map((type, i) => {
      copy(word, readWord(list, 8 * i), type === 'i32' ? 4 : 8);
      return type === 'i32' ? word.readInt32LE(0) : readSigned(word);
    });
    result.writeBigInt64LE(BigInt(run(...args)));
  });
  callbacks.push({ pointer, cif });
  return ref.address(pointer);
}

const raise = (error: unknown): never => {
  throw error;
};

const isShared = (value: NativeArgument): value is Uint8Array<SharedArrayBuffer> =>
  types.isUint8Array(value) && types.isSharedArrayBuffer(value.buffer);

/** ref-napi finds no memory of a SharedArrayBuffer: a copy goes in its place, and what was written comes back. */
const copiesOfShared = (args: NativeArgument[]): NativeArgument[] =>
  args.some(isShared) ? args.map((value) => (isShared(value) ? Uint8Array.from(value) : value)) : args;

function copyBack(args: NativeArgument[], copies: NativeArgument[]): void {
  if (args === copies) return;
  for (const [i, value] of args.entries()) if (isShared(value)) value.set(copies[i] as Uint8Array);
}

/** The memory of a call: a word an argument, the list of their addresses, and the result. */
class Frame {
  readonly list: Buffer;
  readonly result = Buffer.alloc(8);
  readonly #values: Buffer;
  readonly #ref: Ref;

  constructor(ref: Ref, count: number) {
    this.#ref = ref;
    this.#values = Buffer.alloc(8 * Math.max(count, 1));
    this.list = Buffer.alloc(this.#values.length);
    const first = ref.address(this.#values);
    for (let i = 0; i < count; i += 1) writeWord(this.list, i, first + 8 * i);
  }

  write(args: readonly NativeArgument[]): void {
    for (let i = 0; i < args.length; i += 1) {
      const value = args[i];
      writeWord(this.#values, i, types.isUint8Array(value) ? addressOf(this.#ref, value) : Number(value));
    }
  }

  read(type: ResultType): NativeResult {
    if (type === 'i32') return this.result.readInt32LE(0);
    if (type === 'u32') return this.result.readUInt32LE(0);
    return readWord(this.result, 0);
  }
}

const readWord = (buffer: Buffer, at: number): number => buffer.readUInt32LE(at + 4) * 2 ** 32 + buffer.readUInt32LE(at);
const readSigned = (buffer: Buffer): number => buffer.readInt32LE(4) * 2 ** 32 + buffer.readUInt32LE(0);

/** Two's complement, exact for whole numbers up to 2^53 on either side. */
function writeWord(buffer: Buffer, index: number, value: number): void {
  const high = Math.floor(value / 2 ** 32);
  buffer.writeUInt32LE(value - high * 2 ** 32, 8 * index);
  buffer.writeInt32LE(high, 8 * index + 4);
}
