import { native, Planes } from '../native';
import { bufferSource } from '../webidl';
import { croppedFacts, factsOfBuffer, videoFrameBufferInit } from './buffer_init';
import type { FrameFacts } from './frame_facts';
import type { FrameReference } from './frame_reference';
import { computeLayout, isTight, packed, partOf, requireBytes, type ComputedLayout } from './layout';
import { filled, frameOfBytes } from './native_frame';
import { makeNative, Picture } from './picture';
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
  const making = {
    copy: (source: Uint8Array) => copy(source, layout, facts, context),
    wrap: (address: number) => wrap(address, layout, facts, context),
  };
  return new Picture(facts, frameOfBytes(bytes, given.transfer, making, context));
}

/** A frame with memory of the library's, and the picture in it. */
export function copy(bytes: Uint8Array, layout: ComputedLayout, facts: FrameFacts, context: string): FrameReference {
  const pointer = makeNative(facts, context, native.fg_frame_new_video);
  const tight = isTight(layout);
  const source = tight ? bytes : packed(bytes, layout);
  return filled(pointer, source, tight ? layout.allocationSize : source.byteLength, context);
}

const planes = new Planes();

function wrap(address: number, layout: ComputedLayout, facts: FrameFacts, context: string): number {
  planes.count = layout.planes.length;
  layout.planes.forEach(({ offset, stride }, index) => {
    planes.data.set(index, address + offset);
    planes.stride.set(index, stride);
  });
  return makeNative(facts, context, (info, result) => native.fg_frame_wrap_video(info, planes.bytes, 0, 0, result));
}
