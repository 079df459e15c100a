// W3C WebCodecs, "VideoFrame(image, init)", "Initialize Frame From Other Frame", "Initialize Frame With Resource".
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { DOMRectReadOnly, VideoFrame } from 'framegate';
import { throwsDom, throwsTypeError } from '../support/assertions.mjs';
import { codedBytes, FORMATS, i420Frame, patternFrame, patternOf } from '../support/frames.mjs';

const imageData = (width, height, more = {}) => ({ width, height, data: patternOf('RGBA', width, height), ...more });

/** A canvas as packages for Node have it. */
const canvasOf = (width, height) => ({
  width,
  height,
  getContext: (type) => (type === '2d' ? { getImageData: (x, y, w, h) => imageData(w, h) } : null),
});

test('a frame of a frame has its facts', () => {
  const frame = patternFrame('NV12', 8, 4, {
    timestamp: 5,
    duration: 6,
    visibleRect: { x: 2, y: 2, width: 4, height: 2 },
    displayWidth: 40,
    displayHeight: 30,
    rotation: 90,
    flip: true,
    colorSpace: { matrix: 'bt470bg' },
  });
  const other = new VideoFrame(frame);
  for (const name of ['format', 'codedWidth', 'codedHeight', 'rotation', 'flip', 'displayWidth', 'displayHeight', 'timestamp', 'duration']) {
    assert.equal(other[name], frame[name], name);
  }
  assert.deepEqual(other.visibleRect.toJSON(), frame.visibleRect.toJSON());
  assert.deepEqual(other.colorSpace.toJSON(), frame.colorSpace.toJSON());
  other.close();
  frame.close();
});

test('a frame of a frame has the same pixels, which outlive the other', async () => {
  for (const format of Object.keys(FORMATS)) {
    const frame = patternFrame(format, 5, 3);
    const other = new VideoFrame(frame, { timestamp: 1 });
    frame.close();
    assert.deepEqual(await codedBytes(other), patternOf(format, 5, 3), format);
    other.close();
  }
});

test('a frame of a frame overrides what was given', () => {
  const frame = i420Frame({ timestamp: 5, duration: 6 });
  const other = new VideoFrame(frame, { timestamp: 7, duration: 0, visibleRect: { x: 2, width: 2, height: 1 } });
  assert.deepEqual([other.timestamp, other.duration], [7, 0]);
  assert.deepEqual(other.visibleRect.toJSON(), new DOMRectReadOnly(2, 0, 2, 1).toJSON());
  assert.deepEqual([other.codedWidth, other.codedHeight], [4, 2]);
  assert.deepEqual([frame.timestamp, frame.duration, frame.visibleRect.x], [5, 6, 0], 'the other stays as it is');
  other.close();
  frame.close();
});

test('times of VideoFrameInit are taken modulo 2^64, not refused', () => {
  const frame = i420Frame();
  const timesOf = (init) => {
    const other = new VideoFrame(frame, init);
    const times = [other.timestamp, other.duration];
    other.close();
    return times;
  };
  assert.deepEqual(timesOf({ timestamp: NaN, duration: Infinity }), [0, 0]);
  assert.deepEqual(timesOf({ timestamp: 2 ** 64 + 4096, duration: -4096 }), [4096, 2 ** 64 - 4096]);
  assert.deepEqual(timesOf({ timestamp: '-3.7', duration: 2.9 }), [-3, 2]);
  frame.close();
});

test('alpha "discard" gives the opaque format, "keep" the same', async () => {
  for (const format of Object.keys(FORMATS)) {
    const opaque = format.replace(/^(I4..)A/, '$1').replace(/^(RGB|BGR)A/, '$1X');
    const frame = patternFrame(format, 4, 2);
    const kept = new VideoFrame(frame, { alpha: 'keep' });
    const discarded = new VideoFrame(frame, { alpha: 'discard' });
    assert.deepEqual([kept.format, discarded.format], [format, opaque]);
    const bytes = await codedBytes(discarded);
    if (opaque[0] === 'I') assert.deepEqual(bytes, patternOf(format, 4, 2).subarray(0, bytes.length), 'no plane of alpha');
    for (const each of [frame, kept, discarded]) each.close();
  }
  throwsTypeError(() => new VideoFrame(i420Frame(), { alpha: 'drop' }), /alpha is "drop"/);
});

test('metadata is that of init, deep-copied; without one there is none', () => {
  const given = { captureTime: 1.5, rtpTimestamp: 7, segments: [{ id: 1 }], unknown: 1 };
  const frame = i420Frame({ metadata: given });
  given.segments[0].id = 9;
  const known = { captureTime: 1.5, rtpTimestamp: 7, segments: [{ id: 1 }] };
  assert.deepEqual(frame.metadata(), known);
  frame.metadata().segments.push(2);
  assert.deepEqual(frame.metadata(), known);

  const clone = frame.clone();
  const other = new VideoFrame(frame);
  const given2 = new VideoFrame(frame, { metadata: { receiveTime: 2 } });
  assert.deepEqual([clone.metadata(), other.metadata(), given2.metadata()], [known, {}, { receiveTime: 2 }]);
  for (const each of [frame, clone, other, given2]) each.close();
  throwsTypeError(() => i420Frame({ metadata: { rtpTimestamp: -1 } }), /metadata: rtpTimestamp/);
  assert.throws(() => i420Frame({ metadata: { segments: [() => 1] } }), { name: 'DataCloneError' });
});

test('members are converted in the order of their names, before the frame is looked at', () => {
  const read = [];
  const closed = i420Frame();
  closed.close();
  const init = new Proxy({}, { get: (target, key) => (read.push(key), target[key]) });
  throwsDom(() => new VideoFrame(closed, init), 'InvalidStateError', /'VideoFrame'.*closed/);
  assert.deepEqual(read, [
    'alpha', 'displayHeight', 'displayWidth', 'duration', 'flip', 'metadata', 'rotation', 'timestamp', 'visibleRect',
  ]);
  throwsTypeError(() => new VideoFrame(closed, { displayWidth: -1 }), /displayWidth/);
});

test('an impossible VideoFrameInit is a TypeError', () => {
  const frame = i420Frame();
  const refuses = (init, reason) => throwsTypeError(() => new VideoFrame(frame, init), reason);
  refuses({ visibleRect: { x: 1, width: 2, height: 2 } }, /visibleRect.*alignment/);
  refuses({ visibleRect: { y: 1, width: 2, height: 1 } }, /visibleRect.*alignment/);
  refuses({ visibleRect: { x: -2, width: 2, height: 2 } }, /negative/);
  refuses({ visibleRect: { width: 2, height: NaN } }, /not finite/);
  refuses({ visibleRect: { width: 2 } }, /empty/);
  refuses({ visibleRect: { x: 2, width: 4, height: 2 } }, /exceeds the coded size 4x2/);
  refuses({ displayWidth: 1 }, /go together/);
  refuses({ displayHeight: 1 }, /go together/);
  refuses({ displayWidth: 0, displayHeight: 1 }, /must not be 0/);
  refuses({ rotation: NaN }, /rotation/);
  refuses(3, /init is not an object/);
  frame.close();
});

test('ImageData becomes RGBA, and is copied', async () => {
  const image = imageData(3, 2);
  const frame = new VideoFrame(image, { timestamp: 10 });
  image.data.fill(0);
  assert.equal(frame.format, 'RGBA');
  assert.deepEqual([frame.codedWidth, frame.codedHeight, frame.displayWidth, frame.displayHeight], [3, 2, 3, 2]);
  assert.deepEqual([frame.timestamp, frame.duration], [10, null]);
  assert.deepEqual(frame.colorSpace.toJSON(), { primaries: 'bt709', transfer: 'iec61966-2-1', matrix: 'rgb', fullRange: true });
  assert.deepEqual(await codedBytes(frame), patternOf('RGBA', 3, 2));
  frame.close();
  const wide = new VideoFrame(imageData(3, 2, { colorSpace: 'display-p3' }), { timestamp: 0, alpha: 'discard', duration: 3 });
  assert.deepEqual([wide.format, wide.colorSpace.primaries, wide.duration], ['RGBX', 'smpte432', 3]);
  wide.close();
});

test('a canvas gives its pixels', async () => {
  const init = { timestamp: 0, visibleRect: { x: 1, y: 0, width: 2, height: 2 }, rotation: 90, flip: true };
  const frame = new VideoFrame(canvasOf(4, 2), init);
  assert.deepEqual(await codedBytes(frame), patternOf('RGBA', 4, 2));
  assert.deepEqual([frame.visibleRect.x, frame.rotation, frame.flip], [1, 90, true]);
  frame.close();
});

test('images need a timestamp, and pixels', () => {
  throwsTypeError(() => new VideoFrame(imageData(1, 1)), /timestamp is missing/);
  throwsTypeError(() => new VideoFrame(canvasOf(1, 1), {}), /timestamp is missing/);
  throwsDom(() => new VideoFrame(canvasOf(0, 1), { timestamp: 0 }), 'InvalidStateError', /no pixels/);
  throwsDom(() => new VideoFrame({ ...canvasOf(1, 1), getContext: () => null }, { timestamp: 0 }), 'InvalidStateError', /context/);
  throwsTypeError(() => new VideoFrame({ ...imageData(1, 1), data: new Uint8Array(3) }, { timestamp: 0 }), /too small/);
  throwsTypeError(() => new VideoFrame(imageData(4, 2), { timestamp: 0, visibleRect: { x: 4, width: 1, height: 1 } }), /exceeds/);
  for (const other of [null, undefined, 5, 'x', {}, { width: 1, height: 1 }, []]) {
    throwsTypeError(() => new VideoFrame(other, { timestamp: 0 }), /first argument is neither/);
  }
});
