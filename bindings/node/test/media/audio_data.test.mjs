// W3C WebCodecs, "AudioData Interface": the constructor, attributes, what is transferred, clone() and close().
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import * as workers from 'node:worker_threads';

import { AudioData } from 'framegate';

import { assertInterface, throwsDom, throwsTypeError } from '../support/assertions.mjs';
import { run } from '../support/program.mjs';

const BYTES = Uint8Array.from({ length: 24 }, (_, n) => n);
const INIT = { format: 's16', sampleRate: 48_000, numberOfFrames: 3, numberOfChannels: 2, timestamp: 10, data: BYTES };
const dataOf = (init = {}) => new AudioData({ ...INIT, ...init });
const isDetached = (buffer) => buffer.byteLength === 0;

/** The bytes of all planes in turn. */
function bytesOf(data) {
  const planes = data.format.endsWith('planar') ? data.numberOfChannels : 1;
  return Array.from({ length: planes }, (_, planeIndex) => {
    const plane = new Uint8Array(data.allocationSize({ planeIndex }));
    data.copyTo(plane, { planeIndex });
    return [...plane];
  }).flat();
}

test('the interface', () => {
  assertInterface(AudioData, {
    constructorLength: 1,
    attributes: ['format', 'sampleRate', 'numberOfFrames', 'numberOfChannels', 'duration', 'timestamp'],
    methods: { allocationSize: 1, copyTo: 2, clone: 0, close: 0 },
  });
  assert.equal(Object.getPrototypeOf(AudioData.prototype), Object.prototype);
});

test('attributes are what was given', () => {
  const data = dataOf();
  const { format, sampleRate, numberOfFrames, numberOfChannels, duration, timestamp } = data;
  assert.deepEqual({ format, sampleRate, numberOfFrames, numberOfChannels, duration, timestamp }, {
    format: 's16', sampleRate: 48_000, numberOfFrames: 3, numberOfChannels: 2, duration: 62, timestamp: 10,
  });
  assert.match(inspect(data), /AudioData \{ format: 's16', sampleRate: 48000|AudioData \{\n  format: 's16'/);
  data.close();
});

test('the duration is that of the frames, microseconds, rounded down', () => {
  for (const [numberOfFrames, sampleRate, expected] of [[1, 3, 333_333], [2, 3, 666_666], [480, 48_000, 10_000], [1, 16_000_000, 0], [24, 1, 24_000_000]]) {
    const data = dataOf({ format: 'u8', numberOfChannels: 1, numberOfFrames, sampleRate, data: new Uint8Array(numberOfFrames) });
    assert.equal(data.duration, expected);
    data.close();
  }
});

test('what is missing, not to be converted or not valid is a TypeError that names the member', () => {
  throwsTypeError(() => new AudioData(), /AudioData.*1 argument required/);
  throwsTypeError(() => new AudioData(7), /init is not an object/);
  for (const member of Object.keys(INIT)) {
    throwsTypeError(() => dataOf({ [member]: undefined }), new RegExp(`AudioData.*${member} is missing`));
  }
  const bad = {
    format: ['f64', 's16-PLANAR', null], sampleRate: [NaN, Infinity, 0, -1, -48_000, 44_100.5, 0.5, 16_000_001, 1e30, 1e39, 'x'],
    numberOfFrames: [0, -1, 2 ** 32, NaN], numberOfChannels: [0, -1, 2 ** 32, Infinity], timestamp: [NaN, 2 ** 63],
    data: [[1, 2], 'abc', null, new ArrayBuffer(24, { maxByteLength: 48 })], transfer: [5, [BYTES], [new SharedArrayBuffer(1)]],
  };
  for (const [member, values] of Object.entries(bad)) {
    for (const value of values) throwsTypeError(() => dataOf({ [member]: value }), new RegExp(`AudioData'.*${member}`));
  }
});

test('what the library does not have is a TypeError, too, and the buffer stays', () => {
  const data = new Uint8Array(1_024);
  const init = { format: 'u8', data, transfer: [data.buffer] };
  throwsTypeError(() => dataOf({ ...init, numberOfChannels: 256 }), /AudioData'.*channels/);
  assert.ok(!isDetached(data.buffer));
});

test('a rate is a float: the nearest number of 32 bits', () => {
  const data = dataOf({ sampleRate: 44_100.000_001 });
  assert.equal(data.sampleRate, 44_100);
  data.close();
  const most = dataOf({ sampleRate: 16_000_000 });
  assert.equal(most.sampleRate, 16_000_000);
  most.close();
});

test('there must be bytes for all samples; more do not count', () => {
  for (const [format, bytes] of [['u8', 6], ['s16', 12], ['s32', 24], ['f32', 24], ['u8-planar', 6], ['s16-planar', 12], ['s32-planar', 24], ['f32-planar', 24]]) {
    throwsTypeError(() => dataOf({ format, data: BYTES.subarray(0, bytes - 1) }), new RegExp(`data is too small: ${bytes - 1} bytes, ${bytes} are needed`));
    for (const length of [bytes, 24]) {
      const data = dataOf({ format, data: BYTES.subarray(0, length) });
      assert.deepEqual(bytesOf(data), [...BYTES.subarray(0, bytes)], format);
      data.close();
    }
  }
  throwsTypeError(() => dataOf({ numberOfFrames: 2 ** 32 - 1, numberOfChannels: 2 ** 32 - 1 }), /too small/);
});

test('members are converted in the order of their names', () => {
  const read = [];
  new AudioData(new Proxy(INIT, { get: (target, key) => (read.push(key), target[key]) })).close();
  assert.deepEqual(read, ['data', 'format', 'numberOfChannels', 'numberOfFrames', 'sampleRate', 'timestamp', 'transfer']);
});

test('every kind of buffer is data, which is copied', () => {
  const shared = new SharedArrayBuffer(24);
  new Uint8Array(shared).set(BYTES);
  for (const source of [BYTES.slice().buffer, BYTES.slice(), Buffer.from(BYTES), shared, new DataView(BYTES.slice().buffer)]) {
    const data = dataOf({ data: source });
    new Uint8Array(ArrayBuffer.isView(source) ? source.buffer : source).fill(0);
    assert.deepEqual(bytesOf(data), [...BYTES.subarray(0, 12)]);
    data.close();
  }
});

test('data that is transferred is detached, and its samples are those of the frame', () => {
  for (const channels of [1, 2, 4, 5, 8, 255]) {
    for (const format of ['s16', 's16-planar']) {
      const bytes = Uint8Array.from({ length: 2 + 3 * 2 * channels }, (_, n) => n * 7);
      const expected = [...bytes.subarray(2)];
      const other = new ArrayBuffer(3);
      const data = dataOf({ format, numberOfChannels: channels, data: bytes.subarray(2), transfer: new Set([other, bytes.buffer]) });
      assert.deepEqual([isDetached(bytes.buffer), isDetached(other)], [true, true]);
      const clone = data.clone();
      data.close();
      assert.deepEqual(bytesOf(clone), expected, `${format}, ${channels} channels`);
      clone.close();
    }
  }
});

test('what cannot be transferred is a DataCloneError or TypeError, and nothing is detached', () => {
  const data = BYTES.slice();
  throwsDom(() => dataOf({ data, transfer: [data.buffer, data.buffer] }), 'DataCloneError', /AudioData.*twice/);
  const detached = new ArrayBuffer(1);
  structuredClone(detached, { transfer: [detached] });
  throwsDom(() => dataOf({ data, transfer: [data.buffer, detached] }), 'DataCloneError', /detached/);
  throwsTypeError(() => dataOf({ data, numberOfFrames: 0, transfer: [data.buffer, data.buffer] }), /numberOfFrames is 0/);
  const { buffer } = new WebAssembly.Memory({ initial: 1 });
  throwsTypeError(() => dataOf({ data: buffer, transfer: [buffer] }), /AudioData.*cannot be detached/);
  throwsTypeError(() => dataOf({ transfer: [Buffer.from('pooled').buffer] }), /cannot be detached/);
  assert.deepEqual([data.byteLength, buffer.byteLength], [24, 65_536]);
});

test('a buffer that goes while the others are read is an error', () => {
  const data = BYTES.slice();
  const moving = { ...INIT, data, get format() { return structuredClone(data.buffer, { transfer: [data.buffer] }), 's16'; } };
  throwsTypeError(() => new AudioData(moving), /too small: 0 bytes/);
});

test('a clone is its own, and shares the samples', () => {
  const data = dataOf();
  const clone = data.clone();
  assert.notEqual(clone, data);
  for (const name of ['format', 'sampleRate', 'numberOfFrames', 'numberOfChannels', 'duration', 'timestamp']) assert.equal(clone[name], data[name], name);
  data.close();
  assert.deepEqual(bytesOf(clone), [...BYTES.subarray(0, 12)]);
  clone.close();
});

test('closed: numbers are 0, the timestamp stays, and everything else is an InvalidStateError', () => {
  const data = dataOf({ timestamp: -7 });
  data.close();
  data.close();
  const { format, sampleRate, numberOfFrames, numberOfChannels, duration, timestamp } = data;
  assert.deepEqual([format, sampleRate, numberOfFrames, numberOfChannels, duration, timestamp], [null, 0, 0, 0, 0, -7]);
  throwsDom(() => data.clone(), 'InvalidStateError', /'clone' on 'AudioData': the data is closed/);
  throwsDom(() => data.allocationSize({ planeIndex: 0 }), 'InvalidStateError', /closed/);
  throwsDom(() => data.copyTo(new Uint8Array(12), { planeIndex: 9 }), 'InvalidStateError', /closed/);
});

test('structuredClone: an error where Node lets us say so', () => {
  const data = dataOf();
  if ('markAsUncloneable' in workers) assert.throws(() => structuredClone(data), { name: 'DataCloneError' });
  else assert.deepEqual(structuredClone(data), {}, 'older ones make an empty object of it');
  assert.throws(() => structuredClone(data, { transfer: [data] }), { name: /DataCloneError|TypeError/ });
  data.close();
});

test('what is forgotten is freed, with one warning that names AudioData.close()', async () => {
  const { code, stderr } = await run(
    `
    let warnings = 0;
    process.on('warning', () => (warnings += 1));
    const init = { format: 'u8', sampleRate: 8000, numberOfFrames: 9, numberOfChannels: 1, timestamp: 0, data: new Uint8Array(9) };
    (() => { for (let n = 0; n < 5; n += 1) new framegate.AudioData(init); })();
    (() => { for (let n = 0; n < 5; n += 1) new framegate.AudioData(init).close(); })();
    while (warnings === 0) { gc(); await video.nextTask(); }
    for (let n = 0; n < 20; n += 1) { gc(); await video.nextTask(); }
    process.exitCode = warnings === 1 ? 0 : 1;
    `,
    { args: ['--expose-gc'] },
  );
  assert.equal(code, 0, stderr);
  assert.match(stderr, /An AudioData was garbage collected that had not been closed[^]*FRAMEGATE_FRAME_NOT_CLOSED|FRAMEGATE_FRAME_NOT_CLOSED[^]*An AudioData/);
});

test('a worker has AudioData of its own, and its transferred buffers are copied', async () => {
  const { code, stdout, stderr } = await run(`
    import { Worker } from 'node:worker_threads';
    const code = \`
      import { parentPort } from 'node:worker_threads';
      import { AudioData } from 'framegate';
      const bytes = Uint8Array.of(1, 2, 3, 4);
      const init = { format: 'u8-planar', sampleRate: 8000, numberOfFrames: 2, numberOfChannels: 2, timestamp: 0 };
      const data = new AudioData({ ...init, data: bytes, transfer: [bytes.buffer] });
      const plane = new Uint8Array(2);
      data.copyTo(plane, { planeIndex: 1 });
      parentPort.postMessage([bytes.byteLength, ...plane]);
    \`;
    new Worker(code, { eval: true }).on('message', (numbers) => console.log(numbers.join()));
  `);
  assert.equal(code, 0, stderr);
  assert.equal(stdout, '0,3,4\n');
});
