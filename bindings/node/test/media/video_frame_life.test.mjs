// W3C WebCodecs, "clone()", "close()", "Close VideoFrame", and what happens to frames that nobody closes.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { inspect } from 'node:util';

import { VideoFrame } from 'framegate';

import { rejectsDom, rejectsTypeError, throwsDom, throwsTypeError } from '../support/assertions.mjs';
import { codedBytes, i420Frame, I420_BYTES } from '../support/frames.mjs';
import { run } from '../support/program.mjs';

const INIT = {
  timestamp: 5,
  duration: 6,
  rotation: 90,
  flip: true,
  visibleRect: { x: 2, width: 2, height: 2 },
  colorSpace: { primaries: 'bt2020', fullRange: true },
  metadata: { rtpTimestamp: 1 },
};
const ATTRIBUTES = [
  'format', 'codedWidth', 'codedHeight', 'rotation', 'flip', 'displayWidth', 'displayHeight', 'duration', 'timestamp',
];

test('a clone has everything of the frame, and its pixels', async () => {
  const whole = i420Frame({ colorSpace: INIT.colorSpace });
  const frame = new VideoFrame(whole, INIT);
  whole.close();
  const clone = frame.clone();
  assert.notEqual(clone, frame);
  for (const name of ATTRIBUTES) assert.equal(clone[name], frame[name], name);
  for (const name of ['visibleRect', 'codedRect', 'colorSpace']) assert.deepEqual(clone[name].toJSON(), frame[name].toJSON());
  assert.deepEqual(clone.metadata(), frame.metadata());
  frame.close();
  assert.equal(clone.format, 'I420');
  assert.deepEqual(await codedBytes(clone), I420_BYTES);
  clone.close();
});

test('a closed frame keeps its times and nothing else', () => {
  const frame = i420Frame(INIT);
  frame.close();
  const expected = {
    format: null, codedWidth: 0, codedHeight: 0, rotation: 0, flip: false, displayWidth: 0, displayHeight: 0,
    duration: 6, timestamp: 5,
  };
  assert.deepEqual(Object.fromEntries(ATTRIBUTES.map((name) => [name, frame[name]])), expected);
  assert.deepEqual([frame.codedRect, frame.visibleRect], [null, null]);
  assert.deepEqual(Object.values(frame.colorSpace.toJSON()), [null, null, null, null], 'as in browsers');
});

test('close may be called again; everything else is an InvalidStateError', () => {
  const frame = i420Frame();
  frame.close();
  frame.close();
  throwsDom(() => frame.clone(), 'InvalidStateError', /'clone' on 'VideoFrame': the frame is closed/);
  throwsDom(() => frame.metadata(), 'InvalidStateError', /'metadata' on 'VideoFrame': the frame is closed/);
  throwsDom(() => frame.allocationSize(), 'InvalidStateError', /closed/);
});

/** What a program of its own prints, after it has ended as it should. */
async function printed(program, options) {
  const { code, stdout, stderr } = await run(program, options);
  assert.equal(code, 0, stderr);
  return { stdout, stderr };
}

const HD = `
  const init = { format: 'RGBA', codedWidth: 1920, codedHeight: 1080, timestamp: 0 };
  const BYTES = 1920 * 1080 * 4;
  const used = (kind) => process.memoryUsage()[kind];
  // Memory comes back when the garbage collector's threads come to it: this ends as soon as it has, and not otherwise.
  const until = async (isBack) => {
    while (!isBack()) {
      gc();
      await new Promise((resolve) => setImmediate(resolve));
    }
    console.log('it is back');
  };
`;

test('frames that are forgotten are freed, with one warning that names VideoFrame.close()', async () => {
  const { stdout, stderr } = await printed(
    `${HD}
    let warnings = 0;
    process.on('warning', () => { warnings += 1; });
    const forget = async (count) => {
      for (let i = 0; i < count; i += 1) {
        new VideoFrame(new Uint8Array(1920 * 1080 * 4), init);
        gc();
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    await forget(10);
    const before = used('rss');
    await forget(100);
    await until(() => used('rss') - before < 100 * BYTES / 4);
    console.log(warnings);
    `,
    { args: ['--expose-gc'] },
  );
  assert.equal(stdout, 'it is back\n1\n');
  assert.match(stderr, /FRAMEGATE_FRAME_NOT_CLOSED/);
  assert.match(stderr, /VideoFrame\.close\(\)/);
});

test('frames that are closed need no garbage collection, and give no warning', async () => {
  const { stdout, stderr } = await printed(`${HD}
    const data = new Uint8Array(BYTES);
    const before = used('rss');
    const work = (close) => {
      const open = [];
      for (let i = 0; i < 100; i += 1) {
        const frame = new VideoFrame(data, init);
        const clone = frame.clone();
        open.push(frame, clone, new VideoFrame(clone, { timestamp: 1 }));
        if (close) while (open.length > 0) open.pop().close();
      }
      const grown = used('rss') - before;
      for (const each of open) each.close();
      return grown;
    };
    console.log(JSON.stringify([work(true), work(false)]));
  `);
  const [closed, control] = JSON.parse(stdout);
  assert.ok(closed < control / 4, `100 frames: grown by ${closed} bytes, ${control} if they stay open`);
  assert.equal(stderr, '');
});

test('buffers that were transferred are let go of once their frames are closed', async () => {
  const { stdout } = await printed(
    `${HD}
    const work = (count) => {
      for (let i = 0; i < count; i += 1) {
        const data = new Uint8Array(1920 * 1080 * 4);
        const frame = new VideoFrame(data, { ...init, transfer: [data.buffer] });
        new VideoFrame(frame).close();
        frame.close();
        if (i % 10 === 0) gc();
      }
    };
    const before = used('arrayBuffers');
    work(100);
    await until(() => used('arrayBuffers') - before < 3 * BYTES);
    `,
    { args: ['--expose-gc'] },
  );
  assert.equal(stdout, 'it is back\n');
});

test('a worker uses frames, transfers buffers, and may be ended at any time', async () => {
  const { stdout } = await printed(`
    import { Worker } from 'node:worker_threads';
    const code = \`
      import { parentPort } from 'node:worker_threads';
      import { VideoFrame } from 'framegate';
      const data = Uint8Array.from({ length: 12 }, (_, i) => i);
      const frame = new VideoFrame(data, { format: 'I420', codedWidth: 4, codedHeight: 2, timestamp: 0, transfer: [data.buffer] });
      const out = new Uint8Array(12);
      frame.copyTo(out).then(() => parentPort.postMessage([data.byteLength, ...out]));
    \`;
    for (const terminate of [false, true]) {
      const worker = new Worker(code, { eval: true });
      worker.on('message', (bytes) => { console.log(bytes.join()); if (terminate) worker.terminate(); });
    }
  `);
  assert.deepEqual(stdout.trim().split('\n'), Array(2).fill('0,0,1,2,3,4,5,6,7,8,9,10,11'));
});

test('a frame or buffer that goes while its arguments are read is an error, and nothing else', async () => {
  const init = { format: 'I420', codedWidth: 4, codedHeight: 2, timestamp: 0 };
  const data = I420_BYTES.slice();
  const detach = () => structuredClone(data.buffer, { transfer: [data.buffer] });
  throwsTypeError(() => new VideoFrame(data, { ...init, get timestamp() { return detach(), 0; } }), /too small/);

  const closing = (frame, key, value) => ({ get [key]() { return frame.close(), value; } });
  for (const make of [
    (frame) => new VideoFrame(frame, closing(frame, 'timestamp', 0)),
    (frame) => new VideoFrame(frame, { metadata: { segments: [closing(frame, 'id', 0)] } }),
    (frame) => frame.allocationSize({ rect: closing(frame, 'x', 0) }),
  ]) {
    throwsDom(() => make(i420Frame()), 'InvalidStateError', /closed/);
  }

  const frame = i420Frame();
  const target = new Uint8Array(12);
  const moving = { get format() { return structuredClone(target.buffer, { transfer: [target.buffer] }), undefined; } };
  await rejectsTypeError(frame.copyTo(target, moving), /too small/);
  await rejectsDom(frame.copyTo(new Uint8Array(12), closing(frame, 'format', undefined)), 'InvalidStateError', /closed/);
});

test('console.log shows the attributes', () => {
  const frame = i420Frame(INIT);
  const text = inspect(frame);
  for (const part of ['VideoFrame {', "format: 'I420'", 'codedWidth: 2', 'DOMRectReadOnly {', "primaries: 'bt2020'"]) {
    assert.ok(text.includes(part), text);
  }
  frame.close();
  assert.ok(inspect([[[frame]]]).includes('[VideoFrame]'));
  assert.ok(inspect(frame).includes('format: null'));
});

test('WEBCODECS.md says how a frame gets to a worker', async () => {
  const page = await readFile(new URL('../../WEBCODECS.md', import.meta.url), 'utf8');
  const [, program] = /```js\n([^]*?)```/.exec(page);
  const [sending, receiving] = program.split('// there: ');
  const frame = i420Frame({ timestamp: 7, visibleRect: { x: 2, width: 2, height: 2 } });
  let message;
  const worker = { postMessage: (value, transfer) => (message = structuredClone(value, { transfer })) };
  const call = (members, code) => new (async () => {}).constructor(...Object.keys(members), code)(...Object.values(members));
  await call({ frame, worker }, sending);
  const there = await call({ VideoFrame, ...message }, `return ${receiving}`);
  assert.deepEqual([there.format, there.timestamp, there.codedWidth, there.codedHeight], ['I420', 7, 2, 2]);
  assert.deepEqual([...(await codedBytes(there))], [3, 4, 7, 8, 10, 12]);
  frame.close();
  there.close();
});
