// W3C WebCodecs, "EncodedAudioChunk Interface" and "EncodedVideoChunk Interface", which are the same.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { AudioDecoder, EncodedAudioChunk, EncodedVideoChunk, VideoDecoder } from 'framegate';
import { assertInterface, throwsDom, throwsTypeError } from '../support/assertions.mjs';

const BYTES = Uint8Array.of(1, 2, 3, 4, 5);

function bytesOf(chunk) {
  const bytes = new Uint8Array(chunk.byteLength);
  chunk.copyTo(bytes);
  return [...bytes];
}

for (const Chunk of [EncodedAudioChunk, EncodedVideoChunk]) describe(Chunk.name, () => {
  const chunkOf = (init = {}) => new Chunk({ type: 'key', timestamp: 10, data: BYTES, ...init });

  test('the interface', () => {
    assertInterface(Chunk, {
      constructorLength: 1,
      attributes: ['type', 'timestamp', 'duration', 'byteLength'],
      methods: { copyTo: 1 },
    });
    assert.equal(Object.getPrototypeOf(Chunk.prototype), Object.prototype);
  });

  test('attributes are what was given; duration is null if it was not', () => {
    const chunk = chunkOf();
    assert.deepEqual([chunk.type, chunk.timestamp, chunk.duration, chunk.byteLength], ['key', 10, null, 5]);
    const delta = chunkOf({ type: 'delta', timestamp: -7, duration: 33 });
    assert.deepEqual([delta.type, delta.timestamp, delta.duration], ['delta', -7, 33]);
    assert.equal(chunkOf({ duration: 0 }).duration, 0);
  });

  test('what is missing or not to be converted is a TypeError that names the member', () => {
    throwsTypeError(() => new Chunk(), /Encoded.*Chunk.*1 argument required/);
    throwsTypeError(() => new Chunk(7), /init is not an object/);
    for (const member of ['type', 'timestamp', 'data']) {
      throwsTypeError(() => chunkOf({ [member]: undefined }), new RegExp(`${Chunk.name}.*${member} is missing`));
    }
    throwsTypeError(() => chunkOf({ type: 'Key' }), /type is "Key"/);
    throwsTypeError(() => chunkOf({ data: [1, 2] }), /data is not an ArrayBuffer/);
    throwsTypeError(() => chunkOf({ transfer: 5 }), /transfer is not a sequence/);
    throwsTypeError(() => chunkOf({ transfer: [BYTES] }), /transfer\[0\] is not an ArrayBuffer/);
    throwsTypeError(() => chunkOf({ transfer: [new SharedArrayBuffer(1)] }), /transfer\[0\] is not an ArrayBuffer/);
  });

  test('numbers are converted with [EnforceRange]', () => {
    assert.equal(chunkOf({ timestamp: '12.9' }).timestamp, 12);
    assert.equal(chunkOf({ timestamp: -0.5 }).timestamp, 0);
    assert.equal(chunkOf({ timestamp: null }).timestamp, 0);
    assert.equal(chunkOf({ timestamp: Number.MIN_SAFE_INTEGER }).timestamp, Number.MIN_SAFE_INTEGER);
    for (const timestamp of [NaN, Infinity, -Infinity, 2 ** 63, 'x']) {
      throwsTypeError(() => chunkOf({ timestamp }), /Encoded.*Chunk.*timestamp/);
    }
    for (const duration of [NaN, -1, 2 ** 64]) throwsTypeError(() => chunkOf({ duration }), /Encoded.*Chunk.*duration/);
    throwsTypeError(() => chunkOf({ timestamp: 1n }), /timestamp is a BigInt/);
  });

  test('members are converted in the order of their names', () => {
    const read = [];
    new Chunk(
      new Proxy({ type: 'key', timestamp: 0, data: BYTES }, { get: (target, key) => (read.push(key), target[key]) }),
    );
    assert.deepEqual(read, ['data', 'duration', 'timestamp', 'transfer', 'type']);
  });

  test('every kind of buffer is data, and a view is only what it shows', () => {
    const shared = new SharedArrayBuffer(5);
    new Uint8Array(shared).set(BYTES);
    for (const data of [BYTES.slice().buffer, BYTES, Buffer.from(BYTES), shared, new Uint8Array(shared)]) {
      assert.deepEqual(bytesOf(chunkOf({ data })), [1, 2, 3, 4, 5]);
    }
    const { buffer } = BYTES.slice();
    assert.deepEqual(bytesOf(chunkOf({ data: new DataView(buffer, 1, 3) })), [2, 3, 4]);
    assert.deepEqual(bytesOf(chunkOf({ data: new Uint16Array(buffer, 2, 1) })), [3, 4]);
    assert.equal(chunkOf({ data: new ArrayBuffer(0) }).byteLength, 0);
  });

  test('data is copied', () => {
    const data = BYTES.slice();
    const chunk = chunkOf({ data });
    data.fill(0);
    assert.deepEqual(bytesOf(chunk), [1, 2, 3, 4, 5]);
  });

  test('copyTo takes every kind of buffer, and leaves what is behind the chunk', () => {
    const chunk = chunkOf();
    const buffer = new ArrayBuffer(8);
    chunk.copyTo(buffer);
    assert.deepEqual([...new Uint8Array(buffer)], [1, 2, 3, 4, 5, 0, 0, 0]);
    chunk.copyTo(new DataView(buffer, 2, 5));
    assert.deepEqual([...new Uint8Array(buffer)], [1, 2, 1, 2, 3, 4, 5, 0]);
    const shared = new SharedArrayBuffer(5);
    chunk.copyTo(shared);
    assert.deepEqual([...new Uint8Array(shared)], [1, 2, 3, 4, 5]);
  });

  test('copyTo of what is too small or no buffer is a TypeError', () => {
    throwsTypeError(() => chunkOf().copyTo(new Uint8Array(4)), /copyTo.*Encoded.*Chunk.*too small/);
    throwsTypeError(() => chunkOf().copyTo([1, 2, 3, 4, 5]), /destination is not an ArrayBuffer/);
    throwsTypeError(() => chunkOf().copyTo(), /1 argument required/);
    const detached = new ArrayBuffer(5);
    structuredClone(detached, { transfer: [detached] });
    throwsTypeError(() => chunkOf().copyTo(detached), /too small/);
  });

  test('transferred buffers are detached, the data is kept', () => {
    const data = BYTES.slice();
    const other = new ArrayBuffer(3);
    const chunk = chunkOf({ data: data.subarray(1, 3), transfer: [other, data.buffer] });
    assert.deepEqual([data.byteLength, other.byteLength], [0, 0]);
    assert.throws(() => new Uint8Array(data.buffer), TypeError, 'detached');
    assert.deepEqual(bytesOf(chunk), [2, 3]);
  });

  test('the same buffer twice, and a detached one, are DataCloneErrors, and nothing is detached', () => {
    const data = BYTES.slice();
    throwsDom(() => chunkOf({ data, transfer: [data.buffer, data.buffer] }), 'DataCloneError', /twice/);
    const detached = new ArrayBuffer(1);
    structuredClone(detached, { transfer: [detached] });
    throwsDom(() => chunkOf({ data, transfer: [data.buffer, detached] }), 'DataCloneError', /detached/);
    assert.equal(data.byteLength, 5);
  });

  test('the transfer list is any iterable', () => {
    const { buffer } = BYTES.slice();
    chunkOf({ data: buffer, transfer: new Set([buffer]) });
    assert.equal(buffer.byteLength, 0);
  });

  test('buffers that can change their size are refused', () => {
    const buffer = new ArrayBuffer(5, { maxByteLength: 10 });
    throwsTypeError(() => chunkOf({ data: buffer }), /data is resizable/);
    throwsTypeError(() => chunkOf().copyTo(buffer), /destination is resizable/);
  });
});

const videoChunkOf = (init) => new EncodedVideoChunk({ type: 'key', timestamp: 10, data: BYTES, ...init });

test('framegate.alphaSideData is converted and transferred as the data is, and is no part of it', () => {
  const alphaSideData = Uint8Array.of(9, 8, 7);
  const chunk = videoChunkOf({ framegate: { alphaSideData } });
  assert.deepEqual([chunk.byteLength, bytesOf(chunk)], [5, [1, 2, 3, 4, 5]]);
  for (const framegate of [undefined, null, {}, { alphaSideData: undefined }, { alphaSideData: new Uint8Array(0) }]) videoChunkOf({ framegate });
  throwsTypeError(() => videoChunkOf({ framegate: 7 }), /EncodedVideoChunk.*framegate is not an object/);
  throwsTypeError(() => videoChunkOf({ framegate: { alphaSideData: 'abc' } }), /EncodedVideoChunk.*alphaSideData is not an ArrayBuffer/);
  const { buffer } = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  const both = videoChunkOf({
    data: new Uint8Array(buffer, 1, 3), framegate: { alphaSideData: new Uint8Array(buffer, 5) }, transfer: [buffer, alphaSideData.buffer],
  });
  assert.deepEqual([buffer.byteLength, alphaSideData.byteLength], [0, 0]);
  assert.deepEqual(bytesOf(both), [2, 3, 4]);
});

test('a chunk of the other class is a TypeError', () => {
  const init = { type: 'key', timestamp: 0, data: BYTES };
  const callbacks = { output() {}, error() {} };
  throwsTypeError(() => new AudioDecoder(callbacks).decode(new EncodedVideoChunk(init)), /the argument is not an EncodedAudioChunk$/);
  throwsTypeError(() => new VideoDecoder(callbacks).decode(new EncodedAudioChunk(init)), /the argument is not an EncodedVideoChunk$/);
  throwsTypeError(() => Object.getOwnPropertyDescriptor(EncodedAudioChunk.prototype, 'type').get.call(new EncodedVideoChunk(init)), /./);
});
