import { errorOf, native, ResultSlot, VideoInfo } from '../native';
import type { FrameFacts } from './frame_facts';
import { readFacts, writeFacts } from './frame_facts';
import type { FrameReference } from './frame_reference';

/** What a VideoFrame is made of: its facts and its pixels. */
export class Picture {
  readonly facts: FrameFacts;
  readonly reference: FrameReference;

  constructor(facts: FrameFacts, reference: FrameReference) {
    this.facts = facts;
    this.reference = reference;
  }
}

// Reused: nothing below calls into the program.
const info = new VideoInfo();
const result = new ResultSlot();

/** Throws what a negative status means, as a failure of `context`. */
export function checkFor(context: string, status: number): void {
  if (status < 0) throw errorOf(status, `${context}: ${native.fg_last_error()}`);
}

/** A native frame of these facts, made by `make`; the caller owns the reference. */
export function makeNative(
  facts: FrameFacts,
  context: string,
  make: (info: Uint8Array, result: Uint8Array) => number,
): number {
  writeFacts(facts, info);
  checkFor(context, make(info.bytes, result.bytes));
  return result.value;
}

/** A native frame of the visible part in another size; the caller owns the reference. */
export function resizeNative(pointer: number, width: number, height: number, context: string): number {
  checkFor(context, native.fg_frame_scale(pointer, width, height, result.bytes));
  return result.value;
}

/** The picture of a native frame. Takes over the reference. */
export function nativePicture(reference: FrameReference): Picture {
  native.fg_frame_video_info(reference.pointer, info.bytes);
  return new Picture(readFacts(info), reference);
}
