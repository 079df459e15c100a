/** What the configurations of all codecs have in common. */
import { typeError } from '../native/errors';
import {
  dictionary,
  enumeration,
  optional,
  positive,
  required,
  unsignedLong,
  unsignedLongLong,
  type Conversion,
  type Members,
} from '../webidl';

export type HardwareAcceleration = 'no-preference' | 'prefer-hardware' | 'prefer-software';

/** What framegate takes beside the W3C members, for those who know what they want. */
export interface FramegateOptions {
  /** How many frames the codec may keep, lookahead and threads being chosen to fit. Default 12. */
  maxDelay?: number;
  /** Codec threads; 0 (default) chooses. */
  threads?: number;
  /**
   * FFmpeg's own: `encoder` or `decoder` name one, everything else is an AVOption (`{ preset: 'ultrafast' }`). What the
   * configuration says in its own words and what names a file is refused.
   */
  ffmpeg?: Record<string, string | number>;
}

/** And of encoders. */
export interface FramegateEncoderOptions extends FramegateOptions {
  /**
   * How many B-frames may stand in a row, 0 to 16. Default 0, as in browsers, where chunks come in the order in which they
   * are shown; with more they come in decode order, at the times of `metadata.framegate.decodeTimestamp`.
   */
  bFrames?: number;
}

/** And of decoders: how much a stream may make them take. One beyond it is a NotSupportedError that names the member. */
export interface FramegateDecoderOptions extends FramegateOptions {
  /** Pixels of a picture. Default 67,108,864 (8192 x 8192). */
  maxPixels?: number;
  /** Pixels of a picture's longer side. Default 16,384. */
  maxSide?: number;
  /** Samples of each channel that one chunk of sound decodes to. Default 1,048,576. */
  maxSamples?: number;
}

export const hardwareAcceleration = enumeration('HardwareAcceleration', ['no-preference', 'prefer-hardware', 'prefer-software']);

export const domString: Conversion<string> = (value, context, name) => {
  if (typeof value === 'symbol') throw typeError(`${context}: ${name} is a symbol, which is no string`);
  return String(value);
};

/** The codec string: not blank. Whether it is known is told later. */
export function codecMember(members: Members, context: string): string {
  const codec = required(members, 'codec', domString, context);
  if (/^[\t\n\f\r ]*$/.test(codec)) throw typeError(`${context}: codec is blank`);
  return codec;
}

/** Two members of which W3C says: both or neither, and not 0. */
export function sizeMembers<W extends string, H extends string>(
  members: Members,
  [width, height]: readonly [W, H],
  context: string,
): { [K in W | H]?: number } {
  const values = { [height]: members[height], [width]: members[width] };
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  if (given.length === 1) throw typeError(`${context}: ${width} and ${height} go together, only ${given[0]![0]} is there`);
  return Object.fromEntries(given.map(([name, value]) => [name, positive(value, context, name)])) as { [K in W | H]?: number };
}

export function framegateEncoderOptions(members: Members, context: string): { framegate?: FramegateEncoderOptions } {
  const convert: Conversion<FramegateEncoderOptions> = (value, _context, name) => {
    const given = dictionary(value, context, name);
    const bFrames = optional(given, 'bFrames', unsignedLong, context, undefined);
    return withoutUndefined({ bFrames, ...commonOptions(given, context) });
  };
  return withoutUndefined({ framegate: optional(members, 'framegate', convert, context, undefined) });
}

export function framegateDecoderOptions(members: Members, context: string): { framegate?: FramegateDecoderOptions } {
  const convert: Conversion<FramegateDecoderOptions> = (value, _context, name) => {
    const given = dictionary(value, context, name);
    const limit = (key: string) => optional(given, key, unsignedLongLong, context, undefined);
    return withoutUndefined({
      ...commonOptions(given, context),
      maxPixels: limit('maxPixels'),
      maxSamples: limit('maxSamples'),
      maxSide: limit('maxSide'),
    });
  };
  return withoutUndefined({ framegate: optional(members, 'framegate', convert, context, undefined) });
}

function commonOptions(given: Members, context: string): FramegateOptions {
  return withoutUndefined({
    ffmpeg: optional(given, 'ffmpeg', avOptions, context, undefined),
    maxDelay: optional(given, 'maxDelay', unsignedLong, context, undefined),
    threads: optional(given, 'threads', unsignedLong, context, undefined),
  });
}

const avOptions: Conversion<Record<string, string>> = (value, context, name) =>
  Object.fromEntries(
    Object.entries(dictionary(value, context, name)).map(([key, option]) => [key, domString(option, context, key)]),
  );

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** A dictionary in which members that are not there do not exist. */
export function withoutUndefined<T extends object>(members: T): Defined<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Defined<T>;
}

/** Ours, as the library's keys: the conversions above leave nothing else in them. */
export function framegateKeys(options: FramegateDecoderOptions | FramegateEncoderOptions = {}): object {
  return options;
}

