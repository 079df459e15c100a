/** Times of files, as programs give them: seconds, as of media elements. */
import { typeError } from '../native/errors';
import { dictionary, double, optional, type Conversion, type Members } from '../webidl';
import type { AnyTrack } from './track';

export interface SeekOptions {
  /** A track of this demuxer. Default: the first of pictures, else the first. */
  track?: AnyTrack;
}

/** Microseconds; the step may have a fraction. */
export interface Range {
  readonly start: number;
  readonly end: number;
  readonly step: number | null;
}

/** Of seconds. A TypeError for what is not finite, and beyond 2^53. */
export const microseconds: Conversion<number> = (value, context, name) => {
  const time = Math.round(double(value, context, name) * 1e6);
  if (Number.isSafeInteger(time)) return time;
  throw typeError(`${context}: ${name} is ${String(value)} s, allowed are times within 2^53 microseconds`);
};

/** `start`, `end` and `step`, in seconds. */
export const rangeOf = (members: Members, context: string): Range => ({
  start: optional(members, 'start', microseconds, context, 0),
  end: optional(members, 'end', microseconds, context, Number.MAX_SAFE_INTEGER),
  step: optional(members, 'step', stepOf, context, null),
});

const stepOf: Conversion<number> = (value, context, name) => {
  const step = double(value, context, name) * 1e6;
  if (step >= 1) return step;
  throw typeError(`${context}: ${name} is ${String(value)} s, allowed are steps from a microsecond`);
};

export const optionsOf = (options: unknown, context: string): Members => dictionary(options, context, 'options');

/** The track that options name; null for none. A TypeError for one of another demuxer. */
export function namedTrack(tracks: readonly AnyTrack[], { track }: Members, context: string): AnyTrack | null {
  if (track === undefined) return null;
  const found = tracks.find((one) => one === track);
  if (found) return found;
  throw typeError(`${context}: track is none of this demuxer's tracks`);
}
