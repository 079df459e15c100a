import { AUDIO_DECODER, FRAMEGATE_AUDIO_DECODER, type AudioDecoderMembers } from '../native/generated';
import type { AllowSharedBufferSource } from '../webidl';
import { checkCodec } from './config_checks';
import { dictionaryOf } from './dictionary';
import { framegateAudioDecoderOptions, type FramegateAudioDecoderOptions } from './framegate_options';
import type { GateOptions } from './gate';
import { newConfig, readConfig } from './native_config';

/** W3C AudioDecoderConfig, and ours. */
export interface AudioDecoderConfig extends Omit<AudioDecoderMembers, 'description'> {
  codec: string;
  sampleRate: number;
  numberOfChannels: number;
  /** The codec's setup bytes, where its chunks do not have them. */
  description?: AllowSharedBufferSource;
  framegate?: FramegateAudioDecoderOptions;
}

export interface AudioDecoderSupport {
  supported: boolean;
  config: AudioDecoderConfig;
}

const convert = dictionaryOf<AudioDecoderConfig>(AUDIO_DECODER, {
  codec: { isRequired: true },
  framegate: { convert: framegateAudioDecoderOptions },
  numberOfChannels: { isRequired: true },
  sampleRate: { isRequired: true },
});

/** Web IDL conversion and "valid AudioDecoderConfig": a copy with the members that are known, or a TypeError. */
export function audioDecoderConfig(value: unknown, context: string): AudioDecoderConfig {
  const config = convert(value, context, 'config');
  checkCodec(config, context);
  return config;
}

/** The library's configuration. Throws what it says of one that it does not take. */
export function nativeAudioDecoderConfig(config: AudioDecoderConfig, gate?: GateOptions): number {
  const { codec, framegate, ...members } = config;
  return newConfig(codec, { ...members, ...framegate, slots: gate?.slots, maxBytes: gate?.maxBytes });
}

/**
 * The decoder configuration that an encoder gives with its first chunk. W3C has the encoder's sample rate in it, the library the one that is
 * decoded; they differ with Opus, whose description has the first (RFC 7845, 5.1).
 */
export function audioDecoderConfigFromNative(config: number): AudioDecoderConfig {
  const members = readConfig(config, AUDIO_DECODER) as AudioDecoderConfig & { description?: Uint8Array };
  if (members.codec === 'opus') members.sampleRate = Buffer.from(members.description!).readUInt32LE(12);
  const framegate = readConfig(config, FRAMEGATE_AUDIO_DECODER);
  return Object.keys(framegate).length > 0 ? { ...members, framegate } : members;
}
