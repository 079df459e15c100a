import type { Backend, CallbackParameter, NativeArgument, NativeFunction, NativeResult, ParameterType, ResultType } from './backend';

const TYPES: Record<ParameterType | ResultType | CallbackParameter, string> = {
  void: 'void',
  i32: 'int32_t',
  i64: 'int64_t',
  u32: 'uint32_t',
  u64: 'uint64_t',
  size: 'size_t',
  address: 'uint64_t', // as a number: a pointer would be a BigInt, allocated at every call
  bytes: 'void *',
  text: 'str',
};

/** The backend on koffi: about 0.05 microseconds a call. */
export function koffiBackend(): Backend {
  const koffi = require('koffi') as typeof import('koffi', { with: { 'resolution-mode': 'import' } });
  return {
    name: 'koffi',
    open(path) {
      const library = koffi.load(path);
      return {
        bind(name, result, parameters) {
          const call = library.func(name, TYPES[result], parameters.map((type) => TYPES[type]));
          return Object.assign((...args: NativeArgument[]) => call(...args) as NativeResult, {
            onPool: (...args: NativeArgument[]) =>
              new Promise<NativeResult>((resolve, reject) => {
                call.async(...args, (error: unknown, value: NativeResult) =>
                  error ? reject(error) : resolve(value),
                );
              }),
          }) satisfies NativeFunction;
        },
      };
    },
    address: (bytes) => Number(koffi.address(bytes)),
    callback(parameters, run) {
      const type = koffi.proto(TYPES.i64, parameters.map((parameter) => TYPES[parameter]));
      return Number(koffi.register(run, koffi.pointer(type)));
    },
  };
}
