// The promises for a free slot of the gate.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { collectChunks, encode, H264, NULL } from './support/video.mjs';

const SLOTS = 4;

for (const backpressure of ['block', 'throw', 'queue']) {
  describe(`ready, in mode ${backpressure}`, () => {
    test('paces a producer: the gate is never found full', async () => {
      const { encoder, outputs } = collectChunks({ slots: SLOTS, backpressure });
      encoder.configure(H264);
      let most = 0;
      for (let n = 0; n < 100; n += 1) {
        await encoder.ready;
        assert.ok(encoder.desiredSize > 0);
        encode(encoder, n);
        most = Math.max(most, n + 1 - outputs.length);
      }
      await encoder.flush();
      assert.equal(outputs.length, 100);
      assert.ok(most <= SLOTS + 13, `${most} between encode() and output`);
      encoder.close();
    });

    test('each read is a promise of its own, and all resolve at reset and close', async () => {
      const { encoder } = collectChunks({ slots: 1, backpressure });
      encoder.configure(NULL);
      encode(encoder, 0);
      const { ready } = encoder;
      const other = encoder.ready;
      assert.notEqual(other, ready);
      encoder.reset();
      await ready;
      await other;
      encoder.configure(NULL);
      encode(encoder, 0);
      const again = encoder.ready;
      encoder.close();
      await again;
    });
  });
}

describe('ready, with several producers', () => {
  for (const backpressure of ['block', 'throw', 'queue']) {
    test(`a slot wakes one of them, in mode ${backpressure}: none is refused, all have their turn`, async () => {
      const { encoder, outputs, errors } = collectChunks({ slots: 2, backpressure });
      encoder.configure(NULL);
      const turns = [];
      const produce = async (who) => {
        for (let n = 0; n < 25; n += 1) {
          await encoder.ready;
          assert.ok(encoder.desiredSize > 0, `${who} was woken for a slot that another has`);
          turns.push(who);
          encode(encoder, n);
        }
      };
      await Promise.all([0, 1, 2, 3].map(produce));
      await encoder.flush();
      assert.deepEqual(errors, []);
      assert.equal(outputs.length, 100);
      // Who has had a turn stands behind the others.
      const waiting = turns.slice(4, -4);
      for (let i = 0; i + 4 <= waiting.length; i += 4) assert.equal(new Set(waiting.slice(i, i + 4)).size, 4, turns.join(''));
      encoder.close();
    });
  }

  test('first come, first served; one that leaves its slot wakes the next', async () => {
    const { encoder } = collectChunks({ slots: 1 });
    encoder.configure(NULL);
    encode(encoder, 0);
    const order = [];
    const reads = Array.from({ length: 5 }, (_, n) => encoder.ready.then(() => order.push(n)));
    await Promise.all(reads);
    assert.deepEqual(order, [0, 1, 2, 3, 4]);
    encoder.close();
  });
});
