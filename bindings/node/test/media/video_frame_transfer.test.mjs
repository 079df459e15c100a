// W3C WebCodecs, "VideoFrame(data, init)", steps 12 to 16: what is transferred is detached.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as workers from 'node:worker_threads';

import { EncodedVideoChunk, VideoColorSpace, VideoFrame } from 'framegate';
import { throwsDom, throwsTypeError } from '../support/assertions.mjs';
import { codedBytes, FORMATS, i420Frame, I420_BYTES, patternOf } from '../support/frames.mjs';

const INIT = { format: 'I420', codedWidth: 4, codedHeight: 2, timestamp: 0 };
const isDetached = (buffer) => {
  try {
    return new Uint8Array(buffer) === null;
  } catch {
    return true;
  }
};

test('data that is transferred is detached, and its pixels are those of the frame', async () => {
  for (const format of Object.keys(FORMATS)) {
    const data = patternOf(format, 6, 4);
    const frame = new VideoFrame(data, { ...INIT, format, codedWidth: 6, codedHeight: 4, transfer: [data.buffer] });
    assert.ok(isDetached(data.buffer));
    assert.deepEqual(await codedBytes(frame), patternOf(format, 6, 4), format);
    frame.close();
  }
});

test('other buffers of the list are detached as well, the data may be in none', async () => {
  const [data, other] = [I420_BYTES.slice(), new ArrayBuffer(3)];
  const frame = new VideoFrame(data, { ...INIT, transfer: [other] });
  assert.deepEqual([isDetached(data.buffer), isDetached(other)], [false, true]);
  assert.deepEqual(await codedBytes(frame), I420_BYTES);
  frame.close();
});

test('a view with an offset, and a layout with gaps', async () => {
  const layout = [{ offset: 9, stride: 5 }, { offset: 1, stride: 3 }, { offset: 5, stride: 3 }];
  const bytes = Uint8Array.of(99, 0, 9, 10, 0, 0, 11, 12, 0, 0, 1, 2, 3, 4, 0, 5, 6, 7, 8, 0);
  const frame = new VideoFrame(bytes.subarray(1), { ...INIT, layout, transfer: [bytes.buffer] });
  assert.ok(isDetached(bytes.buffer));
  assert.deepEqual(await codedBytes(frame), I420_BYTES);
  frame.close();
});

test('the same buffer twice, and a detached one, are DataCloneErrors; nothing is detached', () => {
  const data = I420_BYTES.slice();
  const detached = new ArrayBuffer(1);
  structuredClone(detached, { transfer: [detached] });
  throwsDom(() => i420Frame({ transfer: [data.buffer, data.buffer] }), 'DataCloneError', /'VideoFrame'.*twice/);
  throwsDom(() => i420Frame({ transfer: [data.buffer, detached] }), 'DataCloneError', /already detached/);
  throwsDom(() => i420Frame({ transfer: [detached, detached] }), 'DataCloneError', /twice/);
  assert.ok(!isDetached(data.buffer));
});

test('what else is wrong comes first, and leaves the buffers alone', () => {
  const data = I420_BYTES.slice();
  const refuses = (init, reason) => {
    throwsTypeError(() => new VideoFrame(data, { ...INIT, transfer: [data.buffer, data.buffer], ...init }), reason);
  };
  refuses({ codedHeight: 4 }, /too small/);
  refuses({ layout: [] }, /layout/);
  refuses({ visibleRect: { x: 1, width: 1, height: 1 } }, /alignment/);
  refuses({ transfer: [data] }, /transfer\[0\] is not an ArrayBuffer/);
  refuses({ transfer: [new SharedArrayBuffer(1)] }, /transfer\[0\] is not an ArrayBuffer/);
  refuses({ transfer: 1 }, /transfer is not a sequence/);
  refuses({ codedWidth: 40000, codedHeight: 1, format: 'RGBA' }, /too small/);
  assert.ok(!isDetached(data.buffer));
});

test('what the library refuses leaves the buffer alone', () => {
  const data = new Uint8Array(40000 * 4);
  const init = { format: 'RGBA', codedWidth: 40000, codedHeight: 1, timestamp: 0, transfer: [data.buffer] };
  throwsTypeError(() => new VideoFrame(data, init), /width is 40000/);
  assert.ok(!isDetached(data.buffer));
});

test('a buffer that cannot be detached is an error', () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { buffer } = memory;
  throwsTypeError(() => new VideoFrame(buffer, { ...INIT, transfer: [buffer] }), /'VideoFrame'.*cannot be detached/);
  throwsTypeError(() => i420Frame({ transfer: [Buffer.from('pooled').buffer] }), /cannot be detached/);
  assert.equal(buffer.byteLength, 65536);
});

test('clones and frames of the frame share the pixels, whoever is closed first', async () => {
  const data = I420_BYTES.slice();
  const frame = new VideoFrame(data, { ...INIT, transfer: [data.buffer] });
  const clone = frame.clone();
  frame.close();
  const derived = new VideoFrame(clone, { timestamp: 5 });
  clone.close();
  globalThis.gc?.();
  assert.deepEqual(await codedBytes(derived), I420_BYTES);
  derived.close();
});

test('what the package makes cannot be cloned or transferred: an error where Node lets us say so', () => {
  const frame = i420Frame();
  const chunk = new EncodedVideoChunk({ type: 'key', timestamp: 0, data: I420_BYTES });
  for (const object of [frame, chunk, new VideoColorSpace(), frame.visibleRect]) {
    if ('markAsUncloneable' in workers) {
      assert.throws(() => structuredClone(object), { name: 'DataCloneError' });
      assert.throws(() => new workers.MessageChannel().port1.postMessage(object), { name: 'DataCloneError' });
    } else {
      assert.deepEqual(structuredClone(object), {}, 'older ones make an empty object of it');
    }
    assert.throws(() => structuredClone(object, { transfer: [object] }), { name: /DataCloneError|TypeError/ });
  }
  frame.close();
});
