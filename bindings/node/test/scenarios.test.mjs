// The promises of the gate, at full size. Each that measures memory or the event loop runs in a process of its own.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { run } from './support/program.mjs';
import { busyWait, collectChunks, collectFrames, encode, H264, stream } from './support/video.mjs';

const HD = { width: 1920, height: 1080 };
const LOW_LEVEL = { codec: 'avc1.42001f', ...HD };
const MB = 1024 * 1024;

/**
 * 300 frames with a slow callback and a producer that waits until it may go on. `idle` is the same delay of a loop
 * that has only the slow callbacks, beside two threads that compute.
 */
const PACED = `
  import { monitorEventLoopDelay } from 'node:perf_hooks';
  import { Worker } from 'node:worker_threads';
  const measure = async (work) => {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    await work();
    delay.disable();
    return delay.percentile(99) / 1e6;
  };
  const busyTasks = async () => {
    for (let n = 0; n < 100; n += 1) {
      video.busyWait(10);
      await video.nextTask();
    }
  };
  // Beside as many threads that compute as the encoder has.
  const control = async () => {
    const workers = Array.from({ length: 2 }, () => new Worker('for (;;);', { eval: true }));
    await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('online', resolve))));
    const p99 = await measure(busyTasks);
    await Promise.all(workers.map((worker) => worker.terminate()));
    return p99;
  };
  const size = { width: 1920, height: 1080 };
  const picture = video.pixels(0, size);
  const { encoder, outputs } = video.collectChunks({}, () => video.busyWait(10));
  encoder.configure({ codec: 'avc1.640028', ...size, latencyMode: 'realtime' });
  const before = process.memoryUsage.rss();
  let most = before;
  const encodeAll = async () => {
    for (let n = 0; n < 300; n += 1) {
      await encoder.ready;
      picture.fill(n, 0, 500_000);
      const frame = new VideoFrame(picture, { format: 'RGBA', codedWidth: 1920, codedHeight: 1080, timestamp: n * 33_333 });
      encoder.encode(frame);
      frame.close();
      most = Math.max(most, process.memoryUsage.rss());
    }
    await encoder.flush();
  };
  const p99 = await measure(encodeAll);
  const idle = await control();
  console.log(JSON.stringify({ chunks: outputs.length, growth: most - before, p99, idle }));
`;

describe('1080p', () => {
  test('100 frames in a loop without awaiting, of a level too low for the size: 100 chunks, fewer than 32 under way', async () => {
    const { encoder, outputs, errors } = collectChunks();
    encoder.configure(LOW_LEVEL);
    let most = 0;
    for (let n = 0; n < 100; n += 1) {
      encode(encoder, n, HD);
      most = Math.max(most, n + 1 - outputs.length);
    }
    await encoder.flush();
    encoder.close();
    assert.deepEqual(errors, []);
    assert.equal(outputs.length, 100);
    assert.ok(most < 32, `${most} frames were under way`);
  });

  test('200 frames in a tight loop: resident memory grows by less than 250 MB', async () => {
    const { code, stdout, stderr } = await run(`
      const size = { width: 1920, height: 1080 };
      const picture = video.pixels(0, size);
      const { encoder, outputs } = video.collectChunks();
      encoder.configure({ codec: 'avc1.640028', ...size });
      const before = process.memoryUsage.rss();
      let most = before;
      for (let n = 0; n < 200; n += 1) {
        picture.fill(n, 0, 500_000);
        const frame = new VideoFrame(picture, { format: 'RGBA', codedWidth: 1920, codedHeight: 1080, timestamp: n * 33_333 });
        encoder.encode(frame);
        frame.close();
        most = Math.max(most, process.memoryUsage.rss());
      }
      await encoder.flush();
      most = Math.max(most, process.memoryUsage.rss());
      console.log(JSON.stringify({ chunks: outputs.length, growth: most - before }));
    `, { timeoutMs: 120_000 });
    assert.equal(code, 0, stderr);
    const { chunks, growth } = JSON.parse(stdout);
    assert.equal(chunks, 200);
    assert.ok(growth < 250 * MB, `grew by ${Math.round(growth / MB)} MB`);
  });

  test('300 frames, a callback that busy-waits 10 ms, await ready: under 250 MB, event-loop delay p99 under 25 ms', async () => {
    const { code, stdout, stderr } = await run(PACED, { timeoutMs: 120_000 });
    assert.equal(code, 0, stderr);
    const { chunks, growth, p99, idle } = JSON.parse(stdout);
    assert.equal(chunks, 300);
    assert.ok(growth < 250 * MB, `grew by ${Math.round(growth / MB)} MB`);
    // A machine that is busy with other things delays any loop: what it does to one that has no codec is not ours.
    const late = Math.max(0, idle - 11);
    assert.ok(p99 - late < 25, `p99 of the event loop's delay is ${p99} ms; without a codec it is ${idle} ms`);
  });
});

describe('640x480', () => {
  const VGA = { width: 640, height: 480 };

  test('50 chunks decoded in a tight loop, every frame kept open: all arrive, fewer than 32 pending', async () => {
    const { chunks, config } = await stream(50, { ...H264, ...VGA });
    const { decoder, frames, errors } = collectFrames({ keep: true });
    decoder.configure(config);
    let most = 0;
    for (const [n, chunk] of chunks.entries()) {
      decoder.decode(chunk);
      most = Math.max(most, n + 1 - frames.length);
    }
    await decoder.flush();
    decoder.close();
    assert.deepEqual(errors, []);
    assert.equal(frames.length, 50);
    assert.ok(most < 32, `${most} were pending`);
    for (const picture of frames) picture.close();
  });

  test('close() while saturated, with a callback that busy-waits 10 ms: within a second, closed', async () => {
    const { encoder } = collectChunks({}, () => busyWait(10));
    encoder.configure({ ...H264, ...VGA });
    for (let n = 0; n < 40; n += 1) encode(encoder, n, VGA);
    assert.ok(encoder.desiredSize <= 1, 'saturated');
    const began = performance.now();
    encoder.close();
    assert.ok(performance.now() - began < 1000);
    assert.equal(encoder.state, 'closed');
  });

  test('20 frames, flush(), close(): 20 chunks', async () => {
    const { encoder, outputs } = collectChunks();
    encoder.configure({ ...H264, ...VGA });
    for (let n = 0; n < 20; n += 1) encode(encoder, n, VGA);
    await encoder.flush();
    encoder.close();
    assert.equal(outputs.length, 20);
  });
});

test('500 encoders and 500 decoders: one wake descriptor, all make progress, closing gives memory and threads back', async () => {
  const { code, stdout, stderr } = await run(`
    import { readdirSync, readlinkSync } from 'node:fs';
    const sockets = () => readdirSync('/proc/self/fd').filter((fd) => {
      try { return readlinkSync('/proc/self/fd/' + fd).startsWith('socket:'); } catch { return false; }
    }).length;
    const threads = () => readdirSync('/proc/self/task').length;
    const { chunks, config } = await video.stream(2);
    const round = async () => {
      const encoders = Array.from({ length: 500 }, () => video.collectChunks());
      const decoders = Array.from({ length: 500 }, () => video.collectFrames());
      const picture = video.frame(0);
      for (const { encoder } of encoders) encoder.configure({ ...video.H264, framegate: { threads: 1 } });
      for (const { decoder } of decoders) decoder.configure({ ...config, framegate: { threads: 1 } });
      for (const { encoder } of encoders) encoder.encode(picture);
      for (const { decoder } of decoders) for (const chunk of chunks) decoder.decode(chunk);
      await Promise.all([...encoders.map(({ encoder }) => encoder.flush()), ...decoders.map(({ decoder }) => decoder.flush())]);
      picture.close();
      const alive = { sockets: sockets(), threads: threads(), rss: process.memoryUsage.rss() };
      const done = [...encoders.map(({ outputs }) => outputs.length), ...decoders.map(({ frames }) => frames.length)];
      for (const { encoder } of encoders) encoder.close();
      for (const { decoder } of decoders) decoder.close();
      while (threads() > before.threads + 4) await new Promise((resolve) => setTimeout(resolve, 20)); // the pool frees them
      return { ...alive, done: done.reduce((sum, count) => sum + count, 0), least: Math.min(...done) };
    };
    await video.stream(1);
    const before = { sockets: sockets(), threads: threads(), rss: process.memoryUsage.rss() };
    const rounds = [await round(), await round()];
    await new Promise((resolve) => setTimeout(resolve, 200));
    console.log(JSON.stringify({ before, rounds, after: { threads: threads(), rss: process.memoryUsage.rss() } }));
  `, { timeoutMs: 180_000 });
  assert.equal(code, 0, stderr);
  const { before, rounds, after } = JSON.parse(stdout);
  for (const round of rounds) {
    assert.equal(round.sockets, before.sockets, 'no further descriptor');
    assert.ok(round.threads >= 1000, `${round.threads} threads were alive`);
    assert.equal(round.least, 1);
    assert.equal(round.done, 500 + 500 * 2);
  }
  assert.ok(after.threads <= before.threads + 4, `${after.threads} threads remain, ${before.threads} were there before`);
  const used = rounds[1].rss - before.rss;
  const kept = after.rss - before.rss;
  assert.ok(kept < used / 4, `${Math.round(kept / MB)} MB of ${Math.round(used / MB)} MB are kept`);
});
