/** Which codec string `transcode --video` and `--audio` stand for. */
import { extname } from 'node:path';

import { UsageError } from './usage_error';

export const COPY = 'copy';
export const NONE = 'none';

const VIDEO: Readonly<Record<string, string>> = { h264: 'avc1.640028', vp8: 'vp8', vp9: 'vp09.00.31.08' };
const AUDIO: Readonly<Record<string, string>> = { aac: 'mp4a.40.2', pcm: 'pcm-s16' };

/** The string of `--video`, or of what a file with this ending usually has. */
export function videoCodec(name: string | undefined, output: string): string {
  const codec = VIDEO[name ?? (extname(output).toLowerCase() === '.webm' ? 'vp9' : 'h264')];
  if (codec) return codec;
  throw new UsageError(`--video is ${name}, allowed are ${Object.keys(VIDEO).join(', ')}`);
}

/** The string of `--audio`: most codecs of sound have a name that is one. */
export const audioCodec = (name: string): string => AUDIO[name] ?? name;
