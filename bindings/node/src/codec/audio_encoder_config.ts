import { typeError } from '../native/errors';
import { AUDIO_ENCODER, type AudioEncoderMembers } from '../native/generated';
import { enumeration, unsignedLong, within } from '../webidl';
import { checkCodec } from './config_checks';
import { dictionaryOf } from './dictionary';
import { framegateAudioEncoderOptions, type FramegateAudioEncoderOptions } from './framegate_options';
import type { GateOptions } from './gate';
import { newConfig } from './native_config';

const BITRATE_MODES = ['variable', 'constant'] as const;
export type BitrateMode = (typeof BITRATE_MODES)[number];

export interface AacEncoderConfig extends NonNullable<AudioEncoderMembers['aac']> {}
export interface FlacEncoderConfig extends NonNullable<AudioEncoderMembers['flac']> {}
export interface OpusEncoderConfig extends NonNullable<AudioEncoderMembers['opus']> {
  /** How long the encoder searches, 0 to 10. Default 9. */
  complexity?: number;
  /** Without effect: the chunks of both are the same, and `decoderConfig` always has the description of ogg. Default opus. */
  format?: 'opus' | 'ogg';
}

/** W3C AudioEncoderConfig, with the extensions of codecs, and ours. */
export interface AudioEncoderConfig extends AudioEncoderMembers {
  codec: string;
  sampleRate: number;
  numberOfChannels: number;
  /** Whether the rate follows the content or is kept. Default variable. */
  bitrateMode?: BitrateMode;
  aac?: AacEncoderConfig;
  flac?: FlacEncoderConfig;
  opus?: OpusEncoderConfig;
  framegate?: FramegateAudioEncoderOptions;
}

export interface AudioEncoderSupport {
  supported: boolean;
  config: AudioEncoderConfig;
}

/** W3C's registration of Opus: what it is on other than mobile machines. */
const COMPLEXITY = 9;
/** And what it may be, microseconds. */
const FRAME_DURATIONS: readonly unknown[] = [2_500, 5_000, 10_000, 20_000, 40_000, 60_000, 80_000, 100_000, 120_000];
/** What libopus has, bits a second; the most is that of each channel. */
const OPUS_BITRATES = { least: 500, most: 256_000 };

const convert = dictionaryOf<AudioEncoderConfig>(AUDIO_ENCODER, {
  bitrate: { convert: within(1, unsignedLong) }, // W3C's tests have more as a TypeError
  bitrateMode: { convert: enumeration('BitrateMode', BITRATE_MODES), fallback: BITRATE_MODES[0] },
  codec: { isRequired: true },
  framegate: { convert: framegateAudioEncoderOptions },
  numberOfChannels: { isRequired: true },
  sampleRate: { isRequired: true },
});

/** Web IDL conversion and "valid AudioEncoderConfig": a copy with the members that are known, or a TypeError. */
export function audioEncoderConfig(value: unknown, context: string): AudioEncoderConfig {
  const config = convert(value, context, 'config');
  checkCodec(config, context);
  checkOpusBitrate(config, context);
  const { flac, opus } = config;
  if (opus) {
    opus.complexity ??= COMPLEXITY;
    if (!FRAME_DURATIONS.includes(opus.frameDuration)) {
      throw typeError(`${context}: opus.frameDuration is ${opus.frameDuration}, allowed are ${FRAME_DURATIONS.join(', ')}`);
    }
  }
  if (flac?.blockSize !== undefined && flac.blockSize > 0 && flac.blockSize < 16) {
    throw typeError(`${context}: flac.blockSize is ${flac.blockSize}, allowed are 0 and 16 to 65535`);
  }
  return config;
}

/** One that no encoder of Opus has is a TypeError, as the W3C's tests have it. */
function checkOpusBitrate({ codec, bitrate, numberOfChannels }: AudioEncoderConfig, context: string): void {
  if (codec !== 'opus' || bitrate === undefined) return;
  const { least } = OPUS_BITRATES;
  const most = OPUS_BITRATES.most * numberOfChannels;
  if (bitrate < least || bitrate > most) throw typeError(`${context}: bitrate is ${bitrate}, Opus of so many channels allows ${least} to ${most}`);
}

/** The library's configuration. Throws what it says of one that it does not take. */
export function nativeAudioEncoderConfig(config: AudioEncoderConfig, gate?: GateOptions): number {
  const { codec, framegate, opus, ...members } = config;
  return newConfig(codec, {
    ...members,
    // As in browsers: what writes files of Opus wants the description, and asks for the other format.
    opus: { complexity: COMPLEXITY, ...opus, format: 'ogg' },
    ...framegate,
    slots: gate?.slots,
    maxBytes: gate?.maxBytes,
  });
}
