// Sound, and codecs of it that keep what they give.
import { AudioData, AudioDecoder, AudioEncoder } from 'framegate';

import { chunkCollector, frameCollector } from './collect.mjs';

export const collectChunks = chunkCollector(AudioEncoder);
export const collectData = frameCollector(AudioDecoder);

export const RATE = 48_000;

/** Numbers from 0 to 1, the same each time. */
export function randomNumbers(seed) {
  let state = seed;
  return () => (state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff) / 2 ** 31;
}

/**
 * Interleaved samples of a sound that is like no part of itself: a tone that rises, another in each channel, from 100 Hz up by
 * some kHz a second, and a little noise.
 */
export function samples(frames, { channels = 2, rate = RATE, from = 0 } = {}) {
  const random = randomNumbers(from + 1);
  const data = new Float32Array(frames * channels);
  for (let n = 0; n < frames; n += 1) {
    const time = (n + from) / rate;
    for (let channel = 0; channel < channels; channel += 1) {
      const tone = Math.sin(2 * Math.PI * (100 + (channel + 1) * 1_000 * time) * time);
      data[n * channels + channel] = 0.5 * tone + 0.01 * (random() - 0.5);
    }
  }
  return data;
}

/** An AudioData of interleaved floats. */
export function audioData(data, { channels = 2, rate = RATE, timestamp = 0, format = 'f32' } = {}) {
  const numberOfFrames = data.length / channels;
  return new AudioData({ format, sampleRate: rate, numberOfFrames, numberOfChannels: channels, timestamp, data });
}

/** Encodes and closes. */
export function encode(encoder, data, options) {
  const input = audioData(data, options);
  try {
    encoder.encode(input);
  } finally {
    input.close();
  }
}

/** What an encoder gives for interleaved floats, in inputs of `step` frames: outputs of { chunk, metadata }. */
export async function encodeAll(config, data, step = 4_800, init = {}) {
  const { encoder, outputs, errors } = collectChunks(init);
  const { numberOfChannels: channels, sampleRate: rate } = config;
  encoder.configure(config);
  for (let at = 0; at < data.length; at += step * channels) {
    const timestamp = Math.round((at / channels / rate) * 1e6);
    encode(encoder, data.subarray(at, at + step * channels), { channels, rate, timestamp });
  }
  await encoder.flush();
  encoder.close();
  if (errors.length > 0) throw errors[0];
  return outputs;
}

/** The configuration of a decoder that leaves out what the encoder has added. */
export const withoutPriming = (config) => ({ ...config, framegate: { ...config.framegate, priming: 'drop' } });

/** The decoded data, which is the caller's to close. */
export async function decodeAll(config, chunks, init = {}) {
  const { decoder, frames, errors } = collectData({ keep: true, ...init });
  decoder.configure(config);
  for (const chunk of chunks) decoder.decode(chunk);
  await decoder.flush();
  decoder.close();
  if (errors.length > 0) throw errors[0];
  return frames;
}

const ARRAYS = { u8: Uint8Array, s16: Int16Array, s32: Int32Array, f32: Float32Array };

/** The kind of samples of a format, planar or not. */
export const kindOf = (format) => format.split('-')[0];
export const arrayOf = (format, length) => new ARRAYS[kindOf(format)](length);

/** All samples of data in turn, which is closed, in the interleaved form of a format. */
export function interleaved(all, format = 'f32') {
  const channels = all[0].numberOfChannels;
  const result = arrayOf(format, all.reduce((sum, data) => sum + data.numberOfFrames, 0) * channels);
  let at = 0;
  for (const data of all) {
    const count = data.numberOfFrames * channels;
    data.copyTo(result.subarray(at, at + count), { planeIndex: 0, format });
    data.close();
    at += count;
  }
  return result;
}

/**
 * Where interleaved floats have what others have: how much later the first channel is where both are most alike, among `most` frames both
 * ways, and how alike all samples are then, 1 if they are the same.
 */
export function alignment(source, sound, { channels = 2, most = 2_000 } = {}) {
  const [first, step] = [most, Math.min(4_000, source.length / channels - 2 * most)];
  const at = (offset) => correlation(source.subarray(first * channels, (first + step) * channels), sound.subarray((first + offset) * channels), channels);
  let [offset, greatest] = [0, -Infinity];
  for (let each = -most; each <= most; each += 1) {
    const value = at(each);
    if (value > greatest) [offset, greatest] = [each, value];
  }
  const [here, there] = [Math.max(0, -offset), Math.max(0, offset)];
  return { offset, likeness: correlation(source.subarray(here * channels), sound.subarray(there * channels)) };
}

/** Of every `step`th sample, as far as both go: that of Pearson, without means, which sound does not have. */
function correlation(a, b, step = 1) {
  let [ab, aa, bb] = [0, 0, 0];
  for (let n = 0; n < Math.min(a.length, b.length); n += step) {
    ab += a[n] * b[n];
    aa += a[n] * a[n];
    bb += b[n] * b[n];
  }
  return ab / Math.sqrt(aa * bb);
}
