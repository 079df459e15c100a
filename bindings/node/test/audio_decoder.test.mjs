// W3C WebCodecs, "AudioDecoder Interface", and what config.framegate adds to it.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';

import { AudioDecoder, EncodedAudioChunk } from 'framegate';

import { name, rejectsDom, throwsDom, throwsTypeError } from './support/assertions.mjs';
import { bytesOf } from './support/collect.mjs';
import { testInvalid, testUnsupported } from './support/configurations.mjs';
import { collectData, decodeAll, encodeAll, interleaved, RATE, samples, withoutPriming } from './support/sound.mjs';
import { nextTask } from './support/video.mjs';

const OPUS = { codec: 'opus', sampleRate: RATE, numberOfChannels: 2 };
const AAC = { ...OPUS, codec: 'mp4a.40.2' };
const FRAMES = 10_000;
let config;
let chunks;

before(async () => {
  const outputs = await encodeAll(AAC, samples(FRAMES));
  ({ decoderConfig: config } = outputs[0].metadata);
  chunks = outputs.map(({ chunk }) => chunk);
});

const total = (all) => all.reduce((sum, data) => sum + data.numberOfFrames, 0);
const closeAll = (all) => all.forEach((data) => data.close());

describe('configurations', () => {
  const detached = new ArrayBuffer(8);
  structuredClone(detached, { transfer: [detached] });
  const invalid = {
    'no codec': { sampleRate: RATE, numberOfChannels: 2 },
    'a blank codec': { ...OPUS, codec: ' \t' },
    'no sampleRate': { codec: 'opus', numberOfChannels: 2 },
    'no numberOfChannels': { codec: 'opus', sampleRate: RATE },
    'sampleRate 0': { ...OPUS, sampleRate: 0 },
    'numberOfChannels 0': { ...OPUS, numberOfChannels: 0 },
    'numberOfChannels negative': { ...OPUS, numberOfChannels: -2 },
    'a description that is detached': { ...OPUS, description: detached },
    'a description that is no buffer': { ...OPUS, description: 'OpusHead' },
    'framegate.priming': { ...OPUS, framegate: { priming: 'some' } },
    'framegate.primingSamples': { ...OPUS, framegate: { primingSamples: -1 } },
    'framegate.maxSamples': { ...OPUS, framegate: { maxSamples: 0 } },
  };
  testInvalid(AudioDecoder, invalid);

  const unsupported = {
    'a codec that is not known': { ...OPUS, codec: 'bogus' },
    'a codec of pictures': { ...OPUS, codec: 'vp8' },
    'a MIME type': { ...OPUS, codec: 'audio/webm; codecs="opus"' },
    'more channels than there are': { ...OPUS, numberOfChannels: 1_024 },
    'a description that is too short': { ...OPUS, numberOfChannels: 3, description: new Uint8Array(9) },
  };
  testUnsupported(AudioDecoder, unsupported);

  // isConfigSupported() may be asked before a file is open.
  const undescribed = {
    'FLAC without a description': { ...OPUS, codec: 'flac' },
    'Vorbis without a description': { ...OPUS, codec: 'vorbis' },
    'Opus of more than two channels without a description': { ...OPUS, numberOfChannels: 3 },
  };
  testUnsupported(AudioDecoder, undescribed, { supported: true });

  test('isConfigSupported gives the members that are known, and a copy of the description', async () => {
    const description = Uint8Array.from(config.description);
    const asked = { ...config, description, bogus: 1, framegate: { priming: 'drop', bogus: 2 } };
    const { supported, config: given } = await AudioDecoder.isConfigSupported(asked);
    description.fill(0);
    assert.equal(supported, true);
    assert.deepEqual(given, { ...config, framegate: { priming: 'drop' } });
  });
});

describe('decode', () => {
  test('chunks in, data out, each at the time of its chunk', async () => {
    const decoded = await decodeAll(config, chunks);
    assert.deepEqual(decoded.map(({ timestamp }) => timestamp), chunks.map(({ timestamp }) => timestamp));
    for (const data of decoded) {
      assert.deepEqual([data.format, data.sampleRate, data.numberOfChannels, data.numberOfFrames], ['f32-planar', RATE, 2, 1_024]);
    }
    closeAll(decoded);
  });

  test("priming 'keep', the default: all that is decoded comes; 'drop': what went into the encoder, from the first chunk's time on", async () => {
    for (const framegate of [undefined, { priming: 'keep' }]) {
      const all = await decodeAll({ ...config, framegate }, chunks);
      assert.equal(total(all), chunks.length * 1_024);
      closeAll(all);
    }
    const kept = await decodeAll(withoutPriming(config), chunks);
    assert.deepEqual([total(kept), kept[0].timestamp], [FRAMES, 0]);
    closeAll(kept);
  });

  test('primingSamples says how much that is, and primingIsTimed whether times count it', async () => {
    const some = await decodeAll({ ...config, framegate: { priming: 'drop', primingSamples: 100 } }, chunks);
    assert.equal(total(some), FRAMES + 924);
    closeAll(some);
    const timed = await decodeAll({ ...config, framegate: { ...config.framegate, priming: 'drop', primingIsTimed: true } }, chunks);
    assert.equal(timed[0].timestamp, 21_333);
    closeAll(timed);
  });

  test('after configure, flush and reset a key chunk comes first', async () => {
    const { decoder, errors } = collectData();
    const delta = new EncodedAudioChunk({ type: 'delta', timestamp: 0, data: bytesOf(chunks[0]) });
    const refuses = () => throwsDom(() => decoder.decode(delta), 'DataError', /'decode' on 'AudioDecoder': a key chunk is required/);
    decoder.configure(config);
    refuses();
    decoder.decode(chunks[0]);
    decoder.decode(delta); // later on it may be any
    await decoder.flush();
    refuses();
    decoder.reset();
    decoder.configure(config);
    refuses();
    decoder.close();
    assert.deepEqual(errors, []);
  });

  test('maxSamples: a stream beyond it is a NotSupportedError that names it', async () => {
    const { decoder, errors } = collectData();
    decoder.configure({ ...config, framegate: { maxSamples: 1_023 } });
    decoder.decode(chunks[0]);
    await rejectsDom(decoder.flush(), 'NotSupportedError', /maxSamples/);
    assert.equal(errors.length, 1);
  });

  test('what is no chunk is a TypeError', () => {
    const { decoder } = collectData();
    decoder.configure(config);
    throwsTypeError(() => decoder.decode(), /'decode' on 'AudioDecoder'.*1 argument required/);
    for (const nothing of [undefined, null, 7, {}]) throwsTypeError(() => decoder.decode(nothing), /not an EncodedAudioChunk/);
    decoder.close();
  });

  test('a damaged chunk is an EncodingError, after what came before', async () => {
    const { decoder, frames, errors } = collectData();
    decoder.configure(config);
    decoder.decode(chunks[0]);
    decoder.decode(new EncodedAudioChunk({ type: 'key', timestamp: 0, data: new Uint8Array(40).fill(0xff) }));
    await rejectsDom(decoder.flush(), 'EncodingError');
    assert.deepEqual([frames.length, errors.length, decoder.state], [1, 1, 'closed']);
  });

  test('data outlives its decoder', async () => {
    const decoded = await decodeAll(config, chunks.slice(0, 2));
    await nextTask();
    assert.equal(interleaved(decoded).length, 2 * 1_024 * 2);
  });
});

describe("release: 'close'", () => {
  test('what the program keeps is inside the gate: clones count, and close() makes room', async () => {
    const { decoder, frames } = collectData({ slots: 3, release: 'close', keep: true });
    decoder.configure(config);
    let fed = 0;
    while (frames.length < 3) {
      if (decoder.desiredSize > 0) decoder.decode(chunks[fed++]);
      else await nextTask();
    }
    throwsDom(() => decoder.decode(chunks[fed]), 'QuotaExceededError', /the program has 3 AudioData objects that are not closed/);
    const clone = frames[0].clone();
    frames.shift().close();
    assert.equal(decoder.desiredSize, 0, 'its clone has the slot');
    const ready = decoder.ready;
    clone.close();
    await ready;
    assert.equal(decoder.desiredSize, 1);
    decoder.decode(chunks[fed]);
    const flushed = decoder.flush();
    while (frames.length < 3) await nextTask();
    await flushed;
    closeAll(frames);
    decoder.close();
  });

  test('by default it holds no slot', async () => {
    const { decoder, frames } = collectData({ slots: 1, keep: true });
    decoder.configure(config);
    for (const chunk of chunks) decoder.decode(chunk);
    await decoder.flush();
    assert.deepEqual([frames.length, decoder.desiredSize], [chunks.length, 1]);
    closeAll(frames);
    decoder.close();
  });
});

test('hostile chunks never crash it', async () => {
  let state = 99;
  const random = () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31);
  for (const codec of ['mp4a.40.2', 'opus', 'flac', 'mp3', 'vorbis', 'pcm-s24', 'alaw']) {
    const outputs = await encodeAll({ ...AAC, codec }, samples(9_600));
    for (let round = 0; round < 20; round += 1) {
      const { decoder } = collectData();
      const given = { ...outputs[0].metadata.decoderConfig };
      if (given.description && round % 2 === 1) {
        given.description = Uint8Array.from(given.description);
        given.description[random() % given.description.length] = random();
      }
      decoder.configure(given);
      for (const { chunk } of outputs) {
        const data = bytesOf(chunk);
        for (let i = 0; i < round % 4; i += 1) data[random() % data.length] = random();
        const cut = round % 5 === 0 ? data.subarray(0, random() % data.length) : data;
        try {
          decoder.decode(new EncodedAudioChunk({ type: 'key', timestamp: chunk.timestamp, data: cut }));
        } catch (error) {
          assert.ok(name('InvalidStateError')(error) || name('DataError')(error), String(error));
        }
      }
      if (decoder.state === 'configured') await decoder.flush().catch((error) => assert.ok(error instanceof DOMException));
      if (decoder.state !== 'closed') decoder.close();
    }
  }
});
