// W3C WebCodecs, AudioData.copyTo() and allocationSize(): every format into every other, against numbers computed here.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { AudioData } from 'framegate';

import { throwsDom, throwsTypeError } from '../support/assertions.mjs';
import { arrayOf, kindOf, randomNumbers } from '../support/sound.mjs';

const FORMATS = ['u8', 's16', 's32', 'f32', 'u8-planar', 's16-planar', 's32-planar', 'f32-planar'];
const isPlanar = (format) => format.endsWith('planar');

/** Where silence is, and how far it is from there to 1. */
const SCALES = { u8: [128, 2 ** 7], s16: [0, 2 ** 15], s32: [0, 2 ** 31], f32: [0, 1] };
const EDGES = { u8: [0, 1, 127, 128, 129, 254, 255], s16: [-32768, -32767, -1, 0, 1, 32767], s32: [-(2 ** 31), -1, 0, 1, 2 ** 31 - 1] };
/** The halves between two numbers of 8 and 16 bits, what is at their ends and beyond, and what is no number. */
const FLOATS = [0, -0, 1, -1, 1.5, -1.5, 0.999_999_94, 1e30, -Infinity, Infinity, NaN, 1e-30, 0.5 / 128, 1.5 / 128, -0.5 / 128, -2.5 / 128, 0.5 / 32768, -1.5 / 32768, 127.5 / 128].map(Math.fround);
const HALVES = { s16: [128, -128, 384, -384, 127 * 256 + 128], s32: [2 ** 15, -(2 ** 15), 3 * 2 ** 15, 2 ** 23, -(2 ** 23), 3 * 2 ** 23] };

/** Rounds to the nearest whole number, of two as near to the even one. */
function rounded(number) {
  const low = Math.floor(number);
  if (number - low !== 0.5) return Math.round(number);
  return low % 2 === 0 ? low : low + 1;
}

function converted(sample, from, to) {
  if (from === to) return sample;
  const [zero, unit] = SCALES[from];
  const number = Number.isNaN(sample) ? 0 : (sample - zero) / unit;
  if (to === 'f32') return Math.fround(number);
  const [silence, most] = SCALES[to];
  return Math.min(Math.max(rounded(number * most), -most), most - 1) + silence;
}

/** Samples of a kind: the interesting ones, and others. */
function valuesOf(kind, count) {
  const random = randomNumbers(9);
  const [zero, unit] = SCALES[kind];
  const known = kind === 'f32' ? FLOATS : [...EDGES[kind], ...(HALVES[kind] ?? [])];
  return Array.from({ length: count }, (_, n) => {
    if (n < known.length) return known[n];
    const number = (random() * 2 - 1) * unit;
    return kind === 'f32' ? Math.fround(number * 1.1) : Math.floor(number) + zero;
  });
}

const CHANNELS = 3;
const FRAMES = 50;

/** Data in a format of `values`, which are interleaved. */
function dataOf(format, values, channels = CHANNELS) {
  const frames = values.length / channels;
  const data = arrayOf(format, values.length);
  values.forEach((value, n) => {
    const [frame, channel] = [Math.floor(n / channels), n % channels];
    data[isPlanar(format) ? channel * frames + frame : n] = value;
  });
  return new AudioData({ format, sampleRate: 48_000, numberOfFrames: frames, numberOfChannels: channels, timestamp: 0, data });
}

/** What is expected in a plane of another format. */
function planeOf(values, from, to, plane, offset, count) {
  const frames = values.slice(offset * CHANNELS, (offset + count) * CHANNELS);
  const wanted = isPlanar(to) ? frames.filter((_, n) => n % CHANNELS === plane) : frames;
  return wanted.map((value) => converted(value, kindOf(from), kindOf(to)));
}

const PARTS = [{}, { frameOffset: 7 }, { frameOffset: 49 }, { frameCount: 1 }, { frameOffset: 3, frameCount: 40 }];

for (const from of FORMATS) {
  for (const to of FORMATS) {
    test(`${from} to ${to}`, () => {
      const values = valuesOf(kindOf(from), FRAMES * CHANNELS);
      const data = dataOf(from, values);
      for (const part of PARTS) {
        for (let planeIndex = 0; planeIndex < (isPlanar(to) ? CHANNELS : 1); planeIndex += 1) {
          const options = { planeIndex, format: to, ...part };
          const { frameOffset = 0, frameCount = FRAMES - frameOffset } = part;
          const expected = planeOf(values, from, to, planeIndex, frameOffset, frameCount);
          const plane = arrayOf(to, expected.length + 1).fill(77);
          assert.equal(data.allocationSize(options), expected.length * plane.BYTES_PER_ELEMENT);
          data.copyTo(plane, options);
          assert.deepEqual([...plane], [...expected, 77], JSON.stringify(options));
        }
      }
      data.close();
    });
  }
}

test("without a format it is the data's own", () => {
  for (const format of FORMATS) {
    const values = valuesOf(kindOf(format), FRAMES * CHANNELS);
    const data = dataOf(format, values);
    const plane = arrayOf(format, data.allocationSize({ planeIndex: 0 }) / arrayOf(format, 1).BYTES_PER_ELEMENT);
    data.copyTo(plane, { planeIndex: 0 });
    assert.deepEqual([...plane], planeOf(values, format, format, 0, 0, FRAMES));
    data.close();
  }
});

test('planes and frames that there are not, and room that there is not, are RangeErrors', () => {
  const data = dataOf('f32', valuesOf('f32', FRAMES * CHANNELS));
  const target = new Float32Array(1_000);
  const bad = [
    [{ planeIndex: 1 }, /planeIndex is 1, f32 of 3 channels has 1 plane$/],
    [{ planeIndex: 3, format: 's16-planar' }, /planeIndex is 3, s16-planar of 3 channels has 3 planes/],
    [{ planeIndex: 0, frameOffset: FRAMES }, /frameOffset is 50, there are 50 frames/],
    [{ planeIndex: 0, frameOffset: 2 ** 32 - 1 }, /frameOffset/],
    [{ planeIndex: 0, frameCount: FRAMES + 1 }, /frameCount is 51/],
    [{ planeIndex: 0, frameOffset: 10, frameCount: 41 }, /frameCount is 41, from frameOffset on there are 40 frames/],
  ];
  for (const [options, message] of bad) {
    for (const call of [() => data.allocationSize(options), () => data.copyTo(target, options)]) {
      assert.throws(call, (error) => error.constructor === RangeError && message.test(error.message));
    }
  }
  const small = new Uint8Array(FRAMES * 4 - 1).fill(7);
  assert.throws(() => data.copyTo(small, { planeIndex: 0, format: 'f32-planar' }), {
    name: 'RangeError', message: /copyTo' on 'AudioData': destination is too small: 199 bytes, 200 are needed/,
  });
  assert.ok(small.every((byte) => byte === 7), 'nothing was written');
  data.close();
});

test('no frames are no bytes', () => {
  const data = dataOf('s16', [1, 2, 3]);
  assert.equal(data.allocationSize({ planeIndex: 0, frameCount: 0 }), 0);
  const target = new Int16Array(3).fill(9);
  data.copyTo(target, { planeIndex: 0, frameCount: 0 });
  data.copyTo(new ArrayBuffer(0), { planeIndex: 0, frameCount: 0 });
  assert.deepEqual([...target], [9, 9, 9]);
  data.close();
});

test('options are converted in the order of their names, and what is wrong with them is a TypeError', () => {
  const data = dataOf('s16', [1, 2, 3]);
  const target = new Int16Array(3);
  const read = [];
  data.allocationSize(new Proxy({ planeIndex: 0 }, { get: (object, key) => (read.push(key), object[key]) }));
  assert.deepEqual(read, ['format', 'frameCount', 'frameOffset', 'planeIndex']);
  for (const options of [undefined, null, {}, 7, { planeIndex: -1 }, { planeIndex: NaN }, { planeIndex: 0, frameOffset: -1 }, { planeIndex: 0, frameCount: 2 ** 32 }, { planeIndex: 0, format: 'f64' }]) {
    throwsTypeError(() => data.allocationSize(options), /'allocationSize' on 'AudioData'/);
    throwsTypeError(() => data.copyTo(target, options), /'copyTo' on 'AudioData'/);
  }
  throwsTypeError(() => data.allocationSize(), /1 argument required/);
  throwsTypeError(() => data.copyTo(target), /2 arguments required/);
  throwsTypeError(() => data.copyTo([1], { planeIndex: 0 }), /destination is not an ArrayBuffer/);
  throwsTypeError(() => data.copyTo(new ArrayBuffer(6, { maxByteLength: 9 }), { planeIndex: 0 }), /destination is resizable/);
  data.close();
});

test('every kind of buffer is a destination', () => {
  const data = dataOf('s16', [1, 2, 3]);
  const bytes = [...new Uint8Array(Int16Array.of(1, 2, 3).buffer)];
  for (const target of [new ArrayBuffer(8), new SharedArrayBuffer(8), new DataView(new ArrayBuffer(8)), Buffer.alloc(8), new Float64Array(1)]) {
    data.copyTo(target, { planeIndex: 0 });
    assert.deepEqual([...new Uint8Array(target.buffer ?? target, target.byteOffset ?? 0, 8)], [...bytes, 0, 0]);
  }
  data.close();
});

test('data that is closed and a buffer that goes while the options are read are errors, and nothing else', () => {
  const data = dataOf('s16', [1, 2, 3]);
  const target = new Int16Array(3);
  const moving = { planeIndex: 0, get format() { return structuredClone(target.buffer, { transfer: [target.buffer] }), undefined; } };
  assert.throws(() => data.copyTo(target, moving), { name: 'RangeError', message: /too small: 0 bytes/ });
  const closing = { get planeIndex() { return data.close(), 0; } };
  throwsDom(() => data.copyTo(new Int16Array(3), closing), 'InvalidStateError', /closed/);
});
