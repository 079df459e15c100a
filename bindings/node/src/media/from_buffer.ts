import { isMainThread } from 'node:worker_threads';

import { addressOf, native, Planes } from '../native';
import { bufferSource, checkTransferList, detachAll, takeOver } from '../webidl';
import { croppedFacts, factsOfBuffer, videoFrameBufferInit } from './buffer_init';
import type { FrameFacts } from './frame_facts';
import { FrameReference } from './frame_reference';
import { HostMemory } from './host_memory';
import { computeLayout, isTight, packed, partOf, requireBytes, type ComputedLayout } from './layout';
import { checkFor, makeNative, Picture } from './picture';
import { pixelFormat } from './pixel_format';

/**
 * W3C VideoFrame(data, init). `data` holds the coded picture, as in browsers. (The text takes the size of the visible
 * rectangle for how much data there must be.) The frame is the visible part of it, which the text leaves open.
 */
export function pictureFromBuffer(data: unknown, init: unknown, context: string): Picture {
  const bytes = bufferSource(data, context, 'data');
  const given = videoFrameBufferInit(init, context);
  const whole = factsOfBuffer(given, context);
  const format = pixelFormat(given.format);
  const coded = computeLayout(format, whole.codedWidth, whole.codedHeight, given.layout, context);
  requireBytes(bytes.byteLength, coded, context, 'data');
  const [facts, layout] = [croppedFacts(whole), partOf(coded, format, whole.visible)];
  checkTransferList(given.transfer, context);
  const mayAdopt = isMainThread && given.transfer.some((buffer) => buffer === bytes.buffer);
  const reference = mayAdopt ? adopt(bytes, layout, facts, context) : copy(bytes, layout, facts, context);
  try {
    detachAll(given.transfer, context);
  } catch (error) {
    reference.release();
    throw error;
  }
  return new Picture(facts, reference);
}

/** A frame with memory of the library's, and the picture in it. */
export function copy(bytes: Uint8Array, layout: ComputedLayout, facts: FrameFacts, context: string): FrameReference {
  const pointer = makeNative(facts, context, native.fg_frame_new_video);
  const tight = isTight(layout);
  const source = tight ? bytes : packed(bytes, layout);
  const status = native.fg_frame_copy_from(pointer, source, tight ? layout.allocationSize : source.byteLength);
  if (status < 0) native.fg_frame_release(pointer);
  checkFor(context, status);
  return new FrameReference(pointer);
}

const planes = new Planes();

/**
 * A frame around the memory of the ArrayBuffer, which is detached and becomes ours. Not in workers: when one is
 * terminated its memory is gone at once, and the codec may be reading it.
 */
function adopt(bytes: Uint8Array, layout: ComputedLayout, facts: FrameFacts, context: string): FrameReference {
  const address = addressOf(bytes);
  planes.count = layout.planes.length;
  layout.planes.forEach(({ offset, stride }, index) => {
    planes.data.set(index, address + offset);
    planes.stride.set(index, stride);
  });
  const pointer = makeNative(facts, context, (info, result) =>
    native.fg_frame_wrap_video(info, planes.bytes, 0, 0, result),
  );
  try {
    const { byteOffset } = bytes;
    const owned = takeOver(bytes.buffer as ArrayBuffer, context);
    const moved = new Uint8Array(owned, byteOffset);
    if (addressOf(moved) === address) return lent(pointer, owned);
    const reference = copy(moved, layout, facts, context); // an engine that moves memory when it transfers it
    native.fg_frame_release(pointer);
    return reference;
  } catch (error) {
    native.fg_frame_release(pointer); // a buffer that cannot be detached
    throw error;
  }
}

const lent = (pointer: number, buffer: ArrayBuffer): FrameReference =>
  new FrameReference(native.fg_frame_retain(pointer), new HostMemory(pointer, buffer));
