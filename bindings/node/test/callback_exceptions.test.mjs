// Callbacks that throw: each in a process of its own.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { ends, run } from './support/program.mjs';

describe('exceptions in callbacks', () => {
  test('an output callback that throws is an uncaughtException, and harms neither gate nor flush', async () => {
    const stdout = await ends(`
      const seen = [];
      process.on('uncaughtException', (error) => seen.push(error.message));
      let calls = 0;
      const encoder = new VideoEncoder({ output() { calls += 1; throw new Error('mine'); }, error() {}, slots: 2 });
      encoder.configure(video.NULL);
      for (let n = 0; n < 20; n += 1) video.encode(encoder, n); // never out of encode()
      await encoder.flush();
      await video.nextTask();
      console.log(JSON.stringify([calls, seen.length, seen[0], encoder.state, encoder.desiredSize]));
    `);
    assert.deepEqual(JSON.parse(stdout), [20, 20, 'mine', 'configured', 2]);
  });

  test('nobody listens: the process ends as with any uncaught exception', async () => {
    const { code, stderr } = await run(`
      const encoder = new VideoEncoder({ output() { throw new Error('mine'); }, error() {} });
      encoder.configure(video.NULL);
      video.encode(encoder, 0);
      await encoder.flush();
    `);
    assert.equal(code, 1);
    assert.match(stderr, /Error: mine/);
  });

  test('error callbacks and dequeue listeners that throw, too', async () => {
    const stdout = await ends(`
      const seen = [];
      process.on('uncaughtException', (error) => seen.push(error.message));
      const encoder = new VideoEncoder({ output() {}, error() { throw new Error('in error'); } });
      encoder.ondequeue = () => { throw new Error('in dequeue'); };
      encoder.configure({ ...video.NULL, codec: 'bogus' });
      video.encode(encoder, 0);
      await video.rejection(encoder.flush());
      for (let i = 0; i < 5; i += 1) await video.nextTask();
      console.log(JSON.stringify([seen.sort(), encoder.state]));
    `);
    assert.deepEqual(JSON.parse(stdout), [['in dequeue', 'in error'], 'closed']);
  });
});
