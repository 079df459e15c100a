import { audioEncoderConfig, nativeAudioEncoderConfig, type AudioEncoderConfig } from '../codec/audio_encoder_config';
import { FG, native } from '../native';
import { Resampler, type Wanted } from './resampler';
import type { AudioData } from '../media/audio_data';

/** What is tried where a codec has not the source's. */
const OTHER_RATE = 48_000;
const OTHER_CHANNELS = 2;

/** With the rate and channels that are asked for, else the first sound's, else others that the codec has. */
export function encoderConfig(first: AudioData, members: Partial<AudioEncoderConfig>): AudioEncoderConfig & Wanted {
  const choices = (asked: number | undefined, own: number, other: number): number[] => (asked === undefined ? [own, other] : [Number(asked)]);
  const rates = choices(members.sampleRate, first.sampleRate, OTHER_RATE);
  const configs = choices(members.numberOfChannels, first.numberOfChannels, OTHER_CHANNELS).flatMap((numberOfChannels) =>
    rates.map((sampleRate) => ({ ...members, sampleRate, numberOfChannels }) as AudioEncoderConfig & Wanted),
  );
  return configs.find(isSupported) ?? configs[0]!;
}

function isSupported(config: AudioEncoderConfig): boolean {
  const handle = nativeAudioEncoderConfig(audioEncoderConfig(config, 'transcode'));
  try {
    return native.fg_encoder_is_config_supported(handle) === FG.OK;
  } finally {
    native.fg_config_free(handle);
  }
}

/** What makes the sound what the encoder wants; null if it is. */
export function resamplerFor(first: AudioData, { sampleRate, numberOfChannels }: Wanted): Resampler | null {
  const fits = first.sampleRate === sampleRate && first.numberOfChannels === numberOfChannels;
  return fits ? null : new Resampler(first, { sampleRate, numberOfChannels });
}
