// Callbacks, events and stream bodies run in the asynchronous context in which their codec was made.
import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, test } from 'node:test';
import { ReadableStream, TransformStream } from 'node:stream/web';

import { VideoDecoder, VideoDecoderStream, VideoEncoder, VideoEncoderStream } from 'framegate';

import { encode, frame, H264, nextTask, NULL } from './support/video.mjs';

const request = new AsyncLocalStorage();
const REQUESTS = [...'ABCDEF'];

/** Runs `serve(who, note)` for all at once, and gives what each noted: the store that it saw. */
async function serveAll(serve) {
  const seen = Object.fromEntries(REQUESTS.map((who) => [who, new Map()]));
  await Promise.all(
    REQUESTS.map((who) =>
      request.run(who, () =>
        serve((what) => seen[who].set(what, (seen[who].get(what) ?? new Set()).add(request.getStore()))),
      ),
    ),
  );
  return seen;
}

function assertOwn(seen, whats) {
  for (const [who, notes] of Object.entries(seen)) {
    assert.deepEqual([...notes.keys()].sort(), [...whats].sort());
    for (const [what, stores] of notes) assert.deepEqual([...stores], [who], `${what} of ${who}`);
  }
}

for (const backpressure of ['block', 'throw', 'queue']) {
  describe(`mode ${backpressure}`, () => {
    test('output, dequeue, flush and ready of concurrent requests', async () => {
      const seen = await serveAll(async (note) => {
        const encoder = new VideoEncoder({ slots: 2, backpressure, output: () => note('output'), error: assert.fail });
        encoder.ondequeue = () => note('ondequeue');
        encoder.addEventListener('dequeue', () => note('dequeue'));
        encoder.configure(H264);
        for (let n = 0; n < 30; n += 1) {
          await encoder.ready;
          note('ready');
          encode(encoder, n);
        }
        await encoder.flush().then(() => note('flush'));
        encoder.close();
      });
      assertOwn(seen, ['output', 'ondequeue', 'dequeue', 'ready', 'flush']);
    });
  });
}

test('callbacks that run inside another request\'s encode()', async () => {
  const seen = [];
  const encoder = request.run('maker', () => new VideoEncoder({ slots: 1, output: () => seen.push(request.getStore()), error: assert.fail }));
  encoder.configure(NULL);
  request.run('caller', () => {
    for (let n = 0; n < 5; n += 1) encode(encoder, n);
    assert.equal(request.getStore(), 'caller');
  });
  await encoder.flush();
  assert.deepEqual(seen, Array(5).fill('maker'));
  encoder.close();
});

test('error callbacks', async () => {
  const seen = await serveAll(async (note) => {
    await new Promise((resolve) => {
      const codec = new VideoDecoder({ output() {}, error: () => (note('error'), resolve()) });
      codec.configure({ codec: 'bogus' });
    });
  });
  assertOwn(seen, ['error']);
});

test('an error that a callback throws', async () => {
  const seen = [];
  const listener = () => seen.push(request.getStore());
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', listener);
  try {
    for (const who of ['A', 'B']) {
      const encoder = request.run(who, () => new VideoEncoder({ output() { throw new Error(who); }, error: assert.fail }));
      encoder.configure(NULL);
      encode(encoder, 0);
      await encoder.flush();
      encoder.close();
    }
    while (seen.length < 2) await nextTask();
    assert.deepEqual(seen, ['A', 'B']);
  } finally {
    process.off('uncaughtException', listener);
    for (const other of others) process.on('uncaughtException', other);
  }
});

test('the bodies of streams', async () => {
  const seen = await serveAll(async (note) => {
    let made = 0;
    const source = new ReadableStream({
      pull(controller) {
        note('source');
        if (made === 20) controller.close();
        else controller.enqueue(frame(made++));
      },
    }, { highWaterMark: 0 });
    const between = new TransformStream({
      transform(item, controller) {
        note('between');
        controller.enqueue(item);
      },
    });
    const frames = source
      .pipeThrough(new VideoEncoderStream(H264, { slots: 2 }))
      .pipeThrough(between)
      .pipeThrough(new VideoDecoderStream(undefined, { slots: 2 }));
    for await (const picture of frames) {
      note('reader');
      picture.close();
    }
  });
  assertOwn(seen, ['source', 'between', 'reader']);
});
