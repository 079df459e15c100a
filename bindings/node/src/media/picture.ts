import { native, VideoInfo } from '../native';
import type { FrameFacts } from './frame_facts';
import { readFacts, writeFacts } from './frame_facts';
import type { FrameReference } from './frame_reference';
import { made } from './native_frame';
import { Resource } from './resource';

/** What a VideoFrame is made of: its facts and its pixels. */
export class Picture extends Resource<FrameFacts> {}

/** Reused: nothing below calls into the program. */
const info = new VideoInfo();

/** A native frame of these facts, made by `make`; the caller owns the reference. */
export function makeNative(
  facts: FrameFacts,
  context: string,
  make: (info: Uint8Array, result: Uint8Array) => number,
): number {
  writeFacts(facts, info);
  return made(context, (result) => make(info.bytes, result));
}

/** A native frame of the visible part in another size; the caller owns the reference. */
export const resizeNative = (pointer: number, width: number, height: number, context: string): number =>
  made(context, (result) => native.fg_frame_scale(pointer, width, height, result));

/** The picture of a native frame. Takes over the reference. */
export function nativePicture(reference: FrameReference): Picture {
  native.fg_frame_video_info(reference.pointer, info.bytes);
  return new Picture(readFacts(info), reference);
}
