/** Native frames, of pictures and of sound: how they are made of the program's bytes. */
import { isMainThread } from 'node:worker_threads';

import { addressOf, errorOf, native, ResultSlot } from '../native';
import { checkTransferList, detachAll, takeOver } from '../webidl';
import { FrameReference } from './frame_reference';
import { HostMemory } from './host_memory';

/** Reused: nothing below calls into the program. */
const result = new ResultSlot();

/** Throws what a negative status means, as a failure of `context`. */
export function checkFor(context: string, status: number): void {
  if (status < 0) throw errorOf(status, `${context}: ${native.fg_last_error()}`);
}

/** A native frame, whose pointer `make` writes; the caller owns the reference. */
export function made(context: string, make: (result: Uint8Array) => number): number {
  checkFor(context, make(result.bytes));
  return result.value;
}

/** Fills a new frame with bytes that are packed as its format has them. Takes over the reference. */
export function filled(pointer: number, bytes: Uint8Array, size: number, context: string): FrameReference {
  const status = native.fg_frame_copy_from(pointer, bytes, size);
  if (status < 0) native.fg_frame_release(pointer);
  checkFor(context, status);
  return new FrameReference(pointer);
}

/** Two ways from bytes to a frame. */
interface Making {
  /** A frame with memory of the library's, and a copy in it. */
  copy(bytes: Uint8Array): FrameReference;
  /** A native frame around memory that begins at `address`; the caller owns the reference. */
  wrap(address: number): number;
}

/** A frame of the bytes, which are copied unless their buffer is transferred. Detaches what is. */
export function frameOfBytes(bytes: Uint8Array, transfer: readonly ArrayBuffer[], making: Making, context: string): FrameReference {
  checkTransferList(transfer, context);
  const mayAdopt = isMainThread && transfer.some((buffer) => buffer === bytes.buffer);
  const reference = mayAdopt ? adopt(bytes, making, context) : making.copy(bytes);
  try {
    detachAll(transfer, context);
  } catch (error) {
    reference.release();
    throw error;
  }
  return reference;
}

/**
 * A frame around the memory of the ArrayBuffer, which is detached and becomes ours. Not in workers: when one is
 * terminated its memory is gone at once, and the codec may be reading it.
 */
function adopt(bytes: Uint8Array, making: Making, context: string): FrameReference {
  const address = addressOf(bytes);
  const pointer = making.wrap(address);
  try {
    const { byteOffset } = bytes;
    const owned = takeOver(bytes.buffer as ArrayBuffer, context);
    const moved = new Uint8Array(owned, byteOffset);
    if (addressOf(moved) === address) return lent(pointer, owned);
    const reference = making.copy(moved); // an engine that moves memory when it transfers it
    native.fg_frame_release(pointer);
    return reference;
  } catch (error) {
    native.fg_frame_release(pointer); // a buffer that cannot be detached
    throw error;
  }
}

const lent = (pointer: number, buffer: ArrayBuffer): FrameReference =>
  new FrameReference(native.fg_frame_retain(pointer), new HostMemory(pointer, buffer));
