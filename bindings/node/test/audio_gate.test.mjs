// The gate, where an input takes a slot for each chunk that it makes: many of one input, or one of many.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { name } from './support/assertions.mjs';
import { submitAll } from './support/collect.mjs';
import { collectChunks, collectData, encode, RATE, samples } from './support/sound.mjs';
import { busyWait, nextTask } from './support/video.mjs';

const MODES = ['block', 'throw', 'queue'];
const SLOTS = [1, 2, 16];

/** A second of sound is 400 chunks. */
const LONG = { config: { codec: 'opus', sampleRate: RATE, numberOfChannels: 2, opus: { frameDuration: 2_500 } }, frames: RATE, inputs: 3, frame: 120, weight: 400 };
/** 16 inputs are a chunk. */
const SHORT = { config: { codec: 'mp4a.40.2', sampleRate: RATE, numberOfChannels: 2 }, frames: 64, inputs: 160, frame: 1_024, weight: 1 };

const microseconds = (frames) => Math.round((frames / RATE) * 1e6);

/** The n-th input of a kind. */
const submit = (encoder, { frames }, n) => encode(encoder, samples(frames, { from: n * frames }), { timestamp: microseconds(n * frames) });

/** All of the sound came out, once and in order. */
function assertWhole({ frames, inputs, frame }, outputs) {
  const { primingSamples } = outputs[0].metadata.decoderConfig.framegate;
  assert.equal(outputs.length, Math.ceil((frames * inputs + primingSamples) / frame));
  for (const [n, { chunk }] of outputs.entries()) assert.ok(Math.abs(chunk.timestamp - microseconds(n * frame)) <= 1, `chunk ${n}: ${chunk.timestamp}`);
  const padding = outputs.reduce((sum, { metadata }) => sum + metadata.framegate.padding, 0);
  assert.equal(outputs.length * frame, frames * inputs + primingSamples + padding);
}

for (const [what, kind] of Object.entries({ 'one second into chunks of 2.5 ms': LONG, '64 samples into chunks of 1,024': SHORT })) {
  describe(what, () => {
    for (const backpressure of MODES) {
      for (const slots of SLOTS) {
        test(`${backpressure}, ${slots} slots`, async () => {
          const { encoder, outputs, errors } = collectChunks({ backpressure, slots });
          encoder.configure(kind.config);
          let most = 0;
          const refused = await submitAll(encoder, kind.inputs, (n) => {
            submit(encoder, kind, n);
            most = Math.max(most, slots - encoder.desiredSize);
          });
          if (backpressure !== 'queue') assert.ok(most <= Math.max(slots, kind.weight) + 1, `${most} in flight`);
          if (backpressure !== 'throw') assert.equal(refused, 0);
          await encoder.flush();
          assert.equal(encoder.desiredSize, slots);
          assert.equal(encoder.encodeQueueSize, 0);
          encoder.close();
          assert.deepEqual(errors, []);
          assertWhole(kind, outputs);
        });
      }
    }
  });
}

describe('inputs that are many chunks', () => {
  test('desiredSize counts slots, and encodeQueueSize inputs; each falls with its dequeue event', async () => {
    const sizes = [];
    const { encoder } = collectChunks({ backpressure: 'queue' });
    encoder.ondequeue = () => sizes.push(encoder.encodeQueueSize);
    encoder.configure(LONG.config);
    for (let n = 0; n < 3; n += 1) submit(encoder, LONG, n);
    assert.equal(encoder.encodeQueueSize, 3);
    assert.equal(encoder.desiredSize, 16 - 400 - 2, 'one is in, by its chunks; two wait, whose chunks nobody knows yet');
    await encoder.flush();
    assert.ok(sizes.length >= 2, 'the second is let in when the chunks of the first have gone');
    assert.deepEqual(sizes, sizes.toSorted((a, b) => b - a));
    assert.equal(sizes.at(-1), 0);
    encoder.close();
  });

  test('an input that was refused is let in once ready has resolved', async () => {
    const { encoder, outputs } = collectChunks({ backpressure: 'throw' });
    encoder.configure(LONG.config);
    submit(encoder, LONG, 0);
    assert.throws(() => submit(encoder, LONG, 1), name('QuotaExceededError'));
    await encoder.ready;
    assert.ok(outputs.length >= 399, `${outputs.length} chunks have come`);
    submit(encoder, LONG, 1);
    encoder.close();
  });

  test('block runs the callbacks of the chunks that make room inside encode()', () => {
    const { encoder, outputs } = collectChunks({ slots: 2 });
    encoder.configure(LONG.config);
    submit(encoder, LONG, 0);
    assert.equal(outputs.length, 0);
    submit(encoder, LONG, 1);
    assert.ok(outputs.length >= 398, `${outputs.length} chunks`);
    encoder.close();
  });

  for (const method of ['reset', 'close']) {
    test(`${method}() in the callback of a chunk in the middle of an input: nothing more comes of it`, async () => {
      const { encoder, outputs, errors } = collectChunks({ slots: 2 }, () => outputs.length === 100 && encoder[method]());
      encoder.configure(LONG.config);
      submit(encoder, LONG, 0);
      await assert.rejects(encoder.flush(), name('AbortError'));
      for (let n = 0; n < 20; n += 1) await nextTask();
      assert.deepEqual([outputs.length, errors.length], [100, 0]);
      if (method === 'close') return;
      while (encoder.desiredSize < 2) await nextTask(); // the codec is done with the input that it was at
      encoder.configure(LONG.config);
      submit(encoder, LONG, 0);
      await encoder.flush();
      assert.equal(outputs.length, 100 + 401);
      encoder.close();
    });
  }

  test('maxBytes: one larger than all of it passes alone', async () => {
    const { encoder, outputs } = collectChunks({ maxBytes: 1 });
    encoder.configure(LONG.config);
    for (let n = 0; n < LONG.inputs; n += 1) submit(encoder, LONG, n);
    await encoder.flush();
    encoder.close();
    assertWhole(LONG, outputs);
  });
});

test('a consumer that takes its time bounds what is in flight', async () => {
  const { encoder, outputs } = collectChunks({ slots: 4 }, () => busyWait(1));
  encoder.configure(SHORT.config);
  let most = 0;
  for (let n = 0; n < 100; n += 1) {
    encode(encoder, samples(4_096, { from: n * 4_096 }));
    most = Math.max(most, 4 - encoder.desiredSize);
  }
  assert.ok(most <= 4 + 1, `${most} in flight`);
  await encoder.flush();
  assert.equal(outputs.length, 401);
  encoder.close();
});

for (const backpressure of MODES) {
  for (const slots of SLOTS) {
    test(`a decoder, ${backpressure}, ${slots} slots`, async () => {
      const { encoder, outputs } = collectChunks();
      encoder.configure(LONG.config);
      submit(encoder, LONG, 0);
      await encoder.flush();
      encoder.close();
      const { decoder, frames, errors } = collectData({ backpressure, slots });
      decoder.configure(outputs[0].metadata.decoderConfig);
      await submitAll(decoder, outputs.length, (n) => decoder.decode(outputs[n].chunk));
      await decoder.flush();
      assert.deepEqual(errors, []);
      assert.deepEqual(frames.map(({ timestamp }) => timestamp), outputs.map(({ chunk }) => chunk.timestamp));
      assert.equal(decoder.desiredSize, slots);
      decoder.close();
    });
  }
}
