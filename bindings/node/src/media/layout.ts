import { typeError } from '../native/errors';
import { dictionary, required, sequence, unsignedLong, type Conversion } from '../webidl';
import type { PixelFormat } from './pixel_format';
import type { Rect } from './rect';

/** W3C PlaneLayout: where a plane lies in a buffer, in bytes. */
export interface PlaneLayout {
  offset: number;
  stride: number;
}

export interface ComputedPlane extends PlaneLayout {
  /** Bytes of picture in a row. */
  readonly rowBytes: number;
  readonly rows: number;
}

export interface ComputedLayout {
  /** Bytes that the whole picture needs. */
  readonly allocationSize: number;
  readonly planes: readonly ComputedPlane[];
}

const MAX_UNSIGNED_LONG = 2 ** 32 - 1;

export const planeLayouts: Conversion<PlaneLayout[]> = sequence((value, context, name) => {
  const members = dictionary(value, context, name);
  const place = `${context}: ${name}`;
  return {
    offset: required(members, 'offset', unsignedLong, place),
    stride: required(members, 'stride', unsignedLong, place),
  };
});

/**
 * W3C "Compute Layout and Allocation Size" of a picture of `width` x `height`: tightly packed, or as `layout` says.
 * Odd sizes round up, as the formats' definitions say (the algorithm's own text rounds a row's width down).
 */
export function computeLayout(
  format: PixelFormat,
  width: number,
  height: number,
  layout: readonly PlaneLayout[] | undefined,
  context: string,
): ComputedLayout {
  if (layout && layout.length !== format.planes.length) {
    throw typeError(`${context}: layout has ${layout.length} planes, ${format.name} has ${format.planes.length}`);
  }
  const planes: ComputedPlane[] = [];
  let allocationSize = 0;
  format.planes.forEach((shape, index) => {
    const rowBytes = Math.ceil(width / shape.sampleWidth) * shape.sampleBytes;
    const rows = Math.ceil(height / shape.sampleHeight);
    const { offset, stride } = layout?.[index] ?? { offset: allocationSize, stride: rowBytes };
    if (stride < rowBytes) {
      throw typeError(`${context}: layout[${index}].stride is ${stride}, too small for a row of ${rowBytes} bytes`);
    }
    const plane = { offset, stride, rowBytes, rows };
    if (end(plane) > MAX_UNSIGNED_LONG) {
      throw typeError(`${context}: the layout of plane ${index} ends at ${end(plane)} and exceeds ${MAX_UNSIGNED_LONG}`);
    }
    const other = planes.findIndex((earlier) => overlap(earlier, plane));
    if (other >= 0) throw typeError(`${context}: layout[${other}] and layout[${index}] overlap`);
    planes.push(plane);
    allocationSize = Math.max(allocationSize, end(plane));
  });
  return { allocationSize, planes };
}

const end = (plane: ComputedPlane): number => plane.offset + plane.stride * plane.rows;

const overlap = (a: ComputedPlane, b: ComputedPlane): boolean => end(a) > b.offset && end(b) > a.offset;

/** Throws unless `size` bytes are enough. */
export function requireBytes(size: number, layout: ComputedLayout, context: string, name: string): void {
  if (size >= layout.allocationSize) return;
  throw typeError(`${context}: ${name} is too small: ${size} bytes, ${layout.allocationSize} are needed`);
}

/** The planes of a part of the picture, where they are. Its corner is on a sample of every plane. */
export function partOf(layout: ComputedLayout, format: PixelFormat, part: Rect): ComputedLayout {
  const planes = layout.planes.map(({ offset, stride }, index) => {
    const { sampleBytes, sampleWidth, sampleHeight } = format.planes[index]!;
    return {
      offset: offset + (part.y / sampleHeight) * stride + (part.x / sampleWidth) * sampleBytes,
      stride,
      rowBytes: Math.ceil(part.width / sampleWidth) * sampleBytes,
      rows: Math.ceil(part.height / sampleHeight),
    };
  });
  return { allocationSize: packedSize(planes), planes };
}

const packedSize = (planes: readonly ComputedPlane[]): number =>
  planes.reduce((sum, plane) => sum + plane.rowBytes * plane.rows, 0);

/** Whether the planes follow each other without gaps between them or their rows. */
export function isTight({ planes }: ComputedLayout): boolean {
  let next = 0;
  return planes.every((plane) => {
    const follows = plane.offset === next && plane.stride === plane.rowBytes;
    next = end(plane);
    return follows;
  });
}

/** A copy of the picture without gaps. */
export function packed(bytes: Uint8Array, { planes }: ComputedLayout): Uint8Array {
  const copy = Buffer.allocUnsafeSlow(packedSize(planes));
  let at = 0;
  for (const { offset, stride, rowBytes, rows } of planes) {
    for (let row = 0; row < rows; row += 1, at += rowBytes) {
      const from = offset + row * stride;
      copy.set(bytes.subarray(from, from + rowBytes), at);
    }
  }
  return copy;
}
