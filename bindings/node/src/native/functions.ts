import type { NativeFunction, NativeLibrary, Prototype, ResultType } from './backend';
import { inTurn } from './pool';

/** The functions of framegate.h that are used here. `address` is an object's pointer, `bytes` a place to read or write. */
export const PROTOTYPES = {
  fg_abi_version: ['u32'],
  fg_version: ['text'],
  fg_ffmpeg_version: ['text'],
  fg_status_name: ['text', 'i32'],
  fg_last_error: ['text'],

  fg_config_new: ['i32', 'text', 'bytes'],
  fg_config_copy: ['i32', 'address', 'bytes'],
  fg_config_set: ['i32', 'address', 'text', 'text'],
  fg_config_set_bytes: ['i32', 'address', 'text', 'bytes', 'size'],
  fg_config_get: ['i32', 'address', 'text', 'bytes', 'size'],
  fg_config_get_bytes: ['i32', 'address', 'text', 'bytes', 'bytes'],
  fg_config_free: ['void', 'address'],
  fg_encoder_is_config_supported: ['i32', 'address'],
  fg_decoder_is_config_supported: ['i32', 'address'],

  fg_frame_new_video: ['i32', 'bytes', 'bytes'],
  fg_frame_wrap_video: ['i32', 'bytes', 'bytes', 'address', 'address', 'bytes'],
  fg_frame_derive: ['i32', 'address', 'bytes', 'bytes'],
  fg_frame_scale: ['i32', 'address', 'u32', 'u32', 'bytes'],
  fg_frame_video_info: ['i32', 'address', 'bytes'],
  fg_frame_planes: ['i32', 'address', 'bytes'],
  fg_frame_copy_from: ['i32', 'address', 'bytes', 'size'],
  fg_frame_allocation_size: ['i32', 'address', 'bytes', 'bytes'],
  fg_frame_copy_to: ['i32', 'address', 'bytes', 'bytes', 'size'],
  fg_frame_retain: ['address', 'address'],
  fg_frame_references: ['u32', 'address'],
  fg_frame_release: ['void', 'address'],

  fg_encoder_new: ['i32', 'address', 'bytes'],
  fg_encoder_configure: ['i32', 'address', 'address'],
  fg_encoder_enqueue: ['i32', 'address', 'address', 'bytes', 'i32'],
  fg_encoder_flush: ['i32', 'address', 'bytes'],
  fg_encoder_poll: ['i32', 'address', 'bytes', 'i32'],
  fg_encoder_wait: ['i32', 'address', 'u32', 'bytes', 'i32'],
  fg_encoder_reset: ['i32', 'address'],
  fg_encoder_close: ['i32', 'address'],
  fg_encoder_free: ['void', 'address'],
  fg_encoder_stats: ['i32', 'address', 'bytes'],
  fg_encoder_error: ['i32', 'address', 'bytes', 'size'],
  fg_encoder_join: ['i32', 'address', 'address', 'u64'],

  fg_decoder_new: ['i32', 'address', 'bytes'],
  fg_decoder_configure: ['i32', 'address', 'address'],
  fg_decoder_enqueue: ['i32', 'address', 'bytes', 'i32'],
  fg_decoder_flush: ['i32', 'address', 'bytes'],
  fg_decoder_poll: ['i32', 'address', 'bytes', 'i32'],
  fg_decoder_wait: ['i32', 'address', 'u32', 'bytes', 'i32'],
  fg_decoder_reset: ['i32', 'address'],
  fg_decoder_close: ['i32', 'address'],
  fg_decoder_free: ['void', 'address'],
  fg_decoder_stats: ['i32', 'address', 'bytes'],
  fg_decoder_error: ['i32', 'address', 'bytes', 'size'],
  fg_decoder_join: ['i32', 'address', 'address', 'u64'],

  fg_release_output: ['i32', 'u64'],

  fg_waitset_new_for_thread: ['i32', 'bytes'],
  fg_waitset_fd: ['i32', 'address', 'bytes'],
  fg_waitset_wait: ['i32', 'address', 'bytes', 'size', 'bytes', 'i32'],
  fg_waitset_free: ['void', 'address'],
} as const satisfies Record<string, Prototype>;

/** What is in the C library already. */
const C_PROTOTYPES = {
  memcpy: ['u64', 'bytes', 'address', 'size'],
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
export type Functions<T extends Record<string, Prototype>> = { readonly [K in keyof T]: FunctionOf<T[K]> };

export type NativeFunctions = Functions<typeof PROTOTYPES>;
export type CFunctions = Functions<typeof C_PROTOTYPES>;

export const bindFramegate = (library: NativeLibrary): NativeFunctions => bindAll(library, PROTOTYPES);
export const bindC = (library: NativeLibrary): CFunctions => bindAll(library, C_PROTOTYPES);

function bindAll<T extends Record<string, Prototype>>(library: NativeLibrary, prototypes: T): Functions<T> {
  const functions: Record<string, NativeFunction> = {};
  for (const [name, [result, ...parameters]] of Object.entries<Prototype>(prototypes)) {
    const call = library.bind(name, result, parameters);
    const { onPool } = call;
    call.onPool = (...args) => inTurn(() => onPool(...args));
    functions[name] = call;
  }
  return functions as unknown as Functions<T>;
}
