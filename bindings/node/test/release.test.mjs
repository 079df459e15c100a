// release: 'close': the frames that the program keeps are inside the gate.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';

import { VideoDecoder, VideoDecoderStream, VideoEncoder, VideoFrame } from 'framegate';

import { throwsDom, throwsTypeError } from './support/assertions.mjs';
import { run } from './support/program.mjs';
import { collectFrames, nextTask, stream } from './support/video.mjs';

const SLOTS = 4;
let chunks;
let config;

before(async () => {
  ({ chunks, config } = await stream(40));
});

/** Closes frames, the oldest first, one a task, until `promise` resolves. */
async function closeUntil(promise, frames) {
  const settled = promise.then(() => true);
  while (!(await Promise.race([settled, nextTask()]))) frames.shift()?.close();
}

/** A decoder whose frames are kept, fed until it has given as many as it has slots. */
async function full(init) {
  const { decoder, frames, errors } = collectFrames({ slots: SLOTS, release: 'close', keep: true, ...init });
  decoder.configure({ ...config, optimizeForLatency: true });
  let fed = 0;
  while (frames.length < SLOTS) {
    if (decoder.desiredSize > 0 && fed < chunks.length) decoder.decode(chunks[fed++]);
    else await nextTask();
  }
  return { decoder, frames, errors, fed };
}

describe("release: 'close'", () => {
  for (const backpressure of ['block', 'throw']) {
    test(`${backpressure}: when every slot is a frame of the program's, decode() throws at once and takes nothing`, async () => {
      const { decoder, frames, errors, fed } = await full({ backpressure });
      assert.ok(decoder.desiredSize <= 0);
      const queued = decoder.decodeQueueSize;
      throwsDom(() => decoder.decode(chunks[fed]), 'QuotaExceededError', new RegExp(`${frames.length} frames that are not closed`));
      assert.equal(decoder.decodeQueueSize, queued);
      let next = fed;
      while (next < chunks.length) {
        await closeUntil(decoder.ready, frames);
        decoder.decode(chunks[next++]);
      }
      await closeUntil(decoder.flush(), frames);
      assert.deepEqual(errors, []);
      decoder.close();
      for (const frame of frames) frame.close();
    });
  }

  test('nothing is lost: every frame comes, never more than the gate has room for', async () => {
    const times = [];
    const kept = [];
    const { decoder } = collectFrames({ slots: SLOTS, release: 'close', keep: true }, (frame) => {
      times.push(frame.timestamp);
      kept.push(frame);
    });
    decoder.configure(config);
    let most = 0;
    for (const chunk of chunks) {
      while (decoder.desiredSize <= 0) {
        kept.shift()?.close();
        await nextTask();
      }
      decoder.decode(chunk);
      most = Math.max(most, kept.length);
    }
    await closeUntil(decoder.flush(), kept);
    assert.deepEqual(times, chunks.map(({ timestamp }) => timestamp));
    assert.ok(most <= SLOTS, `${most} frames were kept`);
    decoder.close();
    for (const frame of kept) frame.close();
  });

  test('queue keeps the input, and decodes it when frames are closed', async () => {
    const { decoder, frames, fed } = await full({ backpressure: 'queue' });
    decoder.decode(chunks[fed]);
    for (let n = 0; n < 20; n += 1) await nextTask();
    assert.ok(decoder.desiredSize < 0);
    await closeUntil(decoder.flush(), frames);
    assert.equal(decoder.decodeQueueSize, 0);
    decoder.close();
    for (const frame of frames) frame.close();
  });

  test('ready waits until a frame is closed', async () => {
    const { decoder, frames } = await full();
    let isReady = false;
    const ready = decoder.ready.then(() => (isReady = true));
    for (let n = 0; n < 20; n += 1) await nextTask();
    assert.equal(isReady, false);
    await closeUntil(ready, frames);
    decoder.close();
    for (const frame of frames) frame.close();
  });

  test('clones and frames of a frame hold the slot with it; one in another size has pixels of its own', async () => {
    const { decoder, frames } = await full();
    const [frame] = frames;
    const copies = [frame.clone(), new VideoFrame(frame, { timestamp: 5 })];
    copies.push(copies[1].clone());
    const scaled = new VideoFrame(frame, { framegate: { resizeWidth: 16 } });
    const before = decoder.desiredSize;
    for (const one of [frame, ...copies]) {
      assert.equal(decoder.desiredSize, before);
      one.close();
      one.close(); // a second time is nothing
    }
    assert.equal(decoder.desiredSize, before + 1);
    scaled.close();
    assert.equal(decoder.desiredSize, before + 1);
    decoder.close();
    for (const one of frames) one.close();
  });

  test('decode() inside a callback frees nothing; closing the frame there does', async () => {
    for (const closes of [false, true]) {
      let next = 1;
      const seen = [];
      const frames = [];
      const decoder = new VideoDecoder({
        slots: 1,
        release: 'close',
        output(frame) {
          if (closes) frame.close();
          else frames.push(frame);
          try {
            decoder.decode(chunks[next++]);
            seen.push('taken');
          } catch (error) {
            seen.push(error.name);
          }
        },
        error: assert.fail,
      });
      decoder.configure({ ...config, optimizeForLatency: true });
      decoder.decode(chunks[0]);
      while (seen.length === 0) await nextTask();
      assert.equal(seen[0], closes ? 'taken' : 'QuotaExceededError');
      decoder.close();
      for (const frame of frames) frame.close();
    }
  });

  test('reset and close leave the frames whole, and their slots to them', async () => {
    const { decoder, frames } = await full();
    decoder.reset();
    assert.equal(decoder.desiredSize, SLOTS - frames.length);
    frames[0].close();
    assert.equal(decoder.desiredSize, SLOTS - frames.length + 1);
    decoder.close();
    await frames[1].copyTo(new Uint8Array(frames[1].allocationSize()));
    for (const frame of frames) frame.close();
  });

  test('a frame that is forgotten frees its slot when it is collected', async () => {
    const { code, stdout, stderr } = await run(`
      const { chunks, config } = await video.stream(8);
      let given = 0;
      const decoder = new VideoDecoder({ slots: 1, release: 'close', output: () => (given += 1), error: console.error });
      decoder.configure({ ...config, optimizeForLatency: true });
      for (const chunk of chunks) {
        for (let n = 0; decoder.desiredSize <= 0 && n < 10000; n += 1) { gc(); await video.nextTask(); }
        decoder.decode(chunk);
      }
      console.log(given);
      process.exit();
    `, { args: ['--expose-gc'] });
    assert.equal(code, 0, stderr);
    assert.ok(Number(stdout) >= 7, stdout);
    assert.match(stderr, /FRAMEGATE_FRAME_NOT_CLOSED/);
  });

  test('a program that waits for frames that nobody closes ends, and Node says where', async () => {
    const { code } = await run(`
      const { chunks, config } = await video.stream(8);
      globalThis.frames = [];
      const decoder = new VideoDecoder({ slots: 2, release: 'close', output: (frame) => frames.push(frame), error: console.error });
      decoder.configure({ ...config, optimizeForLatency: true });
      for (const chunk of chunks) { await decoder.ready; decoder.decode(chunk); }
    `);
    assert.equal(code, 13); // unsettled top-level await
  });

  test('the last thing that a program does is to close a frame: whoever waits for the slot goes on', async () => {
    const { code, stdout } = await run(`
      const { chunks, config } = await video.stream(20);
      const output = (frame) => setTimeout(() => frame.close(), 20); // when nothing else happens any more
      const decoder = new VideoDecoder({ slots: 2, release: 'close', output, error: console.error });
      decoder.configure({ ...config, optimizeForLatency: true });
      for (const chunk of chunks) {
        await decoder.ready;
        decoder.decode(chunk);
      }
      console.log('all');
    `);
    assert.deepEqual([code, stdout], [0, 'all\n']);
  });

  test('a stream with it: what the reader keeps is inside the gate', async () => {
    const decoding = new VideoDecoderStream(config, { slots: SLOTS, release: 'close' });
    const writer = decoding.writable.getWriter();
    let written = 0;
    const writing = (async () => {
      for (const chunk of chunks) {
        await writer.write(chunk);
        written += 1;
      }
      await writer.close();
    })();
    const reader = decoding.readable.getReader();
    const frames = [(await reader.read()).value];
    for (let n = 0; n < 100; n += 1) await nextTask();
    assert.ok(written < chunks.length, 'it stopped');
    let count = 1;
    for (let next; !(next = await reader.read()).done; count += 1) {
      frames.shift().close();
      frames.push(next.value);
    }
    await writing;
    assert.equal(count, chunks.length);
    frames[0].close();
  });
});

test('release of an encoder, and what it is not', () => {
  const init = { output() {}, error() {} };
  throwsTypeError(() => new VideoEncoder({ ...init, release: 'close' }), /release is "close", but what it gives cannot be closed/);
  throwsTypeError(() => new VideoDecoder({ ...init, release: 'never' }), /never.*release/);
  new VideoEncoder({ ...init, release: 'callback' }).close();
});
