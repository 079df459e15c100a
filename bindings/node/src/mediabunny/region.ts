import { turned, type Size } from '../media/display_size';
import type { CropRectangle, VideoSampleLike, VideoSampleTransformation } from './transformation';

/** What is seen of a picture, and how large it becomes. */
export interface Region {
  /** Of the picture as it is stored, in its visible pixels; not whole where pixels are not square. */
  readonly source: CropRectangle;
  /** Its size in the result, before it is turned. */
  readonly size: Size;
  /** Whether `source` is as the program said: then it is not moved to where the chroma begins. */
  readonly exact: boolean;
}

/** W x H of a crop that shows no bars (`cover`): as much of it as has the proportions of the box, from its middle. */
function covered(crop: CropRectangle, box: Size): CropRectangle {
  const scale = Math.max(box.width / crop.width, box.height / crop.height);
  const [width, height] = [box.width / scale, box.height / scale];
  return { left: crop.left + (crop.width - width) / 2, top: crop.top + (crop.height - height) / 2, width, height };
}

/** The size of a crop that is seen as a whole in the box (`contain`). */
function contained(crop: CropRectangle, box: Size): Size {
  const scale = Math.min(box.width / crop.width, box.height / crop.height);
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  return { width: side(crop.width), height: side(crop.height) };
}

/** Where a part of the turned and mirrored picture is in the picture as it is stored, of `width` x `height`. */
function unturned(part: CropRectangle, { rotation, flip }: VideoSampleTransformation, { width, height }: Size): CropRectangle {
  const shown = turned({ width, height }, rotation);
  const left = flip ? shown.width - part.left - part.width : part.left;
  const right = left + part.width;
  const bottom = part.top + part.height;
  const sides = turned({ width: part.width, height: part.height }, rotation);
  if (rotation === 90) return { ...sides, left: part.top, top: height - right };
  if (rotation === 180) return { ...sides, left: width - right, top: height - bottom };
  if (rotation === 270) return { ...sides, left: width - bottom, top: left };
  return { ...sides, left, top: part.top };
}

export function regionOf(sample: VideoSampleLike, wanted: VideoSampleTransformation, visible: Size): Region {
  const square = { width: sample.squarePixelWidth, height: sample.squarePixelHeight };
  const part = wanted.fit === 'cover' ? covered(wanted.crop, wanted) : wanted.crop;
  const { left, top, width, height } = unturned(part, wanted, square);
  const [across, down] = [visible.width / square.width, visible.height / square.height];
  const shown = wanted.fit === 'contain' ? contained(wanted.crop, wanted) : wanted;
  return {
    source: { left: left * across, top: top * down, width: width * across, height: height * down },
    size: turned(shown, wanted.rotation),
    exact: wanted.fit !== 'cover' && across === 1 && down === 1,
  };
}
