// Codecs in worker_threads: each in a process of its own.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { ends } from './support/program.mjs';

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

  /** Starts workers, a few at a time, and counts before and after. Threads end by themselves: they are waited for. */
  const counted = (body, end) => worker(body, `
    const { readdirSync, readFileSync } = await import('node:fs');
    const [descriptors, threads] = ['fd', 'task'].map((what) => () => readdirSync('/proc/self/' + what).length);
    const message = (worker) => new Promise((resolve) => worker.once('message', resolve));
    const five = () => Promise.all(Array.from({ length: 5 }, async (_, n) => {
      const one = start();
      const end = ended(one);
      await message(one);
      ${end}
      await end;
    }));
    await five(); // the process has its own threads and descriptors now
    while (threads() > 30) await video.nextTask();
    const before = descriptors();
    for (let round = 0; round < 10; round += 1) await five();
    const left = descriptors() - before;
    console.log(left);
    if (left > 0) process.exit();
    const names = () => readdirSync('/proc/self/task').filter((task) => {
      try { return readFileSync('/proc/self/task/' + task + '/comm', 'utf8').startsWith('framegate'); } catch { return false; }
    });
    while (names().length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  `);

  test('50 that used a codec and ended leave no descriptor and no codec behind', async () => {
    assert.equal((await ends(counted(WORK, ''))).trim(), '0');
  });

  test('50 that are terminated in the middle of a codec leave no descriptor and no codec behind', async () => {
    const stdout = await ends(counted(`
      const { encoder, outputs } = video.collectChunks({ slots: 4 });
      const { decoder } = video.collectFrames({ slots: 4 });
      encoder.configure(video.H264);
      let told = false;
      for (let n = 0; ; n += 1) {
        if (n % 3 === 0) await encoder.ready; // or stays in encode()
        video.encode(encoder, n);
        if (n === 0) continue;
        for (const { chunk, metadata } of outputs.splice(0)) {
          if (metadata.decoderConfig) decoder.configure(metadata.decoderConfig);
          decoder.decode(chunk);
        }
        if (told || decoder.state !== 'configured') continue;
        told = true;
        parentPort.postMessage('working');
        video.stayOutOfRefNapi();
      }
    `, 'await new Promise((resolve) => setTimeout(resolve, n)); void one.terminate();'));
    assert.equal(stdout.trim(), '0');
  });

  test('process.exit() in a worker: a listener that comes after ours finds its codecs closed', async () => {
    const stdout = await ends(worker(`
      const { encoder } = video.collectChunks();
      encoder.configure(video.H264);
      video.encode(encoder, 0);
      process.on('exit', () => {
        try { video.encode(encoder, 1); } catch (error) { parentPort.postMessage([error.name, encoder.encodeQueueSize]); }
      });
      process.exit(0);
    `, `
      const one = start();
      one.on('message', (message) => console.log(JSON.stringify(message)));
      await ended(one);
    `));
    assert.deepEqual(JSON.parse(stdout), ['InvalidStateError', 0]);
  });

  test('terminate() with work pending does not crash', async () => {
    const stdout = await ends(worker(`
      const { encoder } = video.collectChunks({}, () => video.busyWait(1));
      encoder.configure(video.H264);
      for (let n = 0; ; n += 1) {
        await encoder.ready;
        video.encode(encoder, n);
        if (n !== 5) continue;
        parentPort.postMessage('working');
        video.stayOutOfRefNapi();
      }
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
