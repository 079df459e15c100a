/** Which codec string `transcode --video` and `--audio` stand for. */
import { extname } from 'node:path';

import { pixelFormat } from '../media/pixel_format';
import type { VideoFrame } from '../media/video_frame';
import { UsageError } from './usage_error';

export const COPY = 'copy';
export const NONE = 'none';

/** What the encoder is to be given. */
export interface Wanted {
  readonly width: number;
  readonly height: number;
  readonly framerate?: number;
}

/** The string for pictures like one of them. */
export type ChosenCodec = (frame: VideoFrame, wanted: Wanted) => string;

const VIDEO: ReadonlyMap<string, ChosenCodec> = new Map(Object.entries({ h264: () => 'avc1.640028', vp8: () => 'vp8', vp9 }));
const AUDIO: ReadonlyMap<string, string> = new Map(Object.entries({ aac: 'mp4a.40.2', pcm: 'pcm-s16' }));

/** Ten times the level; luma samples a second, of a picture, and across or down (webmproject.org/vp9/levels). */
const VP9_LEVELS = [
  [10, 829_440, 36_864, 512],
  [11, 2_764_800, 73_728, 768],
  [20, 4_608_000, 122_880, 960],
  [21, 9_216_000, 245_760, 1_344],
  [30, 20_736_000, 552_960, 2_048],
  [31, 36_864_000, 983_040, 2_752],
  [40, 83_558_400, 2_228_224, 4_160],
  [41, 160_432_128, 2_228_224, 4_160],
  [50, 311_951_360, 8_912_896, 8_384],
  [51, 588_251_136, 8_912_896, 8_384],
  [52, 1_176_502_272, 8_912_896, 8_384],
  [60, 1_176_502_272, 35_651_584, 16_832],
  [61, 2_353_004_544, 35_651_584, 16_832],
  [62, 4_706_009_088, 35_651_584, 16_832],
] as const;
/** Where the file does not say it. */
const GENEROUS_FRAMERATE = 60;

/** What `--video` stands for, or what a file with this ending usually has. */
export function videoCodec(name: string | undefined, output: string): ChosenCodec {
  const codec = VIDEO.get(name ?? (extname(output).toLowerCase() === '.webm' ? 'vp9' : 'h264'));
  if (codec) return codec;
  throw new UsageError(`--video is ${name}, allowed are ${[...VIDEO.keys()].join(', ')}`);
}

/** The string of `--audio`: most codecs of sound have a name that is one. */
export const audioCodec = (name: string): string => AUDIO.get(name) ?? name;

/** With the depth and chroma of a picture, and the lowest level that allows what is wanted. */
function vp9({ format }: VideoFrame, wanted: Wanted): string {
  const depth = [12, 10].find((bits) => format?.endsWith(`P${bits}`)) ?? 8;
  const chroma = format === null ? undefined : pixelFormat(format).planes[1];
  const isWhole = chroma !== undefined && !(chroma.sampleWidth === 2 && chroma.sampleHeight === 2);
  const profile = 2 * Number(depth > 8) + Number(isWhole);
  return ['vp09', ...[profile, vp9Level(wanted), depth].map((number) => String(number).padStart(2, '0'))].join('.');
}

function vp9Level({ width, height, framerate = GENEROUS_FRAMERATE }: Wanted): number {
  const [picture, side] = [width * height, Math.max(width, height)];
  const fits = VP9_LEVELS.find(([, rate, most, sides]) => picture * framerate <= rate && picture <= most && side <= sides);
  return (fits ?? VP9_LEVELS.at(-1)!)[0];
}
