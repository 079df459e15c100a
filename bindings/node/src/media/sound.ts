import { AudioInfo, native } from '../native';
import type { FrameReference } from './frame_reference';
import { made } from './native_frame';
import { Resource } from './resource';
import { sampleFormat, sampleFormatOfNumber, type AudioSampleFormat } from './sample_format';

/** The internal slots of an AudioData, without the resource. They never change. */
export interface SoundFacts {
  /** null once closed. */
  readonly format: AudioSampleFormat | null;
  readonly sampleRate: number;
  readonly numberOfFrames: number;
  readonly numberOfChannels: number;
  readonly timestamp: number;
}

/** What an AudioData is made of: its facts and its samples. */
export class Sound extends Resource<SoundFacts> {}

/** What is left after W3C "Close AudioData": the time. */
export const closedSound = ({ timestamp }: SoundFacts): SoundFacts => ({
  format: null,
  sampleRate: 0,
  numberOfFrames: 0,
  numberOfChannels: 0,
  timestamp,
});

/** Reused: nothing below calls into the program. */
const info = new AudioInfo();

/** A native frame of these facts, made by `make`; the caller owns the reference. */
export function makeSound(
  facts: SoundFacts & { readonly format: AudioSampleFormat },
  context: string,
  make: (info: Uint8Array, result: Uint8Array) => number,
): number {
  info.format = sampleFormat(facts.format).number;
  info.sample_rate = facts.sampleRate;
  info.channels = facts.numberOfChannels;
  info.frames = facts.numberOfFrames;
  info.timestamp_us = facts.timestamp;
  info.id = 0;
  return made(context, (result) => make(info.bytes, result));
}

/** The sound of a native frame. Takes over the reference. */
export function nativeSound(reference: FrameReference): Sound {
  native.fg_frame_audio_info(reference.pointer, info.bytes);
  const facts = {
    format: sampleFormatOfNumber(info.format).name,
    sampleRate: info.sample_rate,
    numberOfFrames: info.frames,
    numberOfChannels: info.channels,
    timestamp: info.timestamp_us,
  };
  return new Sound(facts, reference);
}
