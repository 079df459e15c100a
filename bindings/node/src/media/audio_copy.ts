import { CopyOptions, native } from '../native';
import { dictionary, optional, required, unsignedLong } from '../webidl';
import { checkFor } from './native_frame';
import { audioSampleFormat, sampleFormat, type AudioSampleFormat, type SampleFormat } from './sample_format';
import type { SoundFacts } from './sound';

/** What AudioData.copyTo() writes. */
export interface AudioDataCopyToOptions {
  /** The channel, if the format that is written is planar; else 0. */
  planeIndex: number;
  /** The first frame. Default 0. */
  frameOffset?: number;
  /** How many. Default: all that follow. */
  frameCount?: number;
  /** The format that is written. Default: the data's own. */
  format?: AudioSampleFormat;
}

export type CopyOptionsGiven = ReturnType<typeof audioCopyOptions>;

/** Members in the order of their names, as Web IDL converts them. */
export function audioCopyOptions(value: unknown, context: string) {
  const members = dictionary(value, context, 'options');
  return {
    format: optional(members, 'format', audioSampleFormat, context, undefined),
    frameCount: optional(members, 'frameCount', unsignedLong, context, undefined),
    frameOffset: optional(members, 'frameOffset', unsignedLong, context, 0),
    planeIndex: required(members, 'planeIndex', unsignedLong, context),
  };
}

export interface AudioCopyPlan {
  readonly format: SampleFormat;
  readonly plane: number;
  readonly frameOffset: number;
  readonly frameCount: number;
  /** Bytes that are written. */
  readonly size: number;
}

/** W3C "Compute Copy Element Count": of which every conversion is supported. */
export function planAudioCopy(facts: SoundFacts, given: CopyOptionsGiven, context: string): AudioCopyPlan {
  const { numberOfChannels, numberOfFrames } = facts;
  const format = sampleFormat(given.format ?? facts.format!);
  const { planeIndex: plane, frameOffset } = given;
  const planes = format.isPlanar ? numberOfChannels : 1;
  if (plane >= planes) {
    const has = `${format.name} of ${numberOfChannels} channels has ${planes} plane${planes === 1 ? '' : 's'}`;
    throw new RangeError(`${context}: planeIndex is ${plane}, ${has}`);
  }
  if (frameOffset >= numberOfFrames) {
    throw new RangeError(`${context}: frameOffset is ${frameOffset}, there are ${numberOfFrames} frames`);
  }
  const left = numberOfFrames - frameOffset;
  const frameCount = given.frameCount ?? left;
  if (frameCount > left) {
    throw new RangeError(`${context}: frameCount is ${frameCount}, from frameOffset on there are ${left} frames`);
  }
  const samples = format.isPlanar ? frameCount : frameCount * numberOfChannels;
  return { format, plane, frameOffset, frameCount, size: samples * format.sampleBytes };
}

/** Reused: nothing below calls into the program. */
const request = new CopyOptions();

export function copySamples(pointer: number, plan: AudioCopyPlan, destination: Uint8Array, context: string): void {
  const { format, plane, frameOffset, frameCount, size } = plan;
  if (size > destination.byteLength) {
    throw new RangeError(`${context}: destination is too small: ${destination.byteLength} bytes, ${size} are needed`);
  }
  if (frameCount === 0) return; // to the library 0 are all
  request.format = format.number;
  request.plane = plane;
  request.frame_offset = frameOffset;
  request.frame_count = frameCount;
  checkFor(context, native.fg_frame_copy_to(pointer, request.bytes, destination, destination.byteLength));
}
