// The three gate modes: what happens when the gate is full.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { name } from './support/assertions.mjs';
import { collectChunks, collectFrames, encode, frame, H264, nextTask, NULL, SMALL, stream } from './support/video.mjs';

const SLOTS = 4;

describe('block', () => {
  test('a tight loop never has more than the gate lets in, and loses nothing', async () => {
    const { encoder, outputs } = collectChunks({ slots: SLOTS });
    encoder.configure(NULL);
    let most = 0;
    for (let n = 0; n < 200; n += 1) {
      encode(encoder, n);
      most = Math.max(most, n + 1 - outputs.length);
    }
    assert.ok(outputs.length > 0, 'callbacks ran inside encode()');
    assert.ok(most <= SLOTS, `${most} in flight`);
    await encoder.flush();
    assert.deepEqual(outputs.map(({ chunk }) => chunk.timestamp), Array.from({ length: 200 }, (_, n) => n * 33_333));
    encoder.close();
  });

  test('a codec that keeps frames does not starve behind the gate', async () => {
    const { encoder, outputs } = collectChunks({ slots: 1 });
    encoder.configure({ ...H264, framegate: { maxDelay: 12 } });
    for (let n = 0; n < 40; n += 1) encode(encoder, n);
    await encoder.flush();
    assert.equal(outputs.length, 40);
    encoder.close();
  });

  for (const slots of [1, 2, SLOTS]) {
    test(`encode() inside the output callback, ${slots} slots`, async () => {
      let next = 0;
      const { encoder, outputs } = collectChunks({ slots }, () => {
        if (next < 100) encode(encoder, next++);
      });
      encoder.configure(NULL);
      for (let i = 0; i < 3 * slots; i += 1) encode(encoder, next++);
      while (outputs.length < 100) await nextTask();
      assert.deepEqual(outputs.map(({ chunk }) => chunk.timestamp / 33_333), Array.from({ length: 100 }, (_, n) => n));
      encoder.close();
    });
  }

  test('two inputs inside an output callback: it nests, in order', async () => {
    let next = 0;
    const { encoder, outputs } = collectChunks({ slots: 2 }, () => {
      for (let i = 0; i < 2 && next < 60; i += 1) encode(encoder, next++);
    });
    encoder.configure(NULL);
    encode(encoder, next++);
    while (outputs.length < 60) await nextTask();
    assert.deepEqual(outputs.map(({ chunk }) => chunk.timestamp / 33_333), Array.from({ length: 60 }, (_, n) => n));
    encoder.close();
  });

  test('one codec feeds another: decode, encode', async () => {
    const { chunks, config } = await stream(60);
    const { encoder, outputs } = collectChunks({ slots: 2 });
    const { decoder, errors } = collectFrames({ slots: 2 }, (picture) => encoder.encode(picture));
    encoder.configure(H264);
    decoder.configure(config);
    for (const chunk of chunks) decoder.decode(chunk);
    await decoder.flush();
    await encoder.flush();
    assert.deepEqual(errors, []);
    assert.equal(outputs.length, 60);
    decoder.close();
    encoder.close();
  });

  for (const method of ['reset', 'close']) {
    test(`${method}() in a callback that encode() runs: that encode() ends quietly, the next throws`, () => {
      const { encoder } = collectChunks({ slots: SLOTS }, () => encoder.state !== 'closed' && encoder[method]());
      encoder.configure(NULL);
      assert.throws(() => {
        for (let n = 0; n < 100; n += 1) encode(encoder, n);
      }, name('InvalidStateError'));
      assert.equal(encoder.state, method === 'reset' ? 'unconfigured' : 'closed');
    });
  }

  test('maxBytes: a frame larger than all of it passes alone', async () => {
    const { encoder, outputs } = collectChunks({ maxBytes: 1 });
    encoder.configure(NULL);
    let most = 0;
    for (let n = 0; n < 20; n += 1) {
      encode(encoder, n);
      most = Math.max(most, n + 1 - outputs.length);
    }
    assert.ok(most <= 1 + 1, `${most} in flight`);
    await encoder.flush();
    assert.equal(outputs.length, 20);
    encoder.close();
  });
});

describe('throw', () => {
  test('QuotaExceededError on a full gate, nothing taken, and it goes on when a slot is free', async () => {
    const { encoder, outputs } = collectChunks({ slots: SLOTS, backpressure: 'throw' });
    encoder.configure(NULL);
    for (let n = 0; n < SLOTS; n += 1) encode(encoder, n);
    assert.equal(encoder.desiredSize, 0);
    assert.throws(() => encode(encoder, 99), (error) => name('QuotaExceededError')(error) && /^the gate is full, 4 slots/.test(error.message));
    await encoder.ready;
    encode(encoder, SLOTS);
    await encoder.flush();
    assert.deepEqual(outputs.map(({ chunk }) => chunk.timestamp / 33_333), [0, 1, 2, 3, 4]);
    encoder.close();
  });

  test('the slot is free when the callback has returned', async () => {
    let inside;
    const { encoder } = collectChunks({ slots: 1, backpressure: 'throw' }, () => {
      inside ??= encoder.desiredSize;
    });
    encoder.configure(NULL);
    encode(encoder, 0);
    await encoder.flush();
    assert.equal(inside, 0);
    assert.equal(encoder.desiredSize, 1);
    encoder.close();
  });
});

describe('throw, and a frame that is turned', () => {
  test('one that a full gate refuses fixes no orientation for later ones', async () => {
    const { encoder, outputs, errors } = collectChunks({ slots: 1, backpressure: 'throw' });
    const turned = (n, rotation) => {
      const picture = frame(n, SMALL, { rotation });
      try {
        encoder.encode(picture);
      } finally {
        picture.close();
      }
    };
    const realtime = { ...H264, latencyMode: 'realtime' }; // an output for every input, which stays until a later task
    encoder.configure(realtime);
    turned(0, 0);
    encoder.configure(realtime);
    assert.throws(() => turned(1, 90), name('QuotaExceededError'));
    await encoder.ready;
    turned(1, 180);
    await encoder.ready;
    assert.throws(() => turned(2, 90), name('DataError'));
    await encoder.flush();
    assert.deepEqual(errors, []);
    assert.deepEqual(outputs.map(({ metadata }) => metadata.decoderConfig?.rotation), [0, 180]);
    encoder.close();
  });
});

describe('queue', () => {
  test('unbounded, in order, with flush and configure in their places', async () => {
    const log = [];
    const { encoder, outputs } = collectChunks({ slots: SLOTS, backpressure: 'queue' }, (chunk) => log.push(chunk.timestamp / 33_333));
    encoder.configure(H264);
    for (let n = 0; n < 50; n += 1) encode(encoder, n);
    const first = encoder.flush().then(() => log.push('first'));
    encoder.configure({ ...H264, width: 32, height: 32 });
    for (let n = 50; n < 60; n += 1) encode(encoder, n);
    assert.equal(outputs.length, 0);
    assert.ok(encoder.encodeQueueSize >= 60 - SLOTS - 12, `${encoder.encodeQueueSize} are queued`);
    assert.ok(encoder.desiredSize < 0);
    await encoder.flush();
    await first;
    const numbers = (from, to) => Array.from({ length: to - from }, (_, i) => from + i);
    assert.deepEqual(log, [...numbers(0, 50), 'first', ...numbers(50, 60)]);
    const widths = outputs.map(({ metadata }) => metadata.decoderConfig?.codedWidth);
    assert.deepEqual([widths[0], widths[50]], [64, 32]);
    assert.equal(encoder.encodeQueueSize, 0);
    encoder.close();
  });

  test('frames may be closed at once, also while they wait', async () => {
    const { encoder, outputs } = collectChunks({ slots: 1, backpressure: 'queue' });
    encoder.configure({ ...H264, bitrateMode: 'quantizer' });
    for (let n = 0; n < 12; n += 1) encode(encoder, n, SMALL, { keyFrame: true });
    await encoder.flush();
    const different = new Set(outputs.map(({ chunk }) => {
      const bytes = new Uint8Array(chunk.byteLength);
      chunk.copyTo(bytes);
      return bytes.join();
    }));
    assert.equal(different.size, 12);
    encoder.close();
  });

  test('reset() drops what waits, and rejects its flush', async () => {
    const { encoder, outputs } = collectChunks({ slots: 1, backpressure: 'queue' });
    encoder.configure(NULL);
    for (let n = 0; n < 50; n += 1) encode(encoder, n);
    const flush = assert.rejects(encoder.flush(), name('AbortError'));
    encoder.reset();
    await flush;
    assert.equal(encoder.encodeQueueSize, 0);
    assert.equal(encoder.desiredSize, 1);
    for (let i = 0; i < 10; i += 1) await nextTask();
    assert.equal(outputs.length, 0);
    encoder.close();
  });

  test('an unsupported configuration behind waiting frames closes after them', async () => {
    const { encoder, outputs, errors } = collectChunks({ slots: 1, backpressure: 'queue' });
    encoder.configure(NULL);
    for (let n = 0; n < 10; n += 1) encode(encoder, n);
    encoder.configure({ ...NULL, codec: 'bogus' });
    encode(encoder, 10);
    await assert.rejects(encoder.flush(), name('NotSupportedError'));
    assert.equal(outputs.length, 10);
    assert.equal(errors.length, 1);
  });
});

describe('decoder frames', () => {
  test('a frame that the program keeps holds no slot', async () => {
    const { chunks, config } = await stream(40);
    const { decoder, frames } = collectFrames({ slots: 2, keep: true });
    decoder.configure(config);
    for (const chunk of chunks) decoder.decode(chunk);
    await decoder.flush();
    assert.equal(frames.length, 40);
    assert.equal(decoder.desiredSize, 2);
    const sizes = await Promise.all(frames.map((picture) => picture.copyTo(new Uint8Array(picture.allocationSize()))));
    assert.equal(sizes.length, 40);
    decoder.close();
    assert.equal(frames[39].codedWidth > 0, true, 'frames outlive their decoder');
    for (const picture of frames) picture.close();
  });
});

test('a frame is taken by reference: closing it later changes nothing', async () => {
  const { encoder, outputs } = collectChunks();
  encoder.configure(H264);
  const picture = frame(3);
  encoder.encode(picture);
  await encoder.flush();
  picture.close();
  assert.equal(outputs.length, 1);
  encoder.close();
});
