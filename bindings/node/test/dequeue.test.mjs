import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { busyWait, collectChunks, encode, H264, nextTask, NULL } from './support/video.mjs';

const dequeue = (encoder) => new Promise((resolve) => encoder.addEventListener('dequeue', resolve, { once: true }));

describe('dequeue', () => {
  for (const [what, config] of Object.entries({ 'a fast codec': NULL, 'a codec that works': { ...H264, width: 320, height: 240 } })) {
    for (const limit of [0, 2]) {
      test(`a program that waits for it while more than ${limit} are queued never hangs: ${what}`, async () => {
        const { encoder, outputs } = collectChunks();
        encoder.configure(config);
        for (let n = 0; n < 150; n += 1) {
          if (encoder.encodeQueueSize > limit) await dequeue(encoder);
          encode(encoder, n);
        }
        await encoder.flush();
        assert.equal(outputs.length, 150);
        encoder.close();
      });
    }
  }

  // With one slot, which an output holds until a later task, the others wait, however fast the codec is.
  const WAITING = { slots: 1, backpressure: 'queue' };

  test('fires after the size has changed, with the usual event', async () => {
    const { encoder } = collectChunks(WAITING);
    encoder.configure(NULL);
    for (let n = 0; n < 10; n += 1) encode(encoder, n);
    assert.ok(encoder.encodeQueueSize > 0);
    const event = await dequeue(encoder);
    assert.equal(event.type, 'dequeue');
    assert.equal(event.target, encoder);
    assert.ok(encoder.encodeQueueSize < 10);
    await encoder.flush();
    assert.equal(encoder.encodeQueueSize, 0);
    encoder.close();
  });

  test('is coalesced: fewer events than frames when they come in bursts', async () => {
    const { encoder } = collectChunks({ backpressure: 'queue' });
    let events = 0;
    encoder.ondequeue = () => (events += 1);
    encoder.configure(NULL);
    for (let n = 0; n < 500; n += 1) encode(encoder, n);
    await encoder.flush();
    await nextTask();
    assert.ok(events >= 1 && events < 500, `${events} events`);
    encoder.close();
  });

  // The codec takes inputs while the program runs. Reading the size counted anew, and an event followed that found nothing less.
  for (const [what, init] of Object.entries({ 'in mode queue': WAITING, 'in mode block': { slots: 8 } })) {
    test(`an event finds the size smaller than whoever looked before, ${what}`, async () => {
      const { encoder } = collectChunks(init, () => look());
      let seen = 0;
      let events = 0;
      const look = () => (seen = encoder.encodeQueueSize);
      encoder.ondequeue = () => {
        events += 1;
        assert.ok(encoder.encodeQueueSize < seen, `${encoder.encodeQueueSize} after ${seen}`);
        for (let n = 0; n < 3; n += 1) {
          busyWait(2); // the codec goes on
          look();
        }
      };
      encoder.configure({ ...H264, width: 320, height: 240, framegate: { ffmpeg: { preset: 'ultrafast' } } });
      for (let n = 0; n < 60; n += 1) {
        encode(encoder, n);
        look();
        if (n % 4 === 3) await nextTask();
      }
      await encoder.flush();
      assert.equal(encoder.encodeQueueSize, 0);
      assert.ok(events > 0);
      encoder.close();
    });
  }

  test('the size stays the same while a task runs, however far the codec is', async () => {
    const { encoder } = collectChunks(WAITING);
    encoder.configure(NULL);
    for (let n = 0; n < 5; n += 1) encode(encoder, n);
    const size = encoder.encodeQueueSize;
    busyWait(50);
    assert.equal(encoder.encodeQueueSize, size);
    await encoder.flush();
    encoder.close();
  });

  test('never inside encode()', () => {
    const { encoder } = collectChunks({ slots: 2 });
    let events = 0;
    encoder.ondequeue = () => (events += 1);
    encoder.configure(NULL);
    for (let n = 0; n < 50; n += 1) encode(encoder, n);
    assert.equal(events, 0);
    encoder.close();
  });

  test('reset() fires it if something was queued, not otherwise', async () => {
    const { encoder } = collectChunks(WAITING);
    let events = 0;
    encoder.ondequeue = () => (events += 1);
    encoder.configure(NULL);
    encoder.reset();
    await nextTask();
    await nextTask();
    assert.equal(events, 0);
    encoder.configure(NULL);
    for (let n = 0; n < 10; n += 1) encode(encoder, n);
    assert.ok(encoder.encodeQueueSize > 0);
    encoder.reset();
    assert.equal(encoder.encodeQueueSize, 0);
    await dequeue(encoder);
    assert.equal(events, 1);
    encoder.close();
  });

  test('ondequeue: a handler, replaced and taken away', async () => {
    const { encoder } = collectChunks();
    const log = [];
    const first = () => log.push('first');
    encoder.ondequeue = first;
    assert.equal(encoder.ondequeue, first);
    encoder.addEventListener('dequeue', () => log.push('listener'));
    encoder.ondequeue = () => log.push('second');
    encoder.dispatchEvent(new Event('dequeue'));
    assert.deepEqual(log, ['second', 'listener'], 'it keeps its place');
    encoder.ondequeue = 7;
    assert.equal(encoder.ondequeue, null);
    encoder.dispatchEvent(new Event('dequeue'));
    assert.deepEqual(log, ['second', 'listener', 'listener']);
    encoder.close();
  });
});
