import { domException } from '../native/errors';
import { CopyOptions, FG, native } from '../native';
import { dictionary, enumeration, keysOf, optional } from '../webidl';
import type { DOMRectInit } from './dom_rect';
import type { FrameFacts } from './frame_facts';
import { computeLayout, planeLayouts, type ComputedLayout, type PlaneLayout } from './layout';
import { checkFor } from './native_frame';
import { knownFormat, pixelFormat, videoPixelFormat, type VideoPixelFormat } from './pixel_format';
import { domRectInit, parseVisibleRect, verifyAlignment, type Rect } from './rect';

/** fg_copy_options.color_space. */
const COLOR_SPACES = { srgb: FG.COLOR_SPACE_SRGB, 'display-p3': FG.COLOR_SPACE_DISPLAY_P3 } as const;
export type PredefinedColorSpace = keyof typeof COLOR_SPACES;
const predefinedColorSpace = enumeration('PredefinedColorSpace', keysOf(COLOR_SPACES));

/** What VideoFrame.copyTo() writes. */
export interface VideoFrameCopyToOptions {
  /** The part to copy, in coded pixels. Default: visibleRect. */
  rect?: DOMRectInit;
  /** Where the planes go. Default: tightly packed. */
  layout?: PlaneLayout[];
  /** RGBA, RGBX, BGRA or BGRX. Default: the frame's own format. */
  format?: VideoPixelFormat;
  /** For RGB. Default "srgb". */
  colorSpace?: PredefinedColorSpace;
}

export type CopyToOptions = ReturnType<typeof copyToOptions>;

/** Members in the order of their names, as Web IDL converts them. */
export function copyToOptions(value: unknown, context: string) {
  const members = dictionary(value, context, 'options');
  return {
    colorSpace: optional(members, 'colorSpace', predefinedColorSpace, context, 'srgb' as const),
    format: optional(members, 'format', videoPixelFormat, context, undefined),
    layout: optional(members, 'layout', planeLayouts, context, undefined),
    rect: optional(members, 'rect', domRectInit, context, undefined),
  };
}

export interface CopyPlan {
  readonly rect: Rect;
  readonly layout: ComputedLayout;
}

/** W3C "Parse VideoFrameCopyToOptions". */
export function planCopy(facts: FrameFacts, options: CopyToOptions, context: string): CopyPlan {
  const own = knownFormat(facts.format, context);
  const { codedWidth, codedHeight, visible } = facts;
  if (!options.rect) verifyAlignment(visible, own, `${context}: visibleRect at (${visible.x}, ${visible.y})`);
  const rect = options.rect ? parseVisibleRect(options.rect, codedWidth, codedHeight, own, context, 'rect') : visible;
  const target = options.format === undefined ? own : pixelFormat(options.format);
  if (options.format !== undefined && !target.isRgb) {
    const text = `${context}: format ${target.name} is not supported, only RGBA, RGBX, BGRA and BGRX, or none`;
    throw domException('NotSupportedError', text);
  }
  return { rect, layout: computeLayout(target, rect.width, rect.height, options.layout, context) };
}

const request = new CopyOptions();

/** Writes what was planned to `destination`, and tells where. */
export function copyPixels(
  pointer: number,
  plan: CopyPlan,
  options: CopyToOptions,
  destination: Uint8Array,
  context: string,
): PlaneLayout[] {
  const { rect, layout } = plan;
  request.format = options.format === undefined ? -1 : pixelFormat(options.format).number;
  request.color_space = COLOR_SPACES[options.colorSpace];
  request.x = rect.x;
  request.y = rect.y;
  request.width = rect.width;
  request.height = rect.height;
  request.plane_count = layout.planes.length;
  layout.planes.forEach(({ offset, stride }, index) => {
    request.offset.set(index, offset);
    request.stride.set(index, stride);
  });
  const { bytes } = request;
  checkFor(context, native.fg_frame_copy_to(pointer, bytes, destination, destination.byteLength));
  return layout.planes.map(({ offset, stride }) => ({ offset, stride }));
}
