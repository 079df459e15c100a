import { addressOf, native, Planes } from '../native';
import { typeError } from '../native/errors';
import {
  bufferSource,
  dictionary,
  float,
  longLong,
  optional,
  positive,
  required,
  transferList,
  unsignedLong,
  type AllowSharedBufferSource,
} from '../webidl';
import { filled, frameOfBytes } from './native_frame';
import { audioSampleFormat, sampleFormat, type AudioSampleFormat } from './sample_format';
import { makeSound, Sound } from './sound';

/** How an AudioData is made of bytes. */
export interface AudioDataInit {
  format: AudioSampleFormat;
  /** Samples a second of each channel: a whole number from 1 to 16,000,000. */
  sampleRate: number;
  /** Samples of each channel. */
  numberOfFrames: number;
  /** 1 to 255. */
  numberOfChannels: number;
  /** When the first sample is heard, microseconds. */
  timestamp: number;
  /** Tightly packed; planes follow each other. */
  data: AllowSharedBufferSource;
  /** Buffers that are detached. If the data is in one of them it is not copied. */
  transfer?: ArrayBuffer[];
}

/** Members in the order of their names, as Web IDL converts them. */
function audioDataInit(value: unknown, context: string) {
  const members = dictionary(value, context, 'init');
  return {
    data: required(members, 'data', bufferSource, context),
    format: required(members, 'format', audioSampleFormat, context),
    numberOfChannels: required(members, 'numberOfChannels', unsignedLong, context),
    numberOfFrames: required(members, 'numberOfFrames', unsignedLong, context),
    sampleRate: required(members, 'sampleRate', float, context),
    timestamp: required(members, 'timestamp', longLong, context),
    transfer: optional(members, 'transfer', transferList, context, []),
  };
}

/** W3C AudioData(init). */
export function soundFromInit(init: unknown, context: string): Sound {
  const { data, transfer, ...facts } = audioDataInit(init, context);
  checkFacts(facts, context);
  const planeBytes = facts.numberOfFrames * sampleFormat(facts.format).sampleBytes;
  const size = planeBytes * facts.numberOfChannels;
  if (data.byteLength < size) {
    throw typeError(`${context}: data is too small: ${data.byteLength} bytes, ${size} are needed`);
  }
  const making = {
    copy: (bytes: Uint8Array) => filled(makeSound(facts, context, native.fg_frame_new_audio), bytes, size, context),
    wrap: (address: number) => wrap(address, planeBytes, facts, context),
  };
  return new Sound(facts, frameOfBytes(data, transfer, making, context));
}

type Facts = Omit<ReturnType<typeof audioDataInit>, 'data' | 'transfer'>;

/** The library's bound. */
const MOST_RATE = 16_000_000;

/** W3C "valid AudioDataInit", which takes parts of samples a second, too: the library counts whole ones. */
function checkFacts({ sampleRate, numberOfFrames, numberOfChannels }: Facts, context: string): void {
  positive(numberOfChannels, context, 'numberOfChannels');
  positive(numberOfFrames, context, 'numberOfFrames');
  if (!Number.isInteger(sampleRate) || sampleRate < 1 || sampleRate > MOST_RATE) {
    throw typeError(`${context}: sampleRate is ${sampleRate}, allowed are whole numbers from 1 to ${MOST_RATE}`);
  }
}

// Reused: the library copies what it needs of both.
const planes = new Planes();
const addresses = new BigUint64Array(255);

function wrap(address: number, planeBytes: number, facts: Facts, context: string): number {
  const count = sampleFormat(facts.format).isPlanar ? facts.numberOfChannels : 1;
  for (let plane = 0; plane < count; plane += 1) addresses[plane] = BigInt(address + plane * planeBytes);
  planes.count = count;
  planes.extended_data = addressOf(new Uint8Array(addresses.buffer));
  return makeSound(facts, context, (info, result) => native.fg_frame_wrap_audio(info, planes.bytes, 0, 0, result));
}
