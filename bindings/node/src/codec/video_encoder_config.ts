import { VIDEO_ENCODER, type VideoEncoderMembers } from '../native/generated';
import { checkCodec } from './config_checks';
import { dictionaryOf } from './dictionary';
import { framegateEncoderOptions, type FramegateEncoderOptions } from './framegate_options';
import type { GateOptions } from './gate';
import { newConfig } from './native_config';

export interface AvcEncoderConfig extends NonNullable<VideoEncoderMembers['avc']> {}

/** W3C VideoEncoderConfig, with the extension for H.264, and ours. */
export interface VideoEncoderConfig extends VideoEncoderMembers {
  codec: string;
  width: number;
  height: number;
  framegate?: FramegateEncoderOptions;
}

export interface VideoEncoderSupport {
  supported: boolean;
  config: VideoEncoderConfig;
}

const convert = dictionaryOf<VideoEncoderConfig>(VIDEO_ENCODER, {
  codec: { isRequired: true },
  framegate: { convert: framegateEncoderOptions },
  height: { isRequired: true },
  width: { isRequired: true },
});

/** Web IDL conversion and "valid VideoEncoderConfig": a copy with the members that are known, or a TypeError. */
export function videoEncoderConfig(value: unknown, context: string): VideoEncoderConfig {
  const config = convert(value, context, 'config');
  checkCodec(config, context);
  return config;
}

/** The library's configuration. Throws what it says of one that it does not take. */
export function nativeVideoEncoderConfig(config: VideoEncoderConfig, gate?: GateOptions): number {
  const { codec, framegate, ...members } = config;
  return newConfig(codec, {
    ...members,
    ...displaySize(config),
    bFrames: reorders(framegate) ? undefined : 0,
    ...framegate,
    slots: gate?.slots,
    maxBytes: gate?.maxBytes,
  });
}

/** Browsers' encoders do not reorder, and what is made for them cannot take it: only for who asks by FFmpeg's own words. */
function reorders({ ffmpeg = {} }: FramegateEncoderOptions = {}): boolean {
  const lists = `${ffmpeg['x264-params'] ?? ''}:${ffmpeg['x264opts'] ?? ''}`;
  return 'bf' in ffmpeg || /(^|:)bframes=/.test(lists);
}

/** W3C: each defaults to its coded counterpart; the library wants both or neither. */
function displaySize({ width, height, displayWidth, displayHeight }: VideoEncoderConfig): object {
  if (displayWidth === undefined && displayHeight === undefined) return {};
  return { displayWidth: displayWidth ?? width, displayHeight: displayHeight ?? height };
}
