import type { VideoColorSpaceInit } from '../media/color_space';
import type { Size } from '../media/display_size';
import type { PixelFormat } from '../media/pixel_format';
import { blank, bytesOf, type Pixels, type Plane } from './pixels';

/** The picture in the middle of a larger one, which is transparent around it, or black where there is no alpha. */
export function boxed(pixels: Pixels, box: Size, colorSpace: VideoColorSpaceInit): Pixels {
  const { format } = pixels;
  const result = blank(format, box);
  // Where the samples of every plane begin.
  const left = 2 * Math.floor((box.width - pixels.width) / 4);
  const top = 2 * Math.floor((box.height - pixels.height) / 4);
  result.planes.forEach((plane, index) => {
    const { sampleWidth, sampleHeight } = format.planes[index]!;
    fillBlack(plane, index, format, colorSpace);
    paste(pixels.planes[index]!, plane, left / sampleWidth, top / sampleHeight);
  });
  return result;
}

function fillBlack({ samples }: Plane, index: number, format: PixelFormat, { matrix, fullRange }: VideoColorSpaceInit): void {
  if (format.isRgb) {
    if (format.opaque === format.name) bytesOf(samples).forEach((_, at, bytes) => (bytes[at] = at % 4 === 3 ? 255 : 0));
    return;
  }
  if (index === 3 || matrix === 'rgb') return; // alpha; and green, blue and red
  const depth = /P1(\d)/.exec(format.name);
  const unit = depth ? 2 ** (Number(depth[1]) + 2) : 1; // of 10 and 12 bits
  const black = index === 0 ? (fullRange ? 0 : 16) : 128;
  if (format.name === 'NV12' && index === 1) bytesOf(samples).fill(black);
  else samples.fill(black * unit);
}

function paste(from: Plane, to: Plane, left: number, top: number): void {
  for (let y = 0; y < from.height; y += 1) {
    to.samples.set(from.samples.subarray(y * from.width, (y + 1) * from.width), (top + y) * to.width + left);
  }
}
