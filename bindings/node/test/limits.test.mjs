// How much a stream may make a decoder take: members of `config.framegate` that W3C has no word for.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { VideoDecoder } from 'framegate';

import { clip, demux } from './support/clips.mjs';
import { collectFrames } from './support/video.mjs';

describe('limits of a decoder', () => {
  const { config, chunks } = demux(clip({ size: '128x72', frames: 3, options: ['-bf', '0'] }));

  for (const [member, exceeded] of [['maxPixels', 128 * 72 - 1], ['maxSide', 127]]) {
    test(`${member}: a stream beyond it is a NotSupportedError that names it`, async () => {
      const { decoder, frames, errors } = collectFrames();
      decoder.configure({ ...config, framegate: { [member]: exceeded } });
      for (const chunk of chunks) decoder.decode(chunk);
      await assert.rejects(decoder.flush());
      assert.equal(errors.length, 1);
      assert.equal(errors[0].name, 'NotSupportedError');
      assert.match(errors[0].message, new RegExp(`${member} is ${exceeded}`));
      assert.equal(frames.length, 0);
    });

    test(`${member}: what is within it decodes`, async () => {
      const { decoder, frames, errors } = collectFrames();
      decoder.configure({ ...config, framegate: { [member]: exceeded + 1, maxSamples: 2 ** 40 } });
      for (const chunk of chunks) decoder.decode(chunk);
      await decoder.flush();
      decoder.close();
      assert.deepEqual(errors, []);
      assert.equal(frames.length, 3);
    });
  }

  test('isConfigSupported knows them, and gives them back', async () => {
    const framegate = { maxPixels: 1_000_000, maxSide: 2000, maxSamples: 5000 };
    const large = { ...config, codedWidth: 1920, codedHeight: 1080, framegate };
    assert.equal((await VideoDecoder.isConfigSupported(large)).supported, false);
    const { supported, config: given } = await VideoDecoder.isConfigSupported({ ...config, framegate });
    assert.equal(supported, true);
    assert.deepEqual(given.framegate, framegate);
  });
});
