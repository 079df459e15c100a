import { typeError } from '../native/errors';
import { dictionary, optional, unrestrictedDouble, type Conversion } from '../webidl';
import type { DOMRectInit } from './dom_rect';
import type { PixelFormat } from './pixel_format';

/** A part of a picture, in whole pixels. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const domRectInit: Conversion<Required<DOMRectInit>> = (value, context, name) => {
  const members = dictionary(value, context, name);
  const member = (key: string) => optional(members, key, unrestrictedDouble, `${context}: ${name}`, 0);
  const [height, width, x, y] = [member('height'), member('width'), member('x'), member('y')];
  return { x, y, width, height };
};

/**
 * W3C "Parse Visible Rect" for a rectangle that the caller gave: inside the coded size, on sample boundaries. `format`
 * is null for formats without a name, which have no boundaries that are known.
 */
export function parseVisibleRect(
  given: Required<DOMRectInit>,
  codedWidth: number,
  codedHeight: number,
  format: PixelFormat | null,
  context: string,
  name: string,
): Rect {
  const text = `${context}: ${name} ${given.width}x${given.height} at (${given.x}, ${given.y})`;
  for (const value of [given.x, given.y, given.width, given.height]) {
    if (!Number.isFinite(value)) throw typeError(`${text} has a member that is not finite`);
    if (value < 0) throw typeError(`${text} has a negative member`);
  }
  if (given.x + given.width > codedWidth || given.y + given.height > codedHeight) {
    throw typeError(`${text} exceeds the coded size ${codedWidth}x${codedHeight}`);
  }
  const rect = truncated(given);
  if (rect.width === 0 || rect.height === 0) throw typeError(`${text} is empty`);
  verifyAlignment(rect, format, text);
  return rect;
}

/** Pixels are whole. */
const truncated = ({ x, y, width, height }: Required<DOMRectInit>): Rect => ({
  x: Math.trunc(x),
  y: Math.trunc(y),
  width: Math.trunc(width),
  height: Math.trunc(height),
});

/** W3C "Verify Rect Offset Alignment". */
export function verifyAlignment({ x, y }: Rect, format: PixelFormat | null, text: string): void {
  for (const { sampleWidth, sampleHeight } of format?.planes ?? []) {
    if (x % sampleWidth === 0 && y % sampleHeight === 0) continue;
    throw typeError(
      `${text} breaks the sample alignment of ${format!.name}: x must be a multiple of ${sampleWidth}, y of ${sampleHeight}`,
    );
  }
}
