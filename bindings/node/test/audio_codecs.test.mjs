// What every codec of sound promises: the same tests for all of them, and ffmpeg as the second opinion.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { AudioDecoder, AudioDecoderStream, AudioEncoder, AudioEncoderStream } from 'framegate';

import { submitAll } from './support/collect.mjs';
import { audioData, collectChunks, collectData, decodeAll, encode, encodeAll, interleaved, RATE, samples, withoutPriming } from './support/sound.mjs';
import { decodedByFfmpeg, demux, encodedByFfmpeg, fileOf } from './support/sound_files.mjs';

/**
 * `signal`: decibels of the sound over what the codec changes in it, at least; or `step`: what it changes in a sample, at most.
 * `ffmpeg`: how the ffmpeg command makes a file. `tellsPadding`: false if FFmpeg's encoder does not say how far it has filled the last chunk.
 * `rates` and `channels` are some that it has beside 48 kHz and 2.
 */
const CODECS = [
  { codec: 'mp4a.40.2', names: ['mp4a.40.02'], signal: 18, ffmpeg: ['mp4', 'aac'], rates: [8_000, 44_100, 96_000], channels: [1, 6, 8], config: { aac: { format: 'adts' } } },
  { codec: 'opus', names: [], signal: 18, ffmpeg: ['ogg', 'libopus'], rates: [8_000, 16_000, 24_000], channels: [1, 6, 8] },
  { codec: 'flac', names: [], step: 2 ** -23, ffmpeg: ['flac', 'flac'], rates: [8_000, 44_100, 192_000], channels: [1, 6, 8] },
  { codec: 'mp3', names: ['mp4a.69', 'mp4a.6B'], signal: 18, ffmpeg: ['mp3', 'libmp3lame'], rates: [16_000, 44_100], channels: [1] },
  { codec: 'vorbis', names: [], tellsPadding: false, signal: 18, ffmpeg: ['ogg', 'libvorbis'], rates: [22_050, 44_100], channels: [1, 6, 8] },
  ...[['u8', 2 ** -7], ['s16', 2 ** -15], ['s24', 2 ** -23], ['s32', 2 ** -24], ['f32', 0]].map(([kind, step]) => ({
    codec: `pcm-${kind}`, names: [], step, ffmpeg: ['wav', `pcm_${kind}${kind === 'u8' ? '' : 'le'}`], rates: [8_000, 44_100], channels: [1, 6],
  })),
  { codec: 'ulaw', names: [], signal: 30, ffmpeg: ['wav', 'pcm_mulaw'], rates: [8_000], channels: [1] },
  { codec: 'alaw', names: [], signal: 30, ffmpeg: ['wav', 'pcm_alaw'], rates: [8_000], channels: [1] },
];
const GATES = ['block', 'throw', 'queue'].flatMap((backpressure) => [1, 2, 16].map((slots) => ({ backpressure, slots })));
/** No whole number of any codec's frames. */
const FRAMES = 11_111;
const STEP = 1_234;

/** Of 5.1 and 7.1, the channel of low frequencies, of which codecs keep nothing else. */
const isLow = (n, channels) => channels >= 6 && n % channels === 3;

/** Decibels of a sound over its difference from another, which begins `lag` frames later. */
function signal(sound, other, channels, lag = 0) {
  let [power, error] = [0, 0];
  for (let n = Math.max(0, -lag * channels); n < Math.min(sound.length, other.length - lag * channels); n += 1) {
    if (isLow(n, channels)) continue;
    power += sound[n] ** 2;
    error += (sound[n] - other[n + lag * channels]) ** 2;
  }
  return 10 * Math.log10(power / error);
}

const furthest = (sound, other) => sound.reduce((most, sample, n) => Math.max(most, Math.abs(sample - other[n])), 0);

/** The sound came back: all of its samples, each where it was. */
function assertSame({ signal: least, step }, sound, other, channels) {
  assert.equal(other.length, sound.length);
  if (step !== undefined) return assert.ok(furthest(sound, other) <= step, `${furthest(sound, other)} off`);
  const there = signal(sound, other, channels);
  assert.ok(there >= least, `${there} dB`);
  for (const lag of [-2, -1, 1, 2]) assert.ok(signal(sound, other, channels, lag) < there, `it is ${lag} off`);
}

for (const each of CODECS) {
  const { codec } = each;
  const config = { codec, sampleRate: RATE, numberOfChannels: 2 };

  describe(codec, () => {
    for (const gate of GATES) {
      test(`there and back, to the sample, ${gate.backpressure}, ${gate.slots} slots`, async () => {
        const sound = samples(FRAMES);
        const { encoder, outputs, errors } = collectChunks(gate);
        encoder.configure(config);
        await submitAll(encoder, Math.ceil(FRAMES / STEP), (n) => encode(encoder, sound.subarray(n * STEP * 2, (n + 1) * STEP * 2)));
        await encoder.flush();
        encoder.close();
        const { decoder, frames, errors: more } = collectData({ keep: true, ...gate });
        decoder.configure(withoutPriming(outputs[0].metadata.decoderConfig));
        await submitAll(decoder, outputs.length, (n) => decoder.decode(outputs[n].chunk));
        await decoder.flush();
        decoder.close();
        assert.deepEqual([errors, more], [[], []]);
        assert.equal(frames[0].timestamp, 0);
        assertSame(each, sound, interleaved(frames), 2);
      });
    }

    for (const [sampleRate, numberOfChannels] of [...each.rates.map((rate) => [rate, 2]), ...each.channels.map((channels) => [RATE, channels])]) {
      test(`there and back, ${sampleRate} Hz, ${numberOfChannels} channels`, async () => {
        const sound = samples(FRAMES, { channels: numberOfChannels, rate: sampleRate });
        const outputs = await encodeAll({ ...config, sampleRate, numberOfChannels }, sound);
        const { decoderConfig } = outputs[0].metadata;
        const decoded = await decodeAll(withoutPriming(decoderConfig), outputs.map(({ chunk }) => chunk));
        const decodedRate = codec === 'opus' ? 48_000 : sampleRate;
        assert.deepEqual([decoded[0].sampleRate, decoded[0].numberOfChannels], [decodedRate, numberOfChannels]);
        if (decodedRate === sampleRate) return assertSame(each, sound, interleaved(decoded), numberOfChannels);
        const times = decodedRate / sampleRate;
        const other = interleaved(decoded);
        assert.equal(other.length, FRAMES * times * numberOfChannels);
        assertSame(each, sound, sound.map((_, n) => {
          const [frame, channel] = [Math.floor(n / numberOfChannels), n % numberOfChannels];
          return other[frame * times * numberOfChannels + channel];
        }), numberOfChannels);
      });
    }

    test('isConfigSupported, both ways, by all of its names', async () => {
      const [{ metadata }] = await encodeAll(config, samples(FRAMES));
      for (const name of [codec, ...each.names]) {
        assert.equal((await AudioEncoder.isConfigSupported({ ...config, codec: name })).supported, true, name);
        assert.equal((await AudioDecoder.isConfigSupported({ ...metadata.decoderConfig, codec: name })).supported, true, name);
      }
    });

    test('each chunk says what the encoder has added to it, and durations add up to priming and input', async () => {
      const outputs = await encodeAll(config, samples(FRAMES));
      const { framegate, sampleRate } = outputs[0].metadata.decoderConfig;
      const sum = (of) => outputs.reduce((total, output) => total + of(output), 0);
      assert.equal(sum(({ metadata }) => metadata.framegate.priming), framegate?.primingSamples ?? 0);
      const decoded = await decodeAll(outputs[0].metadata.decoderConfig, outputs.map(({ chunk }) => chunk));
      const total = interleaved(decoded).length / 2;
      const whole = (framegate?.primingSamples ?? 0) + FRAMES;
      const padding = sum(({ metadata }) => metadata.framegate.padding);
      if (each.tellsPadding !== false) assert.equal(total, whole + padding);
      const microseconds = sum(({ chunk }) => chunk.duration);
      assert.ok(Math.abs(microseconds - (whole / sampleRate) * 1e6) <= 1, `${microseconds}`);
    });

    test("ffmpeg decodes what we encode to the samples of our decoder", async () => {
      const outputs = await encodeAll({ ...config, ...each.config }, samples(FRAMES));
      const ours = interleaved(await decodeAll(outputs[0].metadata.decoderConfig, outputs.map(({ chunk }) => chunk)));
      const theirs = decodedByFfmpeg(await fileOf(config, outputs));
      assert.deepEqual(ours, theirs);
    });

    test("we decode what ffmpeg encodes to the samples of ffmpeg's decoder", async () => {
      const [extension, encoder] = each.ffmpeg;
      const path = encodedByFfmpeg(extension, ['-c:a', encoder], samples(FRAMES), config);
      const { description, chunks } = demux(path);
      const ours = interleaved(await decodeAll(description ? { ...config, description } : config, chunks));
      assert.deepEqual(ours, decodedByFfmpeg(['-i', path]));
    });

    test('streams: what comes out is what went in', async () => {
      const sound = samples(FRAMES);
      const inputs = Array.from({ length: Math.ceil(FRAMES / STEP) }, (_, n) => audioData(sound.subarray(n * STEP * 2, (n + 1) * STEP * 2)));
      const out = [];
      const source = ReadableStream.from(inputs);
      for await (const data of source.pipeThrough(new AudioEncoderStream(config)).pipeThrough(new AudioDecoderStream())) out.push(data);
      assert.ok(inputs.every(({ format }) => format === null), 'what went in is closed');
      assertSame(each, sound, interleaved(out), 2);
    });
  });
}
