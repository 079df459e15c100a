import { videoColorSpaceInit, type VideoColorSpaceInit } from '../media/color_space';
import { parseRotation } from '../media/orientation';
import { VIDEO_DECODER, type VideoDecoderMembers } from '../native/generated';
import type { AllowSharedBufferSource } from '../webidl';
import { checkCodec, checkPair } from './config_checks';
import { dictionaryOf } from './dictionary';
import { framegateDecoderOptions, type FramegateDecoderOptions } from './framegate_options';
import type { GateOptions } from './gate';
import { newConfig, readConfig } from './native_config';

/** W3C VideoDecoderConfig, and ours. */
export interface VideoDecoderConfig extends Omit<VideoDecoderMembers, 'colorSpace' | 'description'> {
  codec: string;
  colorSpace?: VideoColorSpaceInit;
  /** The codec's setup bytes, where its chunks do not have them. */
  description?: AllowSharedBufferSource;
  /** Degrees clockwise by which pictures are to be turned to be shown; taken to the nearest quarter turn. Default 0. */
  rotation?: number;
  framegate?: FramegateDecoderOptions;
}

export interface VideoDecoderSupport {
  supported: boolean;
  config: VideoDecoderConfig;
}

const UPRIGHT = { rotation: 0, flip: false };

const convert = dictionaryOf<VideoDecoderConfig>(VIDEO_DECODER, {
  codec: { isRequired: true },
  colorSpace: { convert: videoColorSpaceInit },
  flip: { fallback: UPRIGHT.flip },
  framegate: { convert: framegateDecoderOptions },
  rotation: { fallback: UPRIGHT.rotation },
});

/** Web IDL conversion and "valid VideoDecoderConfig": a copy with the members that are known, or a TypeError. */
export function videoDecoderConfig(value: unknown, context: string): VideoDecoderConfig {
  const config = convert(value, context, 'config');
  checkCodec(config, context);
  checkPair(config, 'codedWidth', 'codedHeight', context);
  checkPair(config, 'displayAspectWidth', 'displayAspectHeight', context);
  return config;
}

/** The library's configuration. Throws what it says of one that it does not take. */
export function nativeVideoDecoderConfig(config: VideoDecoderConfig, gate?: GateOptions): number {
  const { codec, framegate, rotation = UPRIGHT.rotation, ...members } = config;
  return newConfig(codec, {
    ...members,
    rotation: parseRotation(rotation),
    ...framegate,
    slots: gate?.slots,
    maxBytes: gate?.maxBytes,
  });
}

/** The decoder configuration that an encoder gives with its first chunk. */
export const decoderConfigFromNative = (config: number): VideoDecoderConfig =>
  ({ ...UPRIGHT, ...readConfig(config, VIDEO_DECODER) }) as VideoDecoderConfig;
