// W3C WebCodecs, "VideoFrame(data, init)", "valid VideoFrameBufferInit", "Compute Layout and Allocation Size".
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { DOMRectReadOnly, VideoColorSpace, VideoFrame } from 'framegate';
import { assertInterface, throwsTypeError } from '../support/assertions.mjs';
import { bytesOfPart, codedBytes, FORMATS, i420Frame, I420_BYTES, patternFrame, patternOf, sizeOf } from '../support/frames.mjs';

test('the interface', () => {
  assertInterface(VideoFrame, {
    constructorLength: 1,
    attributes: [
      'format', 'codedWidth', 'codedHeight', 'codedRect', 'visibleRect', 'rotation', 'flip',
      'displayWidth', 'displayHeight', 'duration', 'timestamp', 'colorSpace',
    ],
    methods: { metadata: 0, allocationSize: 0, copyTo: 1, clone: 0, close: 0 },
  });
});

test('attributes have their defaults', () => {
  const frame = i420Frame({ timestamp: 1234 });
  assert.equal(frame.format, 'I420');
  assert.deepEqual([frame.codedWidth, frame.codedHeight], [4, 2]);
  assert.ok(frame.codedRect instanceof DOMRectReadOnly);
  assert.deepEqual(frame.codedRect.toJSON(), new DOMRectReadOnly(0, 0, 4, 2).toJSON());
  assert.deepEqual(frame.visibleRect.toJSON(), new DOMRectReadOnly(0, 0, 4, 2).toJSON());
  assert.deepEqual([frame.rotation, frame.flip], [0, false]);
  assert.deepEqual([frame.displayWidth, frame.displayHeight], [4, 2]);
  assert.deepEqual([frame.timestamp, frame.duration], [1234, null]);
  assert.deepEqual(frame.metadata(), {});
  frame.close();
});

test('attributes are what was given', () => {
  const frame = i420Frame({
    timestamp: -5,
    duration: 40,
    visibleRect: { x: 2, y: 0, width: 1, height: 2 },
    displayWidth: 640,
    displayHeight: 480,
    rotation: 180,
    flip: true,
    colorSpace: { primaries: 'bt2020', matrix: 'bt2020-ncl' },
    metadata: { rtpTimestamp: 7 },
  });
  assert.deepEqual([frame.timestamp, frame.duration], [-5, 40]);
  assert.deepEqual(frame.visibleRect.toJSON(), new DOMRectReadOnly(0, 0, 1, 2).toJSON());
  assert.deepEqual([frame.displayWidth, frame.displayHeight, frame.rotation, frame.flip], [640, 480, 180, true]);
  assert.ok(frame.colorSpace instanceof VideoColorSpace);
  const colorSpace = { primaries: 'bt2020', transfer: null, matrix: 'bt2020-ncl', fullRange: null };
  assert.deepEqual(frame.colorSpace.toJSON(), colorSpace);
  assert.deepEqual(frame.metadata(), { rtpTimestamp: 7 });
  frame.close();
});

test('the colour space is sRGB for RGB formats and BT.709 for all others, unless one is given', () => {
  const srgb = { primaries: 'bt709', transfer: 'iec61966-2-1', matrix: 'rgb', fullRange: true };
  const rec709 = { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', fullRange: false };
  for (const format of Object.keys(FORMATS)) {
    const frame = patternFrame(format, 2, 2);
    assert.deepEqual(frame.colorSpace.toJSON(), /^(RGB|BGR)/.test(format) ? srgb : rec709, format);
    frame.close();
  }
  const empty = i420Frame({ colorSpace: {} });
  assert.deepEqual(Object.values(empty.colorSpace.toJSON()), [null, null, null, null]);
  empty.close();
});

test('every format, in even, odd and smallest sizes, keeps every byte', async () => {
  for (const format of Object.keys(FORMATS)) {
    for (const [width, height] of [[4, 2], [5, 3], [1, 1], [64, 33]]) {
      const bytes = patternOf(format, width, height);
      const frame = new VideoFrame(bytes, { format, codedWidth: width, codedHeight: height, timestamp: 0 });
      assert.equal(frame.format, format);
      assert.deepEqual(await codedBytes(frame), bytes, `${format} ${width}x${height}`);
      frame.close();
    }
  }
});

test('what is missing is a TypeError that names the member', () => {
  throwsTypeError(() => new VideoFrame(), /'VideoFrame': 1 argument required/);
  throwsTypeError(() => new VideoFrame(I420_BYTES), /2 arguments required/);
  throwsTypeError(() => new VideoFrame(I420_BYTES, 5), /init is not an object/);
  for (const member of ['format', 'codedWidth', 'codedHeight', 'timestamp']) {
    throwsTypeError(() => i420Frame({ [member]: undefined }), new RegExp(`'VideoFrame'.*${member} is missing`));
  }
});

test('members are converted in the order of their names', () => {
  const read = [];
  const init = { format: 'I420', codedWidth: 4, codedHeight: 2, timestamp: 0 };
  new VideoFrame(I420_BYTES, new Proxy(init, { get: (target, key) => (read.push(key), target[key]) })).close();
  assert.deepEqual(read, [
    'codedHeight', 'codedWidth', 'colorSpace', 'displayHeight', 'displayWidth', 'duration', 'flip', 'format', 'layout',
    'metadata', 'rotation', 'timestamp', 'transfer', 'visibleRect',
  ]);
});

test('what cannot be converted is a TypeError that names the member', () => {
  for (const format of ['', 'i420', 'ABCD', 'NV21', 'RGB']) throwsTypeError(() => i420Frame({ format }), /format is "/);
  for (const member of ['codedWidth', 'codedHeight', 'displayWidth', 'displayHeight', 'duration']) {
    for (const value of [-1, NaN, Infinity, 2 ** 64, 'x', 1n]) {
      throwsTypeError(() => i420Frame({ [member]: value }), new RegExp(`'VideoFrame'.*${member} is`));
    }
  }
  throwsTypeError(() => i420Frame({ codedWidth: 2 ** 32 }), /codedWidth is outside/);
  for (const timestamp of [NaN, -Infinity, 2 ** 63]) throwsTypeError(() => i420Frame({ timestamp }), /timestamp is/);
  for (const rotation of [NaN, Infinity]) throwsTypeError(() => i420Frame({ rotation }), /rotation is not a finite/);
  throwsTypeError(() => i420Frame({ colorSpace: { primaries: 'x' } }), /colorSpace: primaries is "x"/);
  throwsTypeError(() => i420Frame({ layout: {} }), /layout is not a sequence/);
  throwsTypeError(() => i420Frame({ layout: [{ offset: 0 }] }), /layout\[0\].*stride is missing/);
  throwsTypeError(() => i420Frame({ layout: [{ offset: -1, stride: 0 }] }), /layout\[0\].*offset is outside/);
  throwsTypeError(() => i420Frame({ visibleRect: 1 }), /visibleRect is not an object/);
});

test('a coded size of 0, or one whose picture exceeds 2^32 bytes, is a TypeError', () => {
  throwsTypeError(() => i420Frame({ codedWidth: 0 }), /coded size is 0x2/);
  throwsTypeError(() => i420Frame({ codedHeight: 0 }), /coded size is 4x0/);
  const most = 2 ** 32 - 1;
  throwsTypeError(() => i420Frame({ codedWidth: most, codedHeight: most }), /exceeds 4294967295/);
});

test('visibleRect must be finite, not negative, not empty, and inside the coded size', () => {
  const refuses = (rect, reason) => {
    throwsTypeError(() => i420Frame({ visibleRect: { x: 0, y: 0, width: 2, height: 2, ...rect } }), reason);
  };
  for (const member of ['x', 'y', 'width', 'height']) {
    refuses({ [member]: -2 }, /visibleRect.*negative/);
    refuses({ [member]: NaN }, /visibleRect.*not finite/);
    refuses({ [member]: Infinity }, /visibleRect.*not finite/);
  }
  for (const rect of [{ width: 0 }, { height: 0 }, { width: 0.9 }]) refuses(rect, /visibleRect.*empty/);
  refuses({ x: 4 }, /visibleRect.*exceeds the coded size 4x2/);
  refuses({ x: 2, width: 3 }, /exceeds/);
  refuses({ height: 3 }, /exceeds/);
  refuses({ y: 2, height: 1 }, /exceeds/);
  refuses({ width: Number.MAX_VALUE }, /exceeds/);
});

test('visibleRect begins on a sample of every plane', () => {
  const across = { I420: 2, I422: 2, I444: 1, NV12: 2, RGBA: 1, RGBX: 1, BGRA: 1, BGRX: 1 };
  const down = { ...across, I422: 1 };
  for (const format of Object.keys(FORMATS)) {
    const kind = format.slice(0, 4);
    const at = (x, y) => patternFrame(format, 4, 4, { visibleRect: { x, y, width: 1, height: 1 } }).close();
    at(2, 2);
    if (across[kind] === 1) at(1, 2);
    else throwsTypeError(() => at(1, 2), new RegExp(`visibleRect.*alignment of ${format}`));
    if (down[kind] === 1) at(2, 1);
    else throwsTypeError(() => at(2, 1), new RegExp(`visibleRect.*alignment of ${format}`));
  }
});

test('visibleRect is truncated to whole pixels, and its members default to 0', async () => {
  const frame = patternFrame('RGBA', 4, 4, { visibleRect: { x: 1.9, y: 0.5, width: 1.99, height: 2.5 } });
  assert.deepEqual(frame.visibleRect.toJSON(), new DOMRectReadOnly(0, 0, 1, 2).toJSON());
  assert.deepEqual([frame.displayWidth, frame.displayHeight], [1, 2]);
  assert.deepEqual(await codedBytes(frame), bytesOfPart(patternOf('RGBA', 4, 4), 'RGBA', 4, 4, { x: 1, width: 1, height: 2 }));
  frame.close();
  throwsTypeError(() => i420Frame({ visibleRect: {} }), /empty/);
});

test('displayWidth and displayHeight go together, and are not 0', () => {
  throwsTypeError(() => i420Frame({ displayWidth: 4 }), /displayWidth and displayHeight go together/);
  throwsTypeError(() => i420Frame({ displayHeight: 4 }), /displayWidth and displayHeight go together/);
  throwsTypeError(() => i420Frame({ displayWidth: 0, displayHeight: 4 }), /must not be 0/);
  throwsTypeError(() => i420Frame({ displayWidth: 4, displayHeight: 0 }), /must not be 0/);
});

test('data that is smaller than the picture is a TypeError, more is not looked at', async () => {
  for (const format of Object.keys(FORMATS)) {
    const size = sizeOf(format, 5, 3);
    const make = (bytes) => new VideoFrame(new Uint8Array(bytes), { format, codedWidth: 5, codedHeight: 3, timestamp: 0 });
    throwsTypeError(() => make(size - 1), new RegExp(`data is too small: ${size - 1} bytes, ${size} are needed`));
    make(size + 1).close();
  }
  throwsTypeError(() => new VideoFrame([], {}), /neither a buffer/);
  const detached = I420_BYTES.slice();
  structuredClone(detached.buffer, { transfer: [detached.buffer] });
  const init = { format: 'I420', codedWidth: 4, codedHeight: 2, timestamp: 0 };
  throwsTypeError(() => new VideoFrame(detached, init), /too small/);
});

test('every kind of buffer is data, and a view is only what it shows', async () => {
  const init = { format: 'I420', codedWidth: 4, codedHeight: 2, timestamp: 0 };
  const shared = new SharedArrayBuffer(12);
  new Uint8Array(shared).set(I420_BYTES);
  const larger = Uint8Array.of(99, 99, ...I420_BYTES, 99).buffer;
  const kinds = [
    I420_BYTES.slice().buffer,
    Buffer.from(I420_BYTES),
    new Uint16Array(I420_BYTES.slice().buffer),
    new DataView(larger, 2, 12),
    new Uint8ClampedArray(larger, 2),
    shared,
    new Uint8Array(shared),
  ];
  for (const data of kinds) {
    const frame = new VideoFrame(data, init);
    assert.deepEqual(await codedBytes(frame), I420_BYTES);
    frame.close();
  }
});

test('data is copied', async () => {
  const data = I420_BYTES.slice();
  const frame = new VideoFrame(data, { format: 'I420', codedWidth: 4, codedHeight: 2, timestamp: 0 });
  data.fill(0);
  assert.deepEqual(await codedBytes(frame), I420_BYTES);
  frame.close();
});

test('layout says where the planes are, in any order, with gaps', async () => {
  const layout = [{ offset: 9, stride: 5 }, { offset: 1, stride: 3 }, { offset: 5, stride: 3 }];
  const data = Uint8Array.of(0, 9, 10, 0, 0, 11, 12, 0, 0, 1, 2, 3, 4, 0, 5, 6, 7, 8, 0);
  const init = { format: 'I420', codedWidth: 4, codedHeight: 2, timestamp: 0 };
  const frame = new VideoFrame(data, { ...init, layout });
  assert.deepEqual(await codedBytes(frame), I420_BYTES);
  frame.close();
  throwsTypeError(() => new VideoFrame(data.subarray(0, 18), { ...init, layout }), /data is too small: 18 bytes, 19/);
});

test('a layout of every format with rows of their own length keeps every byte', async () => {
  for (const format of Object.keys(FORMATS)) {
    const [width, height, gap] = [5, 3, 3];
    const bytes = patternOf(format, width, height);
    const layout = [];
    const spread = [];
    let from = 0;
    for (const [sampleBytes, across, down] of FORMATS[format]) {
      const row = Math.ceil(width / across) * sampleBytes;
      layout.push({ offset: spread.length, stride: row + gap });
      for (let y = 0; y < Math.ceil(height / down); y += 1, from += row) {
        spread.push(...bytes.subarray(from, from + row), 255, 255, 255);
      }
    }
    const init = { format, codedWidth: width, codedHeight: height, timestamp: 0, layout };
    const frame = new VideoFrame(Uint8Array.from(spread), init);
    assert.deepEqual(await codedBytes(frame), bytes, format);
    frame.close();
  }
});

test('an impossible layout is a TypeError that says what of it', () => {
  const [y, u, v] = [{ offset: 0, stride: 4 }, { offset: 8, stride: 2 }, { offset: 10, stride: 2 }];
  i420Frame({ layout: [y, u, v] }).close();
  throwsTypeError(() => i420Frame({ layout: [] }), /layout has 0 planes, I420 has 3/);
  throwsTypeError(() => i420Frame({ layout: [y, u] }), /layout has 2 planes/);
  throwsTypeError(() => i420Frame({ layout: [y, u, v, v] }), /layout has 4 planes/);
  throwsTypeError(() => i420Frame({ layout: [{ ...y, stride: 3 }, u, v] }), /layout\[0\].stride is 3, too small/);
  throwsTypeError(() => i420Frame({ layout: [y, { ...u, stride: 1 }, v] }), /layout\[1\].stride is 1, too small/);
  throwsTypeError(() => i420Frame({ layout: [y, { ...u, offset: 7 }, v] }), /layout\[0\] and layout\[1\] overlap/);
  throwsTypeError(() => i420Frame({ layout: [y, u, { ...v, offset: 9 }] }), /layout\[1\] and layout\[2\] overlap/);
  throwsTypeError(() => i420Frame({ layout: [y, u, { ...v, offset: 2 ** 32 - 2 }] }), /plane 2.*exceeds/);
  throwsTypeError(() => i420Frame({ layout: [{ ...y, stride: 2 ** 32 - 1 }, u, v] }), /plane 0.*exceeds/);
});

test('the frame is the visible part of the data, copied or adopted', async () => {
  for (const format of Object.keys(FORMATS)) {
    for (const visibleRect of [{ x: 2, y: 2, width: 4, height: 2 }, { x: 0, y: 4, width: 8, height: 3 }, { x: 4, y: 0, width: 3, height: 1 }]) {
      const whole = patternOf(format, 8, 7);
      const expected = bytesOfPart(whole, format, 8, 7, visibleRect);
      for (const transfer of [[], [whole.buffer]]) {
        const init = { format, codedWidth: 8, codedHeight: 7, timestamp: 0, visibleRect, transfer };
        const frame = new VideoFrame(whole, init);
        const { width, height } = visibleRect;
        assert.deepEqual([frame.codedWidth, frame.codedHeight], [width, height]);
        assert.deepEqual(frame.visibleRect.toJSON(), new DOMRectReadOnly(0, 0, width, height).toJSON());
        assert.deepEqual(await codedBytes(frame), expected, `${format}, ${transfer.length} transferred`);
        frame.close();
      }
    }
  }
});

test('data must hold the whole coded picture, also where only a part of it is visible', () => {
  const visibleRect = { width: 2, height: 2 };
  throwsTypeError(() => i420Frame({ codedHeight: 4, visibleRect }), /data is too small: 12 bytes, 24/);
});

test('the visible part of a layout with gaps', async () => {
  const layout = [{ offset: 9, stride: 5 }, { offset: 1, stride: 3 }, { offset: 5, stride: 3 }];
  const data = Uint8Array.of(0, 9, 10, 0, 0, 11, 12, 0, 0, 1, 2, 3, 4, 0, 5, 6, 7, 8, 0);
  const visibleRect = { x: 2, width: 2, height: 2 };
  const frame = new VideoFrame(data, { format: 'I420', codedWidth: 4, codedHeight: 2, timestamp: 0, layout, visibleRect });
  assert.deepEqual([...(await codedBytes(frame))], [3, 4, 7, 8, 10, 12]);
  frame.close();
});
