// The shape of the codec classes, as the Web IDL of the W3C text has it, and what hostile arguments can do to them.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { VideoDecoder, VideoEncoder } from 'framegate';

import { assertInterface, throwsDom, throwsTypeError } from './support/assertions.mjs';
import { collectChunks, frame, H264 } from './support/video.mjs';

const COMMON = { configure: 1, flush: 0, reset: 0, close: 0 };
const INTERFACES = [
  [VideoEncoder, 'encodeQueueSize', { encode: 1 }],
  [VideoDecoder, 'decodeQueueSize', { decode: 1 }],
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
    assert.ok(type.prototype instanceof EventTarget);
    const codec = new type({ output() {}, error() {} });
    assert.equal(String(codec), `[object ${type.name}]`);
    codec.close();
  });
}

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
