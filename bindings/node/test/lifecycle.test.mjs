// Exit, exceptions, garbage collection, workers: each in a process of its own.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { run } from './support/program.mjs';

/** Runs it, and wants it to end by itself, without a word on stderr. */
async function ends(program, options) {
  const { code, signal, stdout, stderr } = await run(program, options);
  assert.equal(signal, null, `killed: it does not end by itself, or crashed. ${stderr}`);
  assert.equal(code, 0, stderr);
  assert.equal(stderr, '');
  return stdout;
}

describe('the end of the process', () => {
  test('an idle codec does not keep it alive', () =>
    ends(`
      const { encoder } = video.collectChunks();
      encoder.configure(video.H264);
      video.encode(encoder, 0);
      await encoder.flush();
    `));

  test('frames that an encoder keeps for its lookahead do not keep it alive', () =>
    ends(`
      const { encoder } = video.collectChunks();
      encoder.configure(video.H264);
      video.encode(encoder, 0);
    `));

  test('work under way does, until its outputs were delivered', async () => {
    const stdout = await ends(`
      let chunks = 0;
      const { encoder } = video.collectChunks({}, () => (chunks += 1));
      encoder.configure({ ...video.H264, latencyMode: 'realtime' });
      for (let n = 0; n < 10; n += 1) video.encode(encoder, n);
      process.on('exit', () => console.log(chunks));
    `);
    assert.equal(stdout.trim(), '10');
  });

  test('a flush under way does', async () => {
    const stdout = await ends(`
      const { encoder, outputs } = video.collectChunks();
      encoder.configure(video.H264);
      for (let n = 0; n < 10; n += 1) video.encode(encoder, n);
      encoder.flush().then(() => console.log(outputs.length));
    `);
    assert.equal(stdout.trim(), '10');
  });

  for (const mode of ['block', 'queue']) {
    test(`process.exit() with work pending, mode ${mode}`, () =>
      ends(`
        const size = { width: 1280, height: 720 };
        const { encoder } = video.collectChunks({ backpressure: '${mode}' });
        encoder.configure({ codec: 'avc1.640028', ...size });
        const { chunks, config } = await video.stream(30);
        const { decoder } = video.collectFrames({ keep: true, backpressure: '${mode}' });
        decoder.configure(config);
        for (let n = 0; n < 30; n += 1) { video.encode(encoder, n, size); decoder.decode(chunks[n]); }
        process.exit(0);
      `));
  }

  test('process.exit() in an output callback', () =>
    ends(`
      const { encoder } = video.collectChunks({}, () => process.exit(0));
      encoder.configure(video.H264);
      for (let n = 0; n < 100; n += 1) video.encode(encoder, n);
      await encoder.flush();
    `));

  test('SIGTERM with work pending kills it at once', async () => {
    const { signal, ms } = await run(`
      const size = { width: 1280, height: 720 };
      const { encoder } = video.collectChunks();
      encoder.configure({ codec: 'avc1.640028', ...size });
      for (let n = 0; n < 30; n += 1) video.encode(encoder, n, size);
      process.kill(process.pid, 'SIGTERM');
    `);
    assert.equal(signal, 'SIGTERM');
    assert.ok(ms < 30_000);
  });
});

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

describe('garbage collection', () => {
  test('a codec that nobody holds goes, with its thread', async () => {
    const stdout = await ends(`
      import { readdirSync } from 'node:fs';
      const threads = () => readdirSync('/proc/self/task').length;
      await video.stream(1);
      const before = threads();
      const make = async () => {
        for (let i = 0; i < 50; i += 1) {
          const { encoder } = video.collectChunks();
          encoder.configure({ ...video.H264, framegate: { threads: 1 } });
          video.encode(encoder, 0);
          await encoder.flush();
        }
      };
      await make();
      const most = threads();
      for (let i = 0; i < 100 && threads() > before + 4; i += 1) {
        gc();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      console.log(JSON.stringify([most - before, threads() - before]));
    `, { args: ['--expose-gc'] });
    const [most, left] = JSON.parse(stdout);
    assert.ok(most >= 25, `${most} threads`); // 50, but for what was collected meanwhile and what had still to end before
    assert.ok(left <= 4, `${left} threads are left`);
  });

  test('one with work under way does not, though nobody holds it', async () => {
    const stdout = await ends(`
      let chunks = 0;
      (() => {
        const encoder = new VideoEncoder({ output() { chunks += 1; }, error: console.error });
        encoder.configure(video.H264);
        for (let n = 0; n < 12; n += 1) video.encode(encoder, n);
        void encoder.flush();
      })();
      for (let i = 0; i < 5; i += 1) { gc(); await video.nextTask(); }
      process.on('exit', () => console.log(chunks));
    `, { args: ['--expose-gc'] });
    assert.equal(stdout.trim(), '12');
  });
});

describe('worker_threads', () => {
  /** A program that starts workers of the text `body`, and does `main` with start() and ended(worker). */
  const worker = (body, main) => `
    import { Worker } from 'node:worker_threads';
    const text = ${JSON.stringify(`
      import { VideoEncoder } from 'framegate';
      import { parentPort } from 'node:worker_threads';
      import * as video from './video.mjs';
      ${body}
    `)};
    const start = () => new Worker(text, { eval: true });
    const ended = (worker) => new Promise((resolve, reject) => worker.on('exit', resolve).on('error', reject));
    ${main}
  `;
  const WORK = `
    const { encoder, outputs } = video.collectChunks();
    encoder.configure(video.H264);
    for (let n = 0; n < 20; n += 1) video.encode(encoder, n);
    await encoder.flush();
    parentPort.postMessage(outputs.length);
  `;

  test('each has its own hub, and ends by itself; several at once, beside the main thread', async () => {
    const stdout = await ends(worker(WORK, `
      const own = video.stream(20);
      const workers = Array.from({ length: 3 }, start);
      const counts = [];
      for (const one of workers) one.on('message', (count) => counts.push(count));
      const codes = await Promise.all(workers.map(ended));
      console.log(JSON.stringify([counts, codes, (await own).chunks.length]));
    `));
    assert.deepEqual(JSON.parse(stdout), [[20, 20, 20], [0, 0, 0], 20]);
  });

  test('process.exit() in a worker with work pending frees its codecs', async () => {
    const stdout = await ends(worker(`
      const { encoder } = video.collectChunks();
      encoder.configure(video.H264);
      for (let n = 0; n < 20; n += 1) video.encode(encoder, n);
      process.exit(7);
    `, `
      const { readdirSync, readFileSync } = await import('node:fs');
      const codecs = () => readdirSync('/proc/self/task').filter((task) => {
        try { return readFileSync('/proc/self/task/' + task + '/comm', 'utf8').startsWith('framegate'); } catch { return false; }
      }).length;
      const code = await ended(start());
      console.log(JSON.stringify([code, codecs()]));
    `));
    assert.deepEqual(JSON.parse(stdout), [7, 0]);
  });

  test('terminate() with work pending does not crash', async () => {
    const stdout = await ends(worker(`
      const { encoder } = video.collectChunks({}, () => video.busyWait(1));
      encoder.configure(video.H264);
      parentPort.postMessage('working');
      for (let n = 0; ; n += 1) { await encoder.ready; video.encode(encoder, n); }
    `, `
      for (let i = 0; i < 5; i += 1) {
        const one = start();
        await new Promise((resolve) => one.once('message', resolve));
        await new Promise((resolve) => setTimeout(resolve, 20 * i));
        await one.terminate();
      }
      console.log((await video.stream(5)).chunks.length);
    `));
    assert.equal(stdout.trim(), '5');
  });
});
