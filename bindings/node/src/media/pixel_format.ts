import { domException } from '../native/errors';
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

/** In the order of FG_PIXEL_..., which begins with 1. */
const NAMES = [
  'I420', 'I420A', 'I422', 'I422A', 'I444', 'I444A', 'NV12', 'RGBA', 'RGBX', 'BGRA', 'BGRX',
  'I420P10', 'I420AP10', 'I422P10', 'I422AP10', 'I444P10', 'I444AP10',
  'I420P12', 'I420AP12', 'I422P12', 'I422AP12', 'I444P12', 'I444AP12',
] as const;

/** W3C VideoPixelFormat. Samples of 10 and 12 bits are 16-bit little-endian words. */
export type VideoPixelFormat = (typeof NAMES)[number];

const shape = (sampleBytes: number, sampleWidth = 1, sampleHeight = 1): PlaneShape => ({
  sampleBytes,
  sampleWidth,
  sampleHeight,
});

function planesOf(name: VideoPixelFormat): PlaneShape[] {
  if (name === 'NV12') return [shape(1), shape(2, 2, 2)];
  if (!name.startsWith('I4')) return [shape(4)];
  const bytes = name.includes('P1') ? 2 : 1;
  const chroma = shape(bytes, name.startsWith('I444') ? 1 : 2, name.startsWith('I420') ? 2 : 1);
  const planes = [shape(bytes), chroma, chroma];
  return hasAlpha(name) ? [...planes, shape(bytes)] : planes;
}

const hasAlpha = (name: string): boolean => /^I4..A|^RGBA$|^BGRA$/.test(name);

const opaqueOf = (name: string): VideoPixelFormat =>
  (hasAlpha(name) ? name.replace(/A$/, name.startsWith('I4') ? '' : 'X').replace(/AP/, 'P') : name) as VideoPixelFormat;

const FORMATS: readonly PixelFormat[] = NAMES.map((name, index) => ({
  name,
  number: index + 1,
  planes: planesOf(name),
  isRgb: !name.startsWith('I4') && name !== 'NV12',
  opaque: opaqueOf(name),
}));
const BY_NAME: ReadonlyMap<string, PixelFormat> = new Map(FORMATS.map((format) => [format.name, format]));

export const videoPixelFormat = enumeration('VideoPixelFormat', NAMES);

export const pixelFormat = (name: VideoPixelFormat): PixelFormat => BY_NAME.get(name)!;

/** The format of an FG_PIXEL_... number; null for those that the W3C text does not have. */
export const pixelFormatOfNumber = (number: number): PixelFormat | null => FORMATS[number - 1] ?? null;

/** The format of a frame, or NotSupportedError: frames of unknown formats cannot be read. */
export function knownFormat(name: VideoPixelFormat | null, context: string): PixelFormat {
  if (name !== null) return pixelFormat(name);
  throw domException('NotSupportedError', `${context}: the frame's pixel format is not supported`);
}
