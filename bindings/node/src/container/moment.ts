/** Times of files, as programs give them: microseconds. */
import { typeError } from '../native/errors';
import { dictionary, double, longLong, optional, type Members } from '../webidl';
import type { AnyTrack } from './track';

export interface SeekOptions {
  /** A track of this demuxer. Default: the first of pictures, else the first. */
  track?: AnyTrack;
}

export interface FrameOptions {
  /** A track of this demuxer that has pictures. Default: the first one. */
  track?: AnyTrack;
}

/** Which pictures frames() gives. Times are in microseconds. */
export interface FramesOptions extends FrameOptions {
  /** The picture that is shown then is the first one. Default 0. */
  start?: number;
  /** What begins then, or later, is left out. Default: the track's end. */
  end?: number;
  /** One picture for each of `start`, `start + step`, `start + 2 * step` ..., from 1; it may have a fraction. Default: all. */
  step?: number;
}

export interface Range {
  readonly start: number;
  readonly end: number;
  readonly step: number | null;
}

export const rangeOf = (options: Members, context: string): Range => ({
  start: optional(options, 'start', longLong, context, 0),
  end: optional(options, 'end', longLong, context, Number.MAX_SAFE_INTEGER),
  step: optional(options, 'step', stepOf, context, null),
});

function stepOf(value: unknown, context: string, name: string): number {
  const step = double(value, context, name);
  if (step >= 1) return step;
  throw typeError(`${context}: ${name} is ${step}, allowed are microseconds from 1`);
}

export const optionsOf = (options: unknown, context: string): Members => dictionary(options, context, 'options');

/** The track that options name; null for none. A TypeError for one of another demuxer. */
export function namedTrack(tracks: readonly AnyTrack[], { track }: Members, context: string): AnyTrack | null {
  if (track === undefined) return null;
  const found = tracks.find((one) => one === track);
  if (found) return found;
  throw typeError(`${context}: track is none of this demuxer's tracks`);
}
