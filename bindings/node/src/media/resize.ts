import { native } from '../native';
import { turned } from './display_size';
import type { FrameInit } from './frame_init';
import { FrameReference } from './frame_reference';
import { makeNative, Picture, resizeNative } from './picture';

/** The picture in the size that `framegate` asks for; the picture itself if it asks for none. Takes it over. */
export function resized(picture: Picture, given: FrameInit, context: string): Picture {
  const size = wantedSize(picture, given);
  if (!size) return picture;
  const { facts, reference } = picture;
  const { width, height } = size;
  try {
    const scaled = resizeNative(reference.pointer, width, height, context);
    try {
      const shown = given.displayWidth === undefined ? shownSize(picture, size) : {};
      const visible = { x: 0, y: 0, width, height };
      const own = { ...facts, codedWidth: width, codedHeight: height, visible, ...shown };
      const pointer = makeNative(own, context, (info, result) => native.fg_frame_derive(scaled, info, result));
      return new Picture(own, new FrameReference(pointer));
    } finally {
      native.fg_frame_release(scaled);
    }
  } finally {
    reference.release();
  }
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function wantedSize({ facts: { visible } }: Picture, { resize: { resizeWidth, resizeHeight } }: FrameInit): Size | null {
  if (resizeWidth === undefined && resizeHeight === undefined) return null;
  // As createImageBitmap() has it.
  const width = resizeWidth ?? Math.ceil((visible.width * resizeHeight!) / visible.height);
  const height = resizeHeight ?? Math.ceil((visible.height * resizeWidth!) / visible.width);
  return { width, height };
}

/** The size in which it is shown, in proportion. */
function shownSize({ facts }: Picture, size: Size): { displayWidth: number; displayHeight: number } {
  const [from, to] = [turned(facts.visible, facts.rotation), turned(size, facts.rotation)];
  const part = (shown: number, now: number, before: number) => Math.max(1, Math.round((shown * now) / before));
  return {
    displayWidth: part(facts.displayWidth, to.width, from.width),
    displayHeight: part(facts.displayHeight, to.height, from.height),
  };
}
