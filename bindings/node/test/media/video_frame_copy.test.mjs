// W3C WebCodecs, "allocationSize(options)", "copyTo(destination, options)", "Parse VideoFrameCopyToOptions".
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { VideoFrame } from 'framegate';
import { rejectsDom, rejectsTypeError, throwsDom, throwsTypeError } from '../support/assertions.mjs';
import { bytesOfPart, FORMATS, i420Frame, I420_BYTES, patternFrame, patternOf, sizeOf, tightPlanes } from '../support/frames.mjs';

const placesOf = (planes) => planes.map(({ offset, stride }) => ({ offset, stride }));

/** allocationSize throws it, and copyTo rejects with it. */
async function refuses(frame, options, check, ...expected) {
  check === 'TypeError'
    ? throwsTypeError(() => frame.allocationSize(options), ...expected)
    : throwsDom(() => frame.allocationSize(options), check, ...expected);
  const promise = frame.copyTo(new Uint8Array(100), options);
  await (check === 'TypeError' ? rejectsTypeError(promise, ...expected) : rejectsDom(promise, check, ...expected));
}

test('every format is copied tightly packed by default', async () => {
  for (const format of Object.keys(FORMATS)) {
    for (const [width, height] of [[4, 2], [5, 3]]) {
      const frame = patternFrame(format, width, height);
      assert.equal(frame.allocationSize(), sizeOf(format, width, height));
      const bytes = new Uint8Array(sizeOf(format, width, height) + 2).fill(255);
      const layout = await frame.copyTo(bytes);
      assert.deepEqual(layout, placesOf(tightPlanes(format, width, height)), format);
      assert.deepEqual(bytes, Uint8Array.of(...patternOf(format, width, height), 255, 255));
      frame.close();
    }
  }
});

test('every kind of buffer is a destination, and a view is only what it shows', async () => {
  const frame = i420Frame();
  const buffer = new ArrayBuffer(16);
  await frame.copyTo(buffer);
  assert.deepEqual(new Uint8Array(buffer, 0, 12), I420_BYTES);
  await frame.copyTo(new DataView(buffer, 2, 13));
  assert.deepEqual(new Uint8Array(buffer, 2, 12), I420_BYTES);
  const shared = new SharedArrayBuffer(12);
  await frame.copyTo(shared);
  assert.deepEqual([...new Uint8Array(shared)], [...I420_BYTES]);
  frame.close();
});

test('the part that is copied is visibleRect, or rect', async () => {
  for (const format of Object.keys(FORMATS)) {
    const rect = { x: 2, y: 4, width: 3, height: 1 };
    const expected = bytesOfPart(patternOf(format, 8, 6), format, 8, 6, rect);
    const whole = patternFrame(format, 8, 6);
    for (const [init, options] of [[{}, { rect }], [{ visibleRect: rect }, {}]]) {
      const frame = new VideoFrame(whole, init);
      const bytes = new Uint8Array(frame.allocationSize(options));
      await frame.copyTo(bytes, options);
      assert.deepEqual(bytes, expected, format);
      frame.close();
    }
    whole.close();
  }
});

test('codedRect is the whole picture', async () => {
  const whole = i420Frame();
  const frame = new VideoFrame(whole, { visibleRect: { x: 2, width: 2, height: 2 } });
  whole.close();
  assert.deepEqual([frame.allocationSize(), frame.allocationSize({ rect: frame.codedRect })], [6, 12]);
  frame.close();
});

test('layout says where the planes go, in any order, with gaps that keep their bytes', async () => {
  const frame = i420Frame();
  const layout = [{ offset: 9, stride: 5 }, { offset: 1, stride: 3 }, { offset: 5, stride: 3 }];
  assert.equal(frame.allocationSize({ layout }), 19);
  const bytes = new Uint8Array(19).fill(77);
  assert.deepEqual(await frame.copyTo(bytes, { layout }), layout);
  assert.deepEqual([...bytes], [77, 9, 10, 77, 77, 11, 12, 77, 77, 1, 2, 3, 4, 77, 5, 6, 7, 8, 77]);
  frame.close();
});

test('an impossible layout is a TypeError that says what of it', async () => {
  const frame = i420Frame();
  const [y, u, v] = [{ offset: 0, stride: 4 }, { offset: 8, stride: 2 }, { offset: 10, stride: 2 }];
  const cases = [
    [[y], /layout has 1 planes, I420 has 3/],
    [[y, u, v, v], /layout has 4 planes/],
    [[{ ...y, stride: 1 }, u, v], /layout\[0\].stride is 1, too small/],
    [[y, u, { ...v, offset: 2 ** 32 - 2 }], /exceeds/],
    [[y, u, { ...v, offset: 8 }], /overlap/],
    [[y, u, { offset: 10 }], /stride is missing/],
    [[y, u, { offset: NaN, stride: 1 }], /offset is not a finite/],
  ];
  for (const [layout, reason] of cases) await refuses(frame, { layout }, 'TypeError', reason);
  frame.close();
});

test('an impossible rect is a TypeError that says what of it', async () => {
  const frame = i420Frame();
  const cases = [
    [{ width: 4 }, /rect.*empty/],
    [{ width: 4, height: 4 }, /rect.*exceeds the coded size 4x2/],
    [{ x: 2, width: 4, height: 2 }, /exceeds/],
    [{ x: 1, width: 2, height: 2 }, /rect.*alignment of I420/],
    [{ y: 1, width: 2, height: 1 }, /alignment/],
    [{ x: -2, width: 2, height: 2 }, /negative/],
    [{ width: Infinity, height: 2 }, /not finite/],
  ];
  for (const [rect, reason] of cases) await refuses(frame, { rect }, 'TypeError', reason);
  frame.close();
});

test('a destination that is too small is a TypeError, and stays as it is', async () => {
  const frame = i420Frame();
  const bytes = new Uint8Array(11).fill(9);
  await rejectsTypeError(frame.copyTo(bytes), /copyTo.*VideoFrame.*destination is too small: 11 bytes, 12 are needed/);
  assert.ok(bytes.every((byte) => byte === 9));
  await rejectsTypeError(frame.copyTo(new Uint8Array(31), { format: 'RGBA' }), /too small: 31 bytes, 32/);
  const detached = new ArrayBuffer(12);
  structuredClone(detached, { transfer: [detached] });
  await rejectsTypeError(frame.copyTo(detached), /too small/);
  await rejectsTypeError(frame.copyTo([]), /destination is not an ArrayBuffer/);
  await rejectsTypeError(frame.copyTo(), /1 argument required/);
  frame.close();
});

test('any format but RGB is a NotSupportedError, and what is no format a TypeError', async () => {
  const frame = patternFrame('RGBX', 4, 4);
  for (const format of Object.keys(FORMATS).filter((name) => !/^(RGB|BGR)/.test(name))) {
    await refuses(frame, { format }, 'NotSupportedError', new RegExp(`${format} is not supported`));
  }
  await refuses(frame, { format: 'RGB' }, 'TypeError', /format is "RGB"/);
  await refuses(frame, { colorSpace: 'p3' }, 'TypeError', /colorSpace is "p3"/);
  frame.close();
});

test('a rect comes before a format, a format before a layout', async () => {
  const frame = i420Frame();
  await refuses(frame, { rect: { x: 1, width: 1, height: 1 }, format: 'NV12' }, 'TypeError', /alignment/);
  await refuses(frame, { format: 'NV12', layout: [] }, 'NotSupportedError', /format NV12/);
  frame.close();
});

test('a closed frame is an InvalidStateError, after the options are converted', async () => {
  const frame = i420Frame();
  frame.close();
  await refuses(frame, {}, 'InvalidStateError', /closed/);
  await refuses(frame, { format: 'NV12' }, 'InvalidStateError', /closed/);
  await refuses(frame, { format: 'x' }, 'TypeError', /format is "x"/);
  await rejectsDom(frame.copyTo(new Uint8Array(0)), 'InvalidStateError', /closed/);
});

test('the copy is made before copyTo returns: frame and buffer may go at once', async () => {
  const frame = i420Frame();
  const bytes = new Uint8Array(12);
  const promise = frame.copyTo(bytes);
  frame.close();
  const moved = structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  await promise;
  assert.deepEqual(new Uint8Array(moved), I420_BYTES);
});

test('options are converted in the order of their names', async () => {
  const read = [];
  const frame = i420Frame();
  frame.allocationSize(new Proxy({}, { get: (target, key) => (read.push(key), target[key]) }));
  assert.deepEqual(read, ['colorSpace', 'format', 'layout', 'rect']);
  frame.close();
});

test('RGB of RGB: the channels are put in order, X is opaque', async () => {
  const source = Uint8Array.of(10, 20, 30, 40, 50, 60, 70, 80);
  for (const from of ['RGBA', 'RGBX', 'BGRA', 'BGRX']) {
    for (const to of ['RGBA', 'RGBX', 'BGRA', 'BGRX']) {
      const frame = new VideoFrame(source, { format: from, codedWidth: 2, codedHeight: 1, timestamp: 0 });
      const bytes = new Uint8Array(8);
      assert.deepEqual(await frame.copyTo(bytes, { format: to }), [{ offset: 0, stride: 8 }]);
      const swaps = from.startsWith('RGB') !== to.startsWith('RGB');
      const pixel = ([a, b, c, d]) => (swaps ? [c, b, a, d] : [a, b, c, d]);
      const colors = (pixels) => pixels.filter((_, i) => i % 4 !== 3);
      const expected = [...pixel(source.subarray(0, 4)), ...pixel(source.subarray(4))];
      assert.deepEqual(colors([...bytes]), colors(expected), `${from} to ${to}`);
      if (from !== to) {
        const alpha = from.endsWith('A') && to.endsWith('A') ? [40, 80] : [255, 255];
        assert.deepEqual([bytes[3], bytes[7]], alpha, `${from} to ${to}: alpha`);
      }
      frame.close();
    }
  }
});

test('RGB with a layout leaves what is beside it', async () => {
  const frame = new VideoFrame(new Uint8Array(64).fill(255), { format: 'RGBA', codedWidth: 4, codedHeight: 4, timestamp: 0 });
  const bytes = new Uint8Array(5 + 40 * 4);
  const layout = [{ offset: 5, stride: 40 }];
  assert.equal(frame.allocationSize({ format: 'BGRX', layout }), 165);
  assert.deepEqual(await frame.copyTo(bytes, { format: 'RGBA', layout }), layout);
  bytes.forEach((byte, at) => assert.equal(byte, at >= 5 && (at - 5) % 40 < 16 ? 255 : 0, `byte ${at}`));
  await refuses(frame, { format: 'RGBA', layout: [{ offset: 0, stride: 15 }] }, 'TypeError', /too small/);
  await refuses(frame, { format: 'RGBA', layout: [] }, 'TypeError', /layout has 0 planes, RGBA has 1/);
  frame.close();
});
