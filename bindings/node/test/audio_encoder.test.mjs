// W3C WebCodecs, "AudioEncoder Interface", and the registrations of its codecs.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { AudioData, AudioEncoder } from 'framegate';

import { name, throwsTypeError } from './support/assertions.mjs';
import { bytesOf } from './support/collect.mjs';
import { testInvalid, testUnsupported } from './support/configurations.mjs';
import { audioData, collectChunks, encode, encodeAll, RATE, samples } from './support/sound.mjs';
import { nextTask } from './support/video.mjs';

const OPUS = { codec: 'opus', sampleRate: RATE, numberOfChannels: 2 };
const AAC = { ...OPUS, codec: 'mp4a.40.2' };
const FLAC = { ...OPUS, codec: 'flac' };

describe('configurations', () => {
  const invalid = {
    'no codec': { sampleRate: RATE, numberOfChannels: 2 },
    'no sampleRate': { codec: 'opus', numberOfChannels: 2 },
    'no numberOfChannels': { codec: 'opus', sampleRate: RATE },
    'sampleRate 0': { ...OPUS, sampleRate: 0 },
    'sampleRate negative': { ...OPUS, sampleRate: -1 },
    'sampleRate too large for unsigned long': { ...OPUS, sampleRate: 2 ** 32 },
    'sampleRate NaN': { ...OPUS, sampleRate: NaN },
    'numberOfChannels 0': { ...OPUS, numberOfChannels: 0 },
    'bitrate 0': { ...OPUS, bitrate: 0 },
    'bitrate beyond all': { ...OPUS, bitrate: 6e9 },
    'bitrate too low for Opus': { ...OPUS, bitrate: 499 },
    'bitrate too high for Opus of one channel': { ...OPUS, numberOfChannels: 1, bitrate: 256_001 },
    bitrateMode: { ...OPUS, bitrateMode: 'quantizer' },
    'aac.format': { ...AAC, aac: { format: 'latm' } },
    'opus.format': { ...OPUS, opus: { format: 'mp4' } },
    'opus.application': { ...OPUS, opus: { application: 'music' } },
    'opus.signal': { ...OPUS, opus: { signal: 'noise' } },
    'opus.complexity': { ...OPUS, opus: { complexity: 11 } },
    'opus.packetlossperc': { ...OPUS, opus: { packetlossperc: 101 } },
    'opus.frameDuration 0': { ...OPUS, opus: { frameDuration: 0 } },
    'opus.frameDuration between two': { ...OPUS, opus: { frameDuration: 2_501 } },
    'opus.frameDuration beyond all': { ...OPUS, opus: { frameDuration: 120_001 } },
    'flac.blockSize too small': { ...FLAC, flac: { blockSize: 15 } },
    'flac.blockSize too large': { ...FLAC, flac: { blockSize: 65_536 } },
    'flac.compressLevel': { ...FLAC, flac: { compressLevel: 9 } },
    'a member that is no dictionary': { ...OPUS, opus: 7 },
  };
  testInvalid(AudioEncoder, invalid);

  const unsupported = {
    'a codec that is not known': { ...OPUS, codec: 'bogus' },
    'a codec of pictures': { ...OPUS, codec: 'vp8' },
    'a codec string of the future': { ...OPUS, codec: 'opus.123' },
    'a rate that the codec does not have': { ...OPUS, sampleRate: 44_100 },
    'more channels than the codec has': { ...OPUS, numberOfChannels: 9 },
    'more channels than there are': { ...OPUS, numberOfChannels: 1_024 },
    'HE-AAC': { ...AAC, codec: 'mp4a.40.5' },
    'an AVOption that there is not': { ...OPUS, framegate: { ffmpeg: { preset: 'warp' } } },
  };
  testUnsupported(AudioEncoder, unsupported);

  test('isConfigSupported gives the members that are known, with their defaults', async () => {
    const asked = { ...OPUS, bogus: 1, opus: { bogus: 2 }, flac: {}, aac: {}, framegate: { bogus: 3 }, bitrate: 64_000 };
    const { supported, config } = await AudioEncoder.isConfigSupported(asked);
    assert.equal(supported, true);
    assert.deepEqual(config, {
      ...OPUS,
      aac: { format: 'aac' },
      bitrate: 64_000,
      bitrateMode: 'variable',
      flac: { blockSize: 0, compressLevel: 5 },
      framegate: {},
      opus: {
        application: 'audio', complexity: 9, format: 'opus', frameDuration: 20_000, packetlossperc: 0, signal: 'auto', usedtx: false,
        useinbandfec: false,
      },
    });
  });

  for (const duration of [2_500, 5_000, 10_000, 20_000, 40_000, 60_000, 80_000, 100_000, 120_000]) {
    test(`opus.frameDuration ${duration}`, async () => {
      const outputs = await encodeAll({ ...OPUS, opus: { frameDuration: duration } }, samples(12_000));
      const { primingSamples } = outputs[0].metadata.decoderConfig.framegate;
      assert.ok(primingSamples > 0);
      assert.equal(outputs[0].chunk.duration, duration);
      assert.equal(outputs.length, Math.ceil(((12_000 + primingSamples) / RATE) * 1e6 / duration));
    });
  }

  test('members of other codecs do not count', async () => {
    const outputs = await encodeAll({ ...AAC, opus: { frameDuration: 2_500 }, flac: { blockSize: 16 } }, samples(4_096));
    assert.deepEqual(outputs.map(({ chunk }) => chunk.timestamp), [0, 21_333, 42_667, 64_000, 85_333]);
  });
});

describe('decoderConfig', () => {
  test('comes once, with the codec letter by letter, and the priming', async () => {
    const outputs = await encodeAll(AAC, samples(9_600));
    const [first, ...others] = outputs.map(({ metadata }) => metadata.decoderConfig);
    assert.ok(others.every((config) => config === undefined));
    const { description, ...rest } = first;
    assert.deepEqual(rest, { ...AAC, framegate: { primingSamples: 1_024 } });
    assert.deepEqual([...description.subarray(0, 2)], [0x11, 0x90], 'AAC-LC, 48 kHz, 2 channels');
    assert.deepEqual(outputs[0].metadata.framegate, { priming: 1_024, padding: 0 });
    assert.deepEqual(outputs.at(-1).metadata.framegate, { priming: 0, padding: 11 * 1_024 - 9_600 - 1_024 });
  });

  test('again when it changes, and not when it does not', async () => {
    const { encoder, outputs, errors } = collectChunks();
    for (const sampleRate of [48_000, 48_000, 24_000]) {
      encoder.configure({ ...AAC, sampleRate });
      encode(encoder, samples(2_048), { rate: sampleRate });
    }
    await encoder.flush();
    encoder.close();
    assert.deepEqual(errors, []);
    assert.deepEqual(outputs.flatMap(({ metadata }) => metadata.decoderConfig?.sampleRate ?? []), [48_000, 24_000]);
  });

  test("has the encoder's rate, also where decoders have another", async () => {
    const { encoder, outputs, errors } = collectChunks();
    const rates = [8_000, 48_000, 24_000];
    for (const numberOfChannels of [1, 2, 3]) {
      for (const rate of rates) {
        encoder.configure({ ...OPUS, numberOfChannels, sampleRate: rate });
        encode(encoder, samples(4_800, { channels: numberOfChannels, rate }), { rate, channels: numberOfChannels });
      }
    }
    await encoder.flush();
    encoder.close();
    assert.deepEqual(errors, []);
    assert.deepEqual(outputs.flatMap(({ metadata }) => metadata.decoderConfig?.sampleRate ?? []), [...rates, ...rates, ...rates]);
  });

  test('no description of aac.format adts and PCM', async () => {
    for (const config of [{ ...AAC, aac: { format: 'adts' } }, { ...OPUS, codec: 'pcm-s16' }]) {
      const [{ metadata }] = await encodeAll(config, samples(2_048));
      assert.equal('description' in metadata.decoderConfig, false, config.codec);
    }
  });

  test('the description of Opus is that of RFC 7845, whatever opus.format is, with the priming at 48 kHz', async () => {
    const found = [];
    for (const config of [{}, { opus: { format: 'opus' } }, { opus: { format: 'ogg' } }]) {
      const outputs = await encodeAll({ ...OPUS, ...config, sampleRate: 24_000 }, samples(2_048));
      const { description, framegate } = outputs[0].metadata.decoderConfig;
      const head = Buffer.from(description);
      assert.deepEqual([head.toString('latin1', 0, 8), head[8], head[9], head.length], ['OpusHead', 1, 2, 19]);
      assert.deepEqual([head.readUInt16LE(10), head.readUInt32LE(12)], [framegate.primingSamples, 24_000]);
      found.push(Buffer.concat(outputs.map(({ chunk }) => bytesOf(chunk))));
    }
    assert.deepEqual(found[1], found[0]);
    assert.deepEqual(found[2], found[0]);
  });
});

describe('encode', () => {
  test('chunks follow each other from the first timestamp on, and their durations are priming and input', async () => {
    const { encoder, outputs } = collectChunks();
    encoder.configure(AAC);
    for (const timestamp of [1_000_000, 5, -70]) encode(encoder, samples(2_000), { timestamp }); // only the first one counts
    await encoder.flush();
    let samplesBefore = 0;
    for (const { chunk } of outputs) {
      assert.equal(chunk.type, 'key');
      assert.ok(Math.abs(chunk.timestamp - 1_000_000 - (samplesBefore / RATE) * 1e6) < 1, `${chunk.timestamp}`);
      samplesBefore += 1_024;
    }
    const end = outputs.at(-1).chunk.timestamp + outputs.at(-1).chunk.duration;
    assert.ok(Math.abs(end - 1_000_000 - ((6_000 + 1_024) / RATE) * 1e6) <= 1);
    encoder.close();
  });

  test('encoding goes on after a flush, at the timestamp of the next input', async () => {
    const { encoder, outputs } = collectChunks();
    encoder.configure(AAC);
    for (const timestamp of [0, 700_000]) {
      encode(encoder, samples(1_024), { timestamp });
      await encoder.flush();
    }
    assert.deepEqual(outputs.map(({ chunk }) => chunk.timestamp), [0, 21_333, 700_000, 721_333]);
    encoder.close();
  });

  test('data is taken by reference, and may be closed at once', async () => {
    const [first, second] = await Promise.all([true, false].map(async (early) => {
      const { encoder, outputs } = collectChunks();
      encoder.configure(FLAC);
      const data = audioData(samples(9_600));
      encoder.encode(data);
      if (early) data.close();
      await encoder.flush();
      if (!early) data.close();
      encoder.close();
      return outputs.map(({ chunk }) => chunk.byteLength);
    }));
    assert.deepEqual(first, second);
  });

  for (const format of ['u8', 's16', 's32', 'f32', 'u8-planar', 's16-planar', 's32-planar', 'f32-planar']) {
    test(`input in ${format} is the sound that it would be in f32`, async () => {
      const config = { ...OPUS, codec: 'pcm-f32' };
      const source = audioData(samples(480));
      const planes = format.endsWith('planar') ? 2 : 1;
      const bytes = Array.from({ length: planes }, (_, planeIndex) => {
        const plane = Buffer.alloc(source.allocationSize({ planeIndex, format }));
        source.copyTo(plane, { planeIndex, format });
        return plane;
      });
      source.close();
      const given = new AudioData({ format, sampleRate: RATE, numberOfFrames: 480, numberOfChannels: 2, timestamp: 0, data: Buffer.concat(bytes) });
      const expected = Buffer.alloc(480 * 8);
      given.copyTo(expected, { planeIndex: 0, format: 'f32' });
      const { encoder, outputs } = collectChunks();
      encoder.configure(config);
      encoder.encode(given);
      given.close();
      await encoder.flush();
      const chunk = Buffer.alloc(outputs[0].chunk.byteLength);
      outputs[0].chunk.copyTo(chunk);
      assert.ok(chunk.equals(expected));
      encoder.close();
    });
  }

  test('another rate or number of channels than configured is an EncodingError, in a task, after what came before', async () => {
    for (const [channels, rate] of [[1, RATE], [2, 44_100]]) {
      const { encoder, outputs, errors } = collectChunks();
      encoder.configure({ ...OPUS, codec: 'pcm-s16' });
      encode(encoder, samples(480));
      encode(encoder, samples(480, { channels }), { channels, rate });
      assert.equal(encoder.state, 'configured');
      await assert.rejects(encoder.flush(), name('EncodingError'));
      assert.equal(encoder.state, 'closed');
      assert.equal(outputs.length, 1);
      assert.equal(errors.length, 1);
      assert.ok(name('EncodingError')(errors[0]));
      assert.match(errors[0].message, channels === 1 ? /channel/ : /44100/);
    }
  });

  test('what is no data or closed is a TypeError, before the state is looked at', () => {
    const { encoder } = collectChunks();
    const data = audioData(samples(10));
    data.close();
    throwsTypeError(() => encoder.encode(), /'encode' on 'AudioEncoder'.*1 argument required/);
    for (const nothing of [undefined, null, 7, {}, AudioData.prototype]) {
      throwsTypeError(() => encoder.encode(nothing), /the argument is not an AudioData/);
    }
    throwsTypeError(() => encoder.encode(data), /'encode' on 'AudioEncoder': the data is closed/);
    encoder.close();
    throwsTypeError(() => encoder.encode(data), /the data is closed/);
  });

  test("release: 'close' is for what can be closed", () => {
    throwsTypeError(() => new AudioEncoder({ output() {}, error() {}, release: 'close' }), /release is "close"/);
  });

  test('AVOptions are the codec\'s', async () => {
    const size = async (ffmpeg) =>
      (await encodeAll({ ...FLAC, framegate: { ffmpeg } }, samples(48_000))).reduce((sum, { chunk }) => sum + chunk.byteLength, 0);
    assert.ok((await size({ lpc_type: 'none' })) > (await size({ lpc_type: 'levinson' })));
    const { encoder, errors } = collectChunks();
    encoder.configure({ ...AAC, framegate: { ffmpeg: { ar: 8_000 } } });
    await nextTask();
    assert.equal(errors.length, 1);
    assert.match(errors[0].message, /ar/);
  });
});
