import { videoColorSpaceInit, type VideoColorSpaceInit } from '../media/color_space';
import { parseRotation } from '../media/orientation';
import { typeError } from '../native/errors';
import { boolean, bufferSource, dictionary, double, isDetached, optional, type AllowSharedBufferSource, type Conversion } from '../webidl';
import {
  codecMember,
  framegateDecoderOptions,
  framegateKeys,
  hardwareAcceleration,
  sizeMembers,
  withoutUndefined,
  type FramegateDecoderOptions,
  type HardwareAcceleration,
} from './config';
import type { GateOptions } from './gate';
import { configBoolean, configBytes, configNumber, configText, newConfig } from './native_config';

/** W3C VideoDecoderConfig, and ours. */
export interface VideoDecoderConfig {
  codec: string;
  description?: AllowSharedBufferSource;
  codedWidth?: number;
  codedHeight?: number;
  displayAspectWidth?: number;
  displayAspectHeight?: number;
  colorSpace?: VideoColorSpaceInit;
  hardwareAcceleration?: HardwareAcceleration;
  optimizeForLatency?: boolean;
  /** Degrees clockwise; taken to the nearest quarter turn. */
  rotation?: number;
  flip?: boolean;
  framegate?: FramegateDecoderOptions;
}

export interface VideoDecoderSupport {
  supported: boolean;
  config: VideoDecoderConfig;
}

const description: Conversion<Uint8Array> = (value, context, name) => {
  const bytes = bufferSource(value, context, name);
  const buffer = ArrayBuffer.isView(value) ? value.buffer : (value as ArrayBufferLike);
  if (isDetached(buffer)) throw typeError(`${context}: ${name} is detached`);
  return Uint8Array.from(bytes);
};

/** Web IDL conversion and "valid VideoDecoderConfig": a copy with the members that are known, or a TypeError. */
export function videoDecoderConfig(value: unknown, context: string): VideoDecoderConfig {
  const members = dictionary(value, context, 'config');
  const member = <T>(name: string, convert: Conversion<T>): T | undefined =>
    optional(members, name, convert, context, undefined);
  return withoutUndefined({
    codec: codecMember(members, context),
    ...sizeMembers(members, ['codedWidth', 'codedHeight'], context),
    colorSpace: member('colorSpace', videoColorSpaceInit),
    description: member('description', description),
    ...sizeMembers(members, ['displayAspectWidth', 'displayAspectHeight'], context),
    flip: optional(members, 'flip', boolean, context, false),
    hardwareAcceleration: optional(members, 'hardwareAcceleration', hardwareAcceleration, context, 'no-preference'),
    optimizeForLatency: member('optimizeForLatency', boolean),
    rotation: optional(members, 'rotation', double, context, 0),
    ...framegateDecoderOptions(members, context),
  }) as VideoDecoderConfig;
}

/** The library's configuration. Throws what it says of one that it does not take. */
export function nativeVideoDecoderConfig(config: VideoDecoderConfig, gate?: GateOptions): number {
  const { codec, framegate, rotation = 0, ...members } = config;
  return newConfig(codec, {
    ...members,
    rotation: parseRotation(rotation),
    ...framegateKeys(framegate),
    slots: gate?.slots,
    maxBytes: gate?.maxBytes,
  });
}

/** The decoder configuration that an encoder gives with its first chunk. */
export function decoderConfigFromNative(config: number): VideoDecoderConfig {
  const colorSpace = withoutUndefined({
    primaries: configText(config, 'colorSpace.primaries'),
    transfer: configText(config, 'colorSpace.transfer'),
    matrix: configText(config, 'colorSpace.matrix'),
    fullRange: configBoolean(config, 'colorSpace.fullRange'),
  });
  return withoutUndefined({
    codec: configText(config, 'codec'),
    codedWidth: configNumber(config, 'codedWidth'),
    codedHeight: configNumber(config, 'codedHeight'),
    displayAspectWidth: configNumber(config, 'displayAspectWidth'),
    displayAspectHeight: configNumber(config, 'displayAspectHeight'),
    colorSpace: Object.keys(colorSpace).length > 0 ? colorSpace : undefined,
    description: configBytes(config, 'description'),
    rotation: configNumber(config, 'rotation'),
    flip: configBoolean(config, 'flip'),
  }) as VideoDecoderConfig;
}
