// The shape of the codec classes, as the Web IDL of the W3C text has it, and what hostile arguments can do to them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import * as workers from 'node:worker_threads';

import { AudioDecoder, AudioEncoder, VideoDecoder, VideoEncoder } from 'framegate';

import { assertInterface, throwsDom, throwsTypeError } from './support/assertions.mjs';
import { collectChunks, encode, frame, H264 } from './support/video.mjs';

const COMMON = { configure: 1, flush: 0, reset: 0, close: 0 };
const INTERFACES = [
  [VideoEncoder, 'encodeQueueSize', { encode: 1 }],
  [VideoDecoder, 'decodeQueueSize', { decode: 1 }],
  [AudioEncoder, 'encodeQueueSize', { encode: 1 }],
  [AudioDecoder, 'decodeQueueSize', { decode: 1 }],
];

for (const [type, queueSize, methods] of INTERFACES) {
  test(type.name, () => {
    assertInterface(type, {
      constructorLength: 1,
      attributes: ['state', queueSize, 'ondequeue'],
      writable: ['ondequeue'],
      methods: { ...COMMON, ...methods },
    });
    assert.equal(type.isConfigSupported.length, 1);
    assert.equal(Object.getOwnPropertyDescriptor(type, 'isConfigSupported').enumerable, true);
    assert.equal(Object.getPrototypeOf(type.prototype), EventTarget.prototype);
    assert.equal(Object.getPrototypeOf(type), EventTarget);
    const codec = new type({ output() {}, error() {} });
    assert.equal(String(codec), `[object ${type.name}]`);
    codec.close();
  });
}

for (const [type, , methods] of INTERFACES) {
  test(`${type.name}: what returns a promise never throws`, async () => {
    for (const nobody of [null, {}, new EventTarget(), type.prototype]) {
      await assert.rejects(type.prototype.flush.call(nobody), TypeError);
      await assert.rejects(Reflect.get(type.prototype, 'ready', nobody ?? {}), TypeError);
    }
    assert.throws(() => type.prototype.reset.call({}), TypeError);
  });

  test(`${type.name}: an error prints its name once`, () => {
    const codec = new type({ output() {}, error() {} });
    for (const code of [() => codec.configure({}), () => codec.configure({ codec: ' ', sampleRate: 1, numberOfChannels: 1 }), () => codec[Object.keys(methods)[0]]({}), () => new type({})]) {
      assert.throws(code, (error) => String(error).match(/TypeError/g).length === 1);
    }
    codec.close();
    assert.throws(() => codec.reset(), (error) => inspect(error).split('\n')[0] === 'DOMException [InvalidStateError]: the codec is closed');
  });

  test(`${type.name}: console.log shows state and gate`, () => {
    const codec = new type({ output() {}, error() {}, slots: 7, backpressure: 'queue' });
    const shown = inspect(codec);
    for (const text of [type.name, "state: 'unconfigured'", 'slots: 7', "backpressure: 'queue'", 'inFlight: 0', 'desiredSize: 7']) {
      assert.ok(shown.includes(text), shown);
    }
    assert.equal(inspect({ deep: { deeper: { codec } } }).includes(`[${type.name}]`), true);
    codec.close();
    assert.match(inspect(codec), /state: 'closed'[^]*inFlight: 0/);
  });
}

test('console.log of a codec at work', async () => {
  const { encoder } = collectChunks({ slots: 3 });
  encoder.configure(H264);
  encode(encoder, 0);
  assert.match(inspect(encoder), /state: 'configured'[^]*slots: 3/);
  await encoder.flush();
  encoder.close();
});

test('structuredClone of a codec: refused where Node lets a package say so, an empty object before 22.10', () => {
  for (const [type] of INTERFACES) {
    const codec = new type({ output() {}, error() {} });
    if ('markAsUncloneable' in workers) assert.throws(() => structuredClone(codec), { name: 'DataCloneError' });
    else assert.deepEqual(structuredClone(codec), {});
    codec.close();
  }
});

test('a frame that is closed while the options are read is a TypeError', async () => {
  const { encoder, outputs } = collectChunks();
  encoder.configure(H264);
  const picture = frame(0);
  const closing = {
    get keyFrame() {
      picture.close();
      return true;
    },
  };
  throwsTypeError(() => encoder.encode(picture, closing), /the frame is closed/);
  await encoder.flush();
  assert.equal(outputs.length, 0);
  encoder.close();
});

test('a codec that is closed while the options are read is an InvalidStateError', () => {
  const { encoder } = collectChunks();
  encoder.configure(H264);
  const picture = frame(0);
  const closing = {
    get avc() {
      encoder.close();
      return {};
    },
  };
  throwsDom(() => encoder.encode(picture, closing), 'InvalidStateError');
  picture.close();
});
