import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ReadableStream, WritableStream } from 'node:stream/web';

import { VideoDecoderStream, VideoEncoderStream } from 'framegate';

import { frame, FRAME_US, H264, nextTask, NULL, stream } from './support/video.mjs';

/** `count` frames, made when they are asked for. `made` counts them. */
function frames(count) {
  const source = { made: 0, all: [] };
  source.readable = new ReadableStream({
    pull(controller) {
      if (source.made === count) return controller.close();
      const picture = frame(source.made++);
      source.all.push(picture);
      controller.enqueue(picture);
    },
  }, { highWaterMark: 0 });
  return source;
}

async function collect(readable) {
  const items = [];
  for await (const item of readable) items.push(item);
  return items;
}

describe('VideoEncoderStream and VideoDecoderStream', () => {
  test('frames through both come out again', async () => {
    const source = frames(60);
    const out = await collect(source.readable.pipeThrough(new VideoEncoderStream(H264)).pipeThrough(new VideoDecoderStream()));
    assert.deepEqual(out.map(({ timestamp }) => timestamp), Array.from({ length: 60 }, (_, n) => n * FRAME_US));
    assert.ok(source.all.every((picture) => picture.format === null), 'frames that went in are closed');
    for (const picture of out) picture.close();
  });

  test('a reader that does not read stops the source: the gate and what the codec holds, no more', async () => {
    const source = frames(1000);
    const encoded = source.readable.pipeThrough(new VideoEncoderStream(NULL, { slots: 4 }));
    for (let i = 0; i < 200; i += 1) await nextTask();
    assert.ok(source.made <= 10, `${source.made} frames were made`);
    const reader = encoded.getReader();
    for (let n = 0; n < 1000; n += 1) assert.equal((await reader.read()).value.chunk.timestamp, n * FRAME_US);
    assert.equal((await reader.read()).done, true);
  });

  test('options of encode', async () => {
    const out = await collect(frames(3).readable.pipeThrough(new VideoEncoderStream(H264, { options: { keyFrame: true } })));
    assert.deepEqual(out.map(({ chunk }) => chunk.type), ['key', 'key', 'key']);
  });

  test('plain chunks with a configuration', async () => {
    const { chunks, config } = await stream(5);
    const out = await collect(new ReadableStream({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(chunk);
        controller.close();
      },
    }).pipeThrough(new VideoDecoderStream(config)));
    assert.equal(out.length, 5);
    for (const picture of out) picture.close();
  });

  test('a codec that fails errors the stream', async () => {
    const piped = collect(frames(3).readable.pipeThrough(new VideoEncoderStream({ ...H264, codec: 'bogus' })));
    await assert.rejects(piped, (error) => error.name === 'NotSupportedError');
  });

  test('cancelling the readable side ends it', async () => {
    const source = frames(1000);
    const encoded = source.readable.pipeThrough(new VideoEncoderStream(H264));
    const reader = encoded.getReader();
    await reader.read();
    await reader.cancel('enough');
    for (let i = 0; i < 50; i += 1) await nextTask();
    const { made } = source;
    for (let i = 0; i < 50; i += 1) await nextTask();
    assert.equal(source.made, made);
  });

  test('aborting the writable side', async () => {
    const stream = new VideoEncoderStream(H264);
    const writer = stream.writable.getWriter();
    const read = stream.readable.getReader().read().catch((error) => error);
    void writer.write(frame(0)).catch(() => undefined);
    await writer.abort(new Error('mine'));
    assert.match(String(await read), /mine/);
  });

  test('a slow sink paces everything', async () => {
    const source = frames(40);
    let most = 0;
    let done = 0;
    await source.readable
      .pipeThrough(new VideoEncoderStream(NULL, { slots: 2 }))
      .pipeTo(new WritableStream({
        async write() {
          done += 1;
          most = Math.max(most, source.made - done);
          await nextTask();
          await nextTask();
        },
      }));
    assert.equal(done, 40);
    assert.ok(most <= 8, `${most} between source and sink`);
  });
});
