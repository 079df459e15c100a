// The promises of the gate, at full size. Each that measures memory runs in a process of its own, and against a control in
// it: how busy the machine is must not matter. How long things take is for benches/.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { run } from './support/program.mjs';
import { busyWait, collectChunks, collectFrames, encode, H264, nextTask, stream } from './support/video.mjs';

const HD = { width: 1920, height: 1080 };
const LOW_LEVEL = { codec: 'avc1.42001f', ...HD };
const MB = 1024 * 1024;

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

  test('memory does not grow with the number of frames, in a tight loop and when ready is awaited', async () => {
    const { code, stdout, stderr } = await run(`
      const size = { width: 1920, height: 1080 };
      const picture = video.pixels(0, size);
      const { encoder, outputs } = video.collectChunks();
      encoder.configure({ codec: 'avc1.640028', ...size, latencyMode: 'realtime' });
      let most = 0;
      const work = async (count, pace) => {
        for (let n = 0; n < count; n += 1) {
          await pace();
          picture.fill(n, 0, 500_000);
          const frame = new VideoFrame(picture, { format: 'RGBA', codedWidth: 1920, codedHeight: 1080, timestamp: n * 33_333 });
          encoder.encode(frame);
          frame.close();
          most = Math.max(most, process.memoryUsage.rss());
        }
        await encoder.flush();
        return most;
      };
      const loop = () => {};
      const control = await work(40, loop);
      const more = [await work(80, loop), await work(80, () => encoder.ready)];
      console.log(JSON.stringify({ chunks: outputs.length, growth: more.map((bytes) => bytes - control) }));
    `);
    assert.equal(code, 0, stderr);
    const { chunks, growth } = JSON.parse(stdout);
    assert.equal(chunks, 200);
    const frames = 80 * 1920 * 1080 * 1.5; // as they wait
    for (const bytes of growth) assert.ok(bytes < frames / 2, `grew by ${Math.round(bytes / MB)} MB more than with 40 frames`);
  });

  test('a turn of the event loop for every output callback, when ready is awaited', async () => {
    let turn = 0;
    const turns = new Set();
    const { encoder, outputs } = collectChunks({}, () => turns.add(turn));
    encoder.configure(H264);
    setImmediate(function next() {
      turn += 1;
      if (turns.size < 50) setImmediate(next);
    });
    for (let n = 0; n < 50; n += 1) {
      await encoder.ready;
      encode(encoder, n);
    }
    await encoder.flush();
    encoder.close();
    assert.equal(outputs.length, 50);
    assert.equal(turns.size, 50, 'no two of them in one turn');
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

  test('close() with outputs and inputs pending: closed at once, without another callback', async () => {
    const { encoder, outputs, errors } = collectChunks({}, () => busyWait(10));
    encoder.configure({ ...H264, ...VGA });
    for (let n = 0; n < 40; n += 1) encode(encoder, n, VGA);
    const before = outputs.length;
    assert.ok(before < 40, 'some are pending');
    encoder.close();
    assert.equal(encoder.state, 'closed');
    for (let i = 0; i < 20; i += 1) await nextTask();
    assert.equal(outputs.length, before);
    assert.deepEqual(errors, []);
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
    // The last threads to end give it back: this ends as soon as they have, and not otherwise.
    const kept = () => process.memoryUsage.rss() - before.rss;
    while (kept() >= (rounds[1].rss - before.rss) / 4) await new Promise((resolve) => setTimeout(resolve, 20));
    console.log(JSON.stringify({ before, rounds }));
  `);
  assert.equal(code, 0, stderr);
  const { before, rounds } = JSON.parse(stdout);
  for (const round of rounds) {
    assert.equal(round.sockets, before.sockets, 'no further descriptor');
    assert.ok(round.threads >= 1000, `${round.threads} threads were alive`);
    assert.equal(round.least, 1);
    assert.equal(round.done, 500 + 500 * 2);
  }
});
