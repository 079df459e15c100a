import type { AlphaOption } from '../native/generated';
import { typeError } from '../native/errors';
import {
  dictionary,
  double,
  enumeration,
  optional,
  positive,
  required,
  unsignedLongLong,
  type Conversion,
} from '../webidl';
import {
  codecMember,
  domString,
  framegateEncoderOptions,
  framegateKeys,
  hardwareAcceleration,
  withoutUndefined,
  type FramegateEncoderOptions,
  type HardwareAcceleration,
} from './config';
import type { GateOptions } from './gate';
import { newConfig } from './native_config';

export type LatencyMode = 'quality' | 'realtime';
export type VideoEncoderBitrateMode = 'constant' | 'variable' | 'quantizer';
export type AvcBitstreamFormat = 'annexb' | 'avc';

export interface AvcEncoderConfig {
  format?: AvcBitstreamFormat;
}

/** W3C VideoEncoderConfig, with the extension for H.264, and ours. */
export interface VideoEncoderConfig {
  codec: string;
  width: number;
  height: number;
  displayWidth?: number;
  displayHeight?: number;
  /** Bits per second, by the timestamps. */
  bitrate?: number;
  /** A hint: frames' timestamps tell. */
  framerate?: number;
  hardwareAcceleration?: HardwareAcceleration;
  alpha?: AlphaOption;
  scalabilityMode?: string;
  bitrateMode?: VideoEncoderBitrateMode;
  latencyMode?: LatencyMode;
  contentHint?: string;
  avc?: AvcEncoderConfig;
  framegate?: FramegateEncoderOptions;
}

export interface VideoEncoderSupport {
  supported: boolean;
  config: VideoEncoderConfig;
}

const alphaOption = enumeration('AlphaOption', ['keep', 'discard']);
const latencyMode = enumeration('LatencyMode', ['quality', 'realtime']);
const bitrateMode = enumeration('VideoEncoderBitrateMode', ['constant', 'variable', 'quantizer']);
const avcFormat = enumeration('AvcBitstreamFormat', ['annexb', 'avc']);

const avcConfig: Conversion<AvcEncoderConfig> = (value, context, name) => ({
  format: optional(dictionary(value, context, name), 'format', avcFormat, context, 'avc'),
});

/** Web IDL conversion and "valid VideoEncoderConfig": a copy with the members that are known, or a TypeError. */
export function videoEncoderConfig(value: unknown, context: string): VideoEncoderConfig {
  const members = dictionary(value, context, 'config');
  const member = <T>(name: string, convert: Conversion<T>): T | undefined =>
    optional(members, name, convert, context, undefined);
  const config = {
    codec: codecMember(members, context),
    alpha: optional(members, 'alpha', alphaOption, context, 'discard'),
    avc: member('avc', avcConfig),
    bitrate: member('bitrate', unsignedLongLong),
    bitrateMode: optional(members, 'bitrateMode', bitrateMode, context, 'variable'),
    contentHint: member('contentHint', domString),
    displayHeight: member('displayHeight', positive),
    displayWidth: member('displayWidth', positive),
    framerate: member('framerate', double),
    hardwareAcceleration: optional(members, 'hardwareAcceleration', hardwareAcceleration, context, 'no-preference'),
    height: required(members, 'height', positive, context),
    latencyMode: optional(members, 'latencyMode', latencyMode, context, 'quality'),
    scalabilityMode: member('scalabilityMode', domString),
    width: required(members, 'width', positive, context),
    ...framegateEncoderOptions(members, context),
  };
  // Not in the W3C text, but in the web platform tests.
  if (config.bitrate === 0) throw typeError(`${context}: bitrate is 0, allowed is 1 or more`);
  return withoutUndefined(config) as VideoEncoderConfig;
}

/** The library's configuration. Throws what it says of one that it does not take. */
export function nativeVideoEncoderConfig(config: VideoEncoderConfig, gate?: GateOptions): number {
  const { codec, framegate, displayWidth, displayHeight, ...members } = config;
  return newConfig(codec, {
    ...members,
    ...displaySize(config),
    bFrames: reorders(framegate) ? undefined : 0,
    ...framegateKeys(framegate),
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
