import type { Backend, NativeArgument, NativeFunction, NativeResult, ParameterType, ResultType } from './backend';

const TYPES: Record<ParameterType | ResultType, string> = {
  void: 'void',
  i32: 'int32',
  u32: 'uint32',
  u64: 'uint64',
  size: 'size_t',
  address: 'uint64',
  bytes: 'pointer',
  text: 'string',
};

interface FfiFunction {
  (...args: unknown[]): NativeResult;
  async(...args: unknown[]): void;
}

/** The parts of ffi-napi and ref-napi that are used; they have no types of their own. */
interface Ffi {
  Library(path: string | null, functions: Record<string, [string, string[]]>): Record<string, FfiFunction>;
}
interface Ref {
  address(bytes: Uint8Array): number;
}

/** The backend on ffi-napi: 10 to 30 microseconds a call. */
export function ffiNapiBackend(): Backend {
  const ffi = requireFirst<Ffi>('ffi-napi', '@2060.io/ffi-napi');
  const ref = requireFirst<Ref>('ref-napi', '@2060.io/ref-napi');
  return {
    name: 'ffi-napi',
    open: (path) => ({
      bind(name, result, parameters) {
        const signature: [string, string[]] = [TYPES[result], parameters.map((type) => TYPES[type])];
        const call = ffi.Library(path, { [name]: signature })[name]!;
        return Object.assign((...args: NativeArgument[]) => withoutShared(args, call), {
          onPool: (...args: NativeArgument[]) =>
            new Promise<NativeResult>((resolve, reject) => {
              call.async(...args, (error: unknown, value: NativeResult) =>
                error ? reject(error as Error) : resolve(value),
              );
            }),
        }) satisfies NativeFunction;
      },
    }),
    address: (bytes) => Number(ref.address(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))),
  };
}

/** ffi-napi takes no memory of a SharedArrayBuffer: a copy goes in its place, and what was written comes back. */
function withoutShared(args: NativeArgument[], call: FfiFunction): NativeResult {
  if (!args.some(isShared)) return call(...args);
  const copies = args.map((arg) => (isShared(arg) ? Uint8Array.from(arg) : arg));
  const result = call(...copies);
  args.forEach((arg, index) => isShared(arg) && arg.set(copies[index] as Uint8Array));
  return result;
}

const isShared = (arg: NativeArgument): arg is Uint8Array =>
  arg instanceof Uint8Array && arg.buffer instanceof SharedArrayBuffer;

function requireFirst<T>(...names: string[]): T {
  for (const name of names) {
    try {
      return require(name) as T;
    } catch (error) {
      if ((error as { code?: string }).code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  throw new Error(`FRAMEGATE_FFI=ffi-napi needs one of the packages ${names.join(', ')}`);
}
