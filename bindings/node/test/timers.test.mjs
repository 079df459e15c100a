// Timers that tests put in the place of Node's.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { run } from './support/program.mjs';

const encodeSome = `
  const { encoder, outputs } = video.collectChunks({ slots: 2 });
  encoder.ondequeue = () => undefined;
  encoder.configure(video.H264);
  for (let n = 0; n < 20; n += 1) {
    await encoder.ready;
    video.encode(encoder, n);
  }
  await encoder.flush();
  encoder.close();
  console.log(outputs.length);
`;

test("node:test's mock timers, before the first codec and after", async () => {
  for (const before of ['', encodeSome.replace('console.log', 'void')]) {
    const { code, stdout, stderr } = await run(`
      import { mock } from 'node:test';
      { ${before} }
      mock.timers.enable({ apis: ['setImmediate', 'setTimeout', 'setInterval', 'Date'] });
      { ${encodeSome} }
    `);
    assert.deepEqual([code, stdout], [0, '20\n'], stderr);
  }
});

test('globals that are gone, as in a browser environment, or that do nothing', async () => {
  for (const what of ['undefined', '() => undefined']) {
    const { code, stdout, stderr } = await run(`
      for (const name of ['setImmediate', 'setTimeout', 'setInterval', 'queueMicrotask']) globalThis[name] = ${what};
      ${encodeSome}
    `);
    assert.deepEqual([code, stdout], [0, '20\n'], stderr);
  }
});

test('what a callback throws is told though process.nextTick is replaced', async () => {
  const { code, stderr } = await run(`
    const real = process.nextTick;
    process.nextTick = (callback, ...args) => (String(new Error().stack).includes('framegate') || String(callback).includes('throw error') ? undefined : real.call(process, callback, ...args));
    const encoder = new VideoEncoder({ output() { throw new Error('mine'); }, error() {} });
    encoder.configure(video.NULL);
    video.encode(encoder, 0);
    await encoder.flush();
  `);
  assert.notEqual(code, 0);
  assert.match(stderr, /Error: mine/);
});

test('Event, EventTarget and structuredClone of others, as test environments put in their place after it was loaded', async () => {
  const { code, stdout, stderr } = await run(`
    for (const name of ['Event', 'EventTarget']) globalThis[name] = class {};
    globalThis.structuredClone = (value) => JSON.parse(JSON.stringify(value));
    ${encodeSome}
    const data = new Uint8Array(video.SMALL.width * video.SMALL.height * 4).fill(9);
    const init = { format: 'RGBA', codedWidth: video.SMALL.width, codedHeight: video.SMALL.height, timestamp: 0 };
    const frame = new VideoFrame(data, { ...init, transfer: [data.buffer], metadata: { segments: [new Date(0)] } });
    const copy = new Uint8Array(frame.allocationSize());
    await frame.copyTo(copy);
    console.log(data.byteLength, copy.every((byte) => byte === 9), frame.metadata().segments[0] instanceof Date);
    frame.close();
  `);
  assert.deepEqual([code, stdout], [0, '20\n0 true true\n'], stderr);
});
