import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ReadableStream, WritableStream } from 'node:stream/web';

import { AudioDecoderStream, AudioEncoderStream, EncodedVideoChunk, VideoDecoderStream, VideoEncoderStream } from 'framegate';

import { run } from './support/program.mjs';
import * as sound from './support/sound.mjs';
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

describe('AudioEncoderStream and AudioDecoderStream', () => {
  const AAC = { codec: 'mp4a.40.2', sampleRate: sound.RATE, numberOfChannels: 2 };
  const source = (inputs) => new ReadableStream({ pull: (controller) => (inputs.length > 0 ? controller.enqueue(inputs.shift()) : controller.close()) });
  const inputs = () => Array.from({ length: 8 }, (_, n) => sound.audioData(sound.samples(1_000, { from: n * 1_000 })));

  test('without a configuration the decoder leaves out what the encoder has added', async () => {
    const out = await collect(source(inputs()).pipeThrough(new AudioEncoderStream(AAC)).pipeThrough(new AudioDecoderStream()));
    assert.equal(sound.interleaved(out).length, 2 * 8_000);
  });

  test('with one it does what that says, and takes plain chunks', async () => {
    const encoded = await collect(source(inputs()).pipeThrough(new AudioEncoderStream(AAC)));
    const config = encoded[0].metadata.decoderConfig;
    const out = await collect(source(encoded.map(({ chunk }) => chunk)).pipeThrough(new AudioDecoderStream(config)));
    assert.equal(sound.interleaved(out).length, 2 * 1_024 * encoded.length);
  });

  test('an input of many chunks does not run ahead of its reader by more than itself', async () => {
    const long = () => sound.audioData(sound.samples(sound.RATE));
    let made = 0;
    const endless = new ReadableStream({ pull: (controller) => (made += 1, controller.enqueue(long())) }, { highWaterMark: 0 });
    const config = { ...AAC, codec: 'opus', opus: { frameDuration: 2_500 } };
    const reader = endless.pipeThrough(new AudioEncoderStream(config, { slots: 4 })).getReader();
    for (let n = 0; n < 1_000; n += 1) await nextTask();
    assert.ok(made <= 3, `${made} inputs for a reader that does not read`); // taken, written, and made for the next write
    for (let n = 0; n < 500; n += 1) assert.equal((await reader.read()).value.chunk.timestamp, n * 2_500);
    await reader.cancel();
  });
});

describe('a reader that has stopped reading', () => {
  /** A stream of chunks that is full: what is in it fits its gate, and a write waits. */
  async function stalled(make, inputs) {
    const pair = make();
    const writer = pair.writable.getWriter();
    const writes = inputs.map((input) => writer.write(input));
    for (const write of writes) write.catch(() => undefined);
    writer.closed.catch(() => undefined);
    for (let n = 0; n < 50; n += 1) await nextTask();
    return { reader: pair.readable.getReader(), writer, writes };
  }

  const encoding = () => stalled(() => new VideoEncoderStream(NULL, { slots: 2 }), Array.from({ length: 20 }, (_, n) => frame(n)));

  async function decoding() {
    const { chunks, config } = await stream(20);
    return stalled(() => new VideoDecoderStream({ ...config, optimizeForLatency: true }, { slots: 2 }), chunks);
  }

  const PCM = { codec: 'pcm-s16', sampleRate: sound.RATE, numberOfChannels: 2 };
  const encodingSound = () => stalled(() => new AudioEncoderStream(PCM, { slots: 2 }), Array.from({ length: 20 }, () => sound.audioData(sound.samples(480))));

  async function decodingSound() {
    const outputs = await sound.encodeAll(PCM, sound.samples(9_600), 480);
    return stalled(() => new AudioDecoderStream(undefined, { slots: 2 }), outputs);
  }

  const codecs = { VideoEncoder: encoding, VideoDecoder: decoding, AudioEncoder: encodingSound, AudioDecoder: decodingSound };
  for (const [what, make] of Object.entries(codecs)) {
    test(`cancel() ends a stream of ${what} at once, with its reason`, async () => {
      const { reader, writer, writes } = await make();
      await reader.cancel('enough');
      await assert.rejects(writes.at(-1), (reason) => reason === 'enough');
      await assert.rejects(writer.closed, (reason) => reason === 'enough');
      assert.equal((await reader.read()).done, true);
    });

    test(`abort() ends a stream of ${what} at once, with its reason`, async () => {
      const { reader, writer, writes } = await make();
      await writer.abort('mine');
      await assert.rejects(writes.at(-1), (reason) => reason === 'mine');
      await assert.rejects(reader.read(), (reason) => reason === 'mine');
    });
  }

  for (const end of ["reader.cancel('enough')", "writer.abort('mine')"]) {
    test(`${end}: nothing is left of 30 streams, and nobody is warned of frames that nobody can reach`, async () => {
      const { code, stdout, stderr } = await run(`
        import { readdirSync } from 'node:fs';
        const { chunks, config } = await video.stream(40);
        const threads = () => readdirSync('/proc/self/task').length;
        const turn = async (read) => {
          const decoding = new framegate.VideoDecoderStream(config, { slots: 4 });
          const encoding = new framegate.VideoEncoderStream(video.H264, { slots: 4 });
          for (const [pair, inputs] of [[decoding, chunks], [encoding, chunks.map((_, n) => video.frame(n))]]) {
            const writer = pair.writable.getWriter();
            for (const input of inputs) writer.write(input).catch(() => undefined);
            writer.closed.catch(() => undefined);
            const reader = pair.readable.getReader();
            if (read) (await reader.read()).value.close?.();
            for (let n = 0; n < 20; n += 1) await video.nextTask();
            ${end}.catch(() => undefined);
          }
        };
        await turn(false);
        await settle();
        const before = threads();
        for (let n = 0; n < 30; n += 1) await turn(n % 2 === 1);
        await settle();
        console.log(threads() - before);
        gc(); // what was not closed would be found now
        for (let n = 0; n < 20; n += 1) await video.nextTask();

        /** Until the threads of closed codecs have ended, however long that takes. */
        async function settle() {
          for (let still = 0, last = 0; still < 20; still = threads() === last ? still + 1 : 0) {
            last = threads();
            await new Promise((resolve) => setTimeout(resolve, 20));
          }
        }
      `, { args: ['--expose-gc'] });
      assert.equal(code, 0, stderr);
      assert.equal(stderr, '', 'no frame was left to the garbage collector');
      assert.ok(Number(stdout) <= 0, `${stdout.trim()} threads more`);
    });
  }

  test('frames that wait in a stream that is dropped are freed without a warning; one that was read is the program\'s', async () => {
    for (const [read, warns] of [[false, false], [true, true]]) {
      const { code, stderr } = await run(`
        const { chunks, config } = await video.stream(20);
        await (async () => {
          const decoding = new framegate.VideoDecoderStream(config, { slots: 4 });
          const writer = decoding.writable.getWriter();
          for (const chunk of chunks) void writer.write(chunk);
          if (${read}) await decoding.readable.getReader().read();
          for (let n = 0; n < 100; n += 1) await video.nextTask();
        })();
        for (let n = 0; n < 50; n += 1) { gc(); await video.nextTask(); }
      `, { args: ['--expose-gc'] });
      assert.equal(code, 0, stderr);
      assert.equal(/FRAMEGATE_FRAME_NOT_CLOSED/.test(stderr), warns, stderr);
    }
  });

  test('what was decoded before a failure is read before it', async () => {
    const { chunks, config } = await stream(10);
    const { writable, readable } = new VideoDecoderStream({ ...config, optimizeForLatency: true });
    const writer = writable.getWriter();
    const broken = new EncodedVideoChunk({ type: 'delta', timestamp: 0, data: new Uint8Array(0) });
    const writes = [...chunks, broken].map((chunk) => writer.write(chunk).catch((error) => error));
    writer.close().catch(() => undefined);
    await Promise.all(writes);
    const reader = readable.getReader();
    const read = async () => {
      const { value } = await reader.read();
      value.close();
      return value;
    };
    for (let n = 0; n < 10; n += 1) await read();
    await assert.rejects(reader.read(), { name: 'EncodingError' });
  });

  test('a frame that a reader asked for and did not wait for is closed by cancel()', async () => {
    const { chunks, config } = await stream(2);
    const { writable, readable } = new VideoDecoderStream({ ...config, optimizeForLatency: true });
    const first = readable.getReader();
    const lost = first.read().catch(() => undefined);
    first.releaseLock();
    await lost;
    const writer = writable.getWriter();
    await writer.write(chunks[0]);
    for (let n = 0; n < 50; n += 1) await nextTask();
    const reader = readable.getReader();
    const { value } = await reader.read();
    assert.equal(value.timestamp, 0, 'the next reader gets it');
    value.close();
    await reader.cancel();
  });
});
