import { typeError } from '../native/errors';
import { isSideways } from './orientation';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The display size that the caller gave, both or none; undefined if none. */
export function givenDisplaySize(width: number | undefined, height: number | undefined, context: string): Size | undefined {
  if (width === undefined && height === undefined) return undefined;
  if (width === undefined || height === undefined) {
    throw typeError(`${context}: displayWidth and displayHeight go together, one of them is missing`);
  }
  if (width === 0 || height === 0) throw typeError(`${context}: displayWidth and displayHeight must not be 0`);
  return { width, height };
}

export const turned = (size: Size, rotation: number): Size =>
  isSideways(rotation) ? { width: size.height, height: size.width } : size;

/**
 * The display size of a part of another picture: scaled as the whole was, whose visible size was shown at `base`
 * after `baseRotation`, and turned by `rotation`.
 */
export function scaledDisplaySize(visible: Size, baseVisible: Size, base: Size, baseRotation: number, rotation: number): Size {
  const upright = turned(base, baseRotation);
  const scaled = {
    width: Math.round((visible.width * upright.width) / baseVisible.width),
    height: Math.round((visible.height * upright.height) / baseVisible.height),
  };
  return turned(scaled, rotation);
}
