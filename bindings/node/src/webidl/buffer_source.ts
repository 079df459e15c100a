import { types } from 'node:util';

import { typeError } from '../native/errors';
import type { Conversion } from './numbers';

/** An ArrayBuffer, a SharedArrayBuffer, or a view of one. */
export type AllowSharedBufferSource = ArrayBufferLike | ArrayBufferView<ArrayBufferLike>;

/** What ES2024 adds, where this Node has it. */
interface NewBufferMembers {
  readonly detached?: boolean;
  readonly resizable?: boolean;
  readonly growable?: boolean;
}

/** Whether the argument is one, without a look at its contents. */
export const isBufferSource = (value: unknown): value is AllowSharedBufferSource =>
  ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value);

/** The bytes of a buffer source, not copied; none if it was detached. Buffers that can change their size are refused. */
export const bufferSource: Conversion<Uint8Array<ArrayBufferLike>> = (value, context, name) => {
  if (!isBufferSource(value)) {
    throw typeError(`${context}: ${name} is not an ArrayBuffer, a SharedArrayBuffer or a view of one`);
  }
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
  refuseResizable(buffer, context, name);
  if (isDetached(buffer)) return new Uint8Array(0);
  return ArrayBuffer.isView(value)
    ? new Uint8Array(buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(buffer);
};

/** A copy of the bytes; a TypeError if they are detached. */
export const bufferSourceCopy: Conversion<Uint8Array> = (value, context, name) => {
  const bytes = bufferSource(value, context, name);
  if (isDetached(ArrayBuffer.isView(value) ? value.buffer : (value as ArrayBufferLike))) {
    throw typeError(`${context}: ${name} is detached`);
  }
  return Uint8Array.from(bytes);
};

/** A plain ArrayBuffer, for transfer lists. */
export const arrayBuffer: Conversion<ArrayBuffer> = (value, context, name) => {
  if (!types.isArrayBuffer(value)) throw typeError(`${context}: ${name} is not an ArrayBuffer`);
  refuseResizable(value, context, name);
  return value;
};

export function isDetached(buffer: ArrayBufferLike): boolean {
  const { detached } = buffer as NewBufferMembers;
  if (detached !== undefined) return detached;
  if (buffer.byteLength > 0 || !types.isArrayBuffer(buffer)) return false;
  try {
    new Uint8Array(buffer); // what Node 20 offers to find out
    return false;
  } catch {
    return true;
  }
}

function refuseResizable(buffer: ArrayBufferLike, context: string, name: string): void {
  const { resizable, growable } = buffer as NewBufferMembers;
  if (resizable || growable) throw typeError(`${context}: ${name} is resizable, which is not allowed`);
}
