import { turned } from '../media/display_size';
import type { Orientation } from '../media/orientation';
import { samplesOf, type Pixels, type Plane } from './pixels';

/** The picture turned clockwise, then mirrored left to right. */
export function turnedPixels(pixels: Pixels, orientation: Orientation): Pixels {
  const { format, width, height } = pixels;
  const planes = pixels.planes.map((plane) => turnedPlane(plane, orientation));
  return { format, ...turned({ width, height }, orientation.rotation), planes };
}

/** Where the first sample of the turned plane is, and how far the next ones are to the right and below. */
function stepsOf({ width, height }: Plane, rotation: number): readonly [first: number, right: number, down: number] {
  if (rotation === 90) return [(height - 1) * width, -width, 1];
  if (rotation === 180) return [height * width - 1, -1, -width];
  if (rotation === 270) return [width - 1, width, -1];
  return [0, 1, width];
}

function turnedPlane(plane: Plane, { rotation, flip }: Orientation): Plane {
  const { samples } = plane;
  const { width, height } = turned({ width: plane.width, height: plane.height }, rotation);
  const [first, right, down] = stepsOf(plane, rotation);
  const [start, step] = flip ? [first + (width - 1) * right, -right] : [first, right];
  const result = samplesOf(samples.length, samples.BYTES_PER_ELEMENT);
  for (let y = 0, to = 0; y < height; y += 1) {
    for (let x = 0, from = start + y * down; x < width; x += 1, from += step) result[to++] = samples[from]!;
  }
  return { width, height, samples: result };
}

/** Whether the planes of a format keep their shape on their side: those of 4:2:2 do not. */
export const canTurn = ({ format }: Pick<Pixels, 'format'>, rotation: number): boolean =>
  rotation % 180 === 0 || format.planes.every(({ sampleWidth, sampleHeight }) => sampleWidth === sampleHeight);
