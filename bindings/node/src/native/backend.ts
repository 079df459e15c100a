/**
 * What a foreign function interface must offer. One small file each implements it; nothing above knows which.
 *
 * Addresses are numbers: those of user space are below 2^53. Structs and results by pointer are bytes that
 * JavaScript owns, so no call marshals anything. Callbacks run inside a call that their own thread has made, never from a
 * foreign thread, which would have to wait for this one.
 */
export interface Backend {
  readonly name: string;
  /** Opens a shared library by path or soname; null is the process itself, with the C library in it. */
  open(path: string | null): NativeLibrary;
  /** Where the bytes lie. They stay there as long as the ArrayBuffer lives and is not detached. */
  address(bytes: Uint8Array): number;
  /**
   * The address of a C function that calls `run`, which gives an int64_t and must not throw. It stays as long as the thread. Only calls
   * that this thread makes may call it.
   */
  callback(parameters: readonly CallbackParameter[], run: (...args: number[]) => number): number;
}

export interface NativeLibrary {
  /** A function of the library, or an error if it has none of that name. */
  bind(name: string, result: ResultType, parameters: readonly ParameterType[]): NativeFunction;
}

export interface NativeFunction {
  (...args: NativeArgument[]): NativeResult;
  /** Calls it on a thread of the pool. The arguments must stay as they are until it has settled. */
  onPool(...args: NativeArgument[]): Promise<NativeResult>;
}

/**
 * `bytes` takes a Uint8Array and passes its address; `address` takes a number; `text` a string that is copied.
 * `size` is size_t.
 */
export type ParameterType = 'i32' | 'u32' | 'i64' | 'u64' | 'size' | 'address' | 'bytes' | 'text';

/** What a callback gets. */
export type CallbackParameter = 'i32' | 'i64' | 'size' | 'address';

/** `text` is a C string, copied; `address` and `u64` are numbers. */
export type ResultType = 'void' | 'i32' | 'u32' | 'u64' | 'address' | 'text';

/** What a function gives and takes. */
export type Prototype = readonly [result: ResultType, ...parameters: ParameterType[]];

export type NativeArgument = number | string | Uint8Array | null;
export type NativeResult = number | string | null | undefined;
