// Where decoders need a key chunk.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';

import { EncodedVideoChunk, VideoDecoder } from 'framegate';

import { name } from './support/assertions.mjs';
import { stream } from './support/video.mjs';

let sample;
before(async () => {
  sample = await stream(3);
});

describe('VideoDecoder: key chunks', () => {
  const delta = () => new EncodedVideoChunk({ type: 'delta', timestamp: 0, data: new Uint8Array(8) });

  const create = () => {
    const errors = [];
    const decoder = new VideoDecoder({ output: (frame) => frame.close(), error: (error) => errors.push(error) });
    return { decoder, errors };
  };

  test('one is required after configure, flush and reset', async () => {
    const { decoder } = create();
    decoder.configure(sample.config);
    assert.throws(() => decoder.decode(delta()), name('DataError'));
    decoder.decode(sample.chunks[0]);
    decoder.decode(sample.chunks[1]);
    await decoder.flush();
    assert.throws(() => decoder.decode(sample.chunks[2]), name('DataError'));
    decoder.decode(sample.chunks[0]);
    decoder.reset();
    decoder.configure(sample.config);
    assert.throws(() => decoder.decode(sample.chunks[2]), name('DataError'));
    decoder.close();
  });

  test('one that only says so is a DataError, and changes nothing', () => {
    const { decoder, errors } = create();
    decoder.configure(sample.config);
    const data = new Uint8Array(sample.chunks[1].byteLength);
    sample.chunks[1].copyTo(data);
    assert.throws(() => decoder.decode(new EncodedVideoChunk({ type: 'key', timestamp: 0, data })), name('DataError'));
    assert.throws(() => decoder.decode(delta()), name('DataError'), 'still required');
    decoder.decode(sample.chunks[0]);
    assert.deepEqual(errors, []);
    decoder.close();
  });

  test('not a chunk is a TypeError, before the state is looked at', () => {
    const { decoder } = create();
    for (const bad of [undefined, null, {}, new Uint8Array(4)]) assert.throws(() => decoder.decode(bad), TypeError);
    decoder.close();
  });
});
