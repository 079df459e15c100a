/** The library, opened: its functions, and the few operations on memory that everything above needs. */
import type { Backend } from './backend';
import { bindC } from './functions';
import { chooseBackend, openLibrary } from './library';
import { errorOf } from './errors';

export { FG } from './generated';
export * from './structs';
export { domException, errorOf, typeError } from './errors';
export type { Members, StructBuffer } from './struct_buffer';

const backend = chooseBackend();

/** The functions of framegate.h. */
export const native = openLibrary(backend);

const c = bindC(backend.open(null));

/** Which foreign function interface is in use. */
export const backendName = backend.name;

/** Throws what a negative status means, with the text of the library; positive ones are given back. */
export function check(status: number): number {
  if (status < 0) throw errorOf(status, native.fg_last_error());
  return status;
}

/** Where the bytes lie, for members of structs. They must outlive the call. */
export const addressOf = (bytes: Uint8Array): number => backend.address(bytes);

/** A copy of native memory that JavaScript owns. */
export function copyOfMemory(address: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  if (size > 0) c.memcpy(bytes, address, size);
  return bytes;
}

/** Copies bytes to native memory, which has room for them. */
export function copyToMemory(address: number, bytes: Uint8Array): void {
  if (bytes.length > 0) c.memmove(address, bytes, bytes.length);
}

/** See Backend. */
export const callbackOf: Backend['callback'] = (parameters, run) => backend.callback(parameters, run);

/** Reused by functions that write one pointer, size or 64-bit number: `native.f(..., slot.bytes); slot.value`. */
export class ResultSlot {
  readonly bytes = new Uint8Array(8);
  readonly #words = new Uint32Array(this.bytes.buffer);

  get value(): number {
    return this.#words[1]! * 2 ** 32 + this.#words[0]!;
  }

  /** The first half alone, for functions that write 32 bits. */
  get value32(): number {
    return this.#words[0]!;
  }
}
