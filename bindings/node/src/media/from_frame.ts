import { native } from '../native';
import { geometry, type FrameInit } from './frame_init';
import { makeNative, Picture } from './picture';
import { pixelFormat } from './pixel_format';

/** W3C "Initialize Frame From Other Frame": the same pixels, not copied, with other facts. */
export function pictureFromFrame({ facts: base, reference }: Picture, given: FrameInit, context: string): Picture {
  const named = base.format === null ? null : pixelFormat(base.format);
  const format = named !== null && given.alpha === 'discard' ? pixelFormat(named.opaque) : named;
  const facts = {
    ...base,
    format: format?.name ?? null,
    ...geometry(given, base, format, context),
    timestamp: given.timestamp ?? base.timestamp,
    duration: given.duration ?? base.duration,
    metadata: given.metadata,
  };
  const pointer = makeNative(facts, context, (info, result) => native.fg_frame_derive(reference.pointer, info, result));
  return new Picture(facts, reference.shareWith(pointer));
}
