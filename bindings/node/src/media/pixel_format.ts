import { domException } from '../native/errors';
import { PIXEL_FORMATS } from '../native/generated';
import { enumeration } from '../webidl';

/** One plane: how many bytes a sample takes, and how many pixels it stands for in each direction. */
export interface PlaneShape {
  readonly sampleBytes: number;
  readonly sampleWidth: number;
  readonly sampleHeight: number;
}

export interface PixelFormat {
  readonly name: VideoPixelFormat;
  /** FG_PIXEL_... */
  readonly number: number;
  readonly planes: readonly PlaneShape[];
  readonly isRgb: boolean;
  /** The same without alpha; itself if it has none. */
  readonly opaque: VideoPixelFormat;
}

/** W3C VideoPixelFormat. Samples of 10 and 12 bits are 16-bit little-endian words. */
export type VideoPixelFormat = (typeof PIXEL_FORMATS)[number]['name'];

/** What the table has of each. */
interface Row extends Omit<PixelFormat, 'planes'> {
  readonly planes: readonly (readonly [sampleBytes: number, sampleWidth: number, sampleHeight: number])[];
}

const fromRow = ({ planes, ...facts }: Row): PixelFormat => ({
  ...facts,
  planes: planes.map(([sampleBytes, sampleWidth, sampleHeight]) => ({ sampleBytes, sampleWidth, sampleHeight })),
});

const FORMATS = PIXEL_FORMATS.map(fromRow);
const BY_NAME: ReadonlyMap<string, PixelFormat> = new Map(FORMATS.map((format) => [format.name, format]));
const BY_NUMBER: ReadonlyMap<number, PixelFormat> = new Map(FORMATS.map((format) => [format.number, format]));

export const videoPixelFormat = enumeration('VideoPixelFormat', FORMATS.map(({ name }) => name));

export const pixelFormat = (name: VideoPixelFormat): PixelFormat => BY_NAME.get(name)!;

/** The format of an FG_PIXEL_... number; null for those that the W3C text does not have. */
export const pixelFormatOfNumber = (number: number): PixelFormat | null => BY_NUMBER.get(number) ?? null;

/** The format of a frame, or NotSupportedError: frames of unknown formats cannot be read. */
export function knownFormat(name: VideoPixelFormat | null, context: string): PixelFormat {
  if (name !== null) return pixelFormat(name);
  throw domException('NotSupportedError', `${context}: the frame's pixel format is not supported`);
}
