// What config.framegate and VideoFrameInit.framegate add to the W3C text, and rates.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { VideoEncoder, VideoFrame } from 'framegate';

import { codedBytes, i420Frame } from './support/frames.mjs';
import { collectChunks, encode, FRAME_US, nextTask, SMALL, stream } from './support/video.mjs';

const HIGH = { codec: 'avc1.64001f', ...SMALL, framerate: 30 };

async function timesOf(config) {
  const { encoder, outputs, errors } = collectChunks();
  encoder.configure(config);
  for (let n = 0; n < 30; n += 1) encode(encoder, n);
  await encoder.flush();
  assert.deepEqual(errors, []);
  return outputs.map(({ chunk, metadata }) => [chunk.timestamp, metadata.framegate.decodeTimestamp]);
}

describe('B-frames', () => {
  test('there are none unless asked for: chunks come in the order in which they are shown', async () => {
    for (const more of [{}, { framegate: { bFrames: 0 } }, { framegate: { ffmpeg: { 'x264-params': 'aud=1' } } }]) {
      const times = await timesOf({ ...HIGH, ...more });
      assert.deepEqual(times, Array.from({ length: 30 }, (_, n) => [n * FRAME_US, n * FRAME_US]));
    }
  });

  const ask = { bFrames: { bFrames: 2 }, bf: { ffmpeg: { bf: 2 } }, params: { ffmpeg: { 'x264-params': 'aud=1:bframes=2' } } };
  for (const [how, framegate] of Object.entries(ask)) {
    test(`asked for by ${how}, chunks come in decode order, at the times that the metadata has`, async () => {
      const { ffmpeg, ...rest } = framegate;
      const times = await timesOf({ ...HIGH, framegate: { ...rest, ffmpeg: { b_strategy: 0, ...ffmpeg } } });
      const shown = times.map(([timestamp]) => timestamp);
      const decoded = times.map(([, time]) => time);
      assert.notDeepEqual(shown, shown.toSorted((a, b) => a - b));
      assert.deepEqual(decoded, decoded.toSorted((a, b) => a - b));
      assert.ok(times.every(([timestamp, time]) => time <= timestamp));
    });
  }

  test('more than 16 are refused by name', async () => {
    const { encoder, errors } = collectChunks();
    assert.throws(() => encoder.configure({ ...HIGH, framegate: { bFrames: -1 } }), TypeError);
    encoder.configure({ ...HIGH, framegate: { bFrames: 17 } });
    await nextTask();
    assert.match(errors[0].message, /bFrames is "17", allowed are whole numbers from 0 to 16/);
  });
});

test('another bitrate makes no key frame and no decoder configuration', async () => {
  const { encoder, outputs } = collectChunks();
  for (const [part, bitrate] of [300_000, 100_000, 900_000].entries()) {
    encoder.configure({ ...HIGH, bitrate, framegate: { ffmpeg: { sc_threshold: 0 } } }); // no key frame at cuts
    for (let n = 0; n < 20; n += 1) encode(encoder, 20 * part + n);
  }
  await encoder.flush();
  assert.equal(outputs.length, 60);
  assert.equal(outputs.filter(({ chunk }) => chunk.type === 'key').length, 1);
  assert.equal(outputs.filter(({ metadata }) => metadata.decoderConfig).length, 1);
});

test('decoderConfig.codec is the configured string, letter by letter', async () => {
  for (const codec of ['avc1.64001F', 'avc1.42E01e', 'avc3.4d001f']) {
    assert.equal((await stream(1, { ...HIGH, codec })).config.codec, codec);
  }
});

describe('VideoFrameInit.framegate', () => {
  test('resizeWidth and resizeHeight make a frame of that size', async () => {
    const frame = new VideoFrame(new Uint8Array(696 * 59 + 2 * 348 * 30).fill(90), {
      format: 'I420', codedWidth: 696, codedHeight: 59, timestamp: 5, duration: 6, displayWidth: 1392, displayHeight: 59,
    });
    const resized = new VideoFrame(frame, { framegate: { resizeWidth: 16, resizeHeight: 720 } });
    frame.close();
    assert.deepEqual([resized.codedWidth, resized.codedHeight, resized.format], [16, 720, 'I420']);
    assert.deepEqual([resized.displayWidth, resized.displayHeight], [32, 720]);
    assert.deepEqual([resized.timestamp, resized.duration], [5, 6]);
    assert.ok((await codedBytes(resized)).every((byte) => byte === 90));
    resized.close();
  });

  test('one of them is enough, and the visible part counts', () => {
    const frame = i420Frame({ visibleRect: { x: 2, y: 0, width: 2, height: 2 } });
    const resized = new VideoFrame(frame, { framegate: { resizeHeight: 100 } });
    assert.deepEqual([resized.codedWidth, resized.codedHeight, resized.visibleRect.x], [100, 100, 0]);
    const shown = new VideoFrame(frame, { framegate: { resizeWidth: 10 }, displayWidth: 7, displayHeight: 8 });
    assert.deepEqual([shown.codedWidth, shown.codedHeight, shown.displayWidth, shown.displayHeight], [10, 10, 7, 8]);
    const image = { width: 4, height: 2, data: new Uint8ClampedArray(32).fill(200) };
    const small = new VideoFrame(image, { timestamp: 0, framegate: { resizeWidth: 2 } });
    assert.deepEqual([small.codedWidth, small.codedHeight], [2, 1]);
    for (const each of [frame, resized, shown, small]) each.close();
  });

  test('impossible sizes are TypeErrors, and nothing is leaked or lost', () => {
    const frame = i420Frame();
    for (const framegate of [{ resizeWidth: 0 }, { resizeHeight: -1 }, { resizeWidth: 32_769, resizeHeight: 1 }]) {
      assert.throws(() => new VideoFrame(frame, { framegate }), TypeError);
    }
    assert.equal(frame.codedWidth, 4);
    frame.close();
  });
});

test('a NUL ends no text before its time: it is refused by name', async () => {
  for (const ffmpeg of [{ preset: 'ultrafast\0slow' }, { 'preset\0x': 'ultrafast' }]) {
    const { encoder, errors } = collectChunks();
    encoder.configure({ ...HIGH, framegate: { ffmpeg } });
    await nextTask();
    assert.deepEqual(errors.map(({ name, message }) => [name, /has a NUL in it/.test(message)]), [['NotSupportedError', true]]);
    assert.equal((await VideoEncoder.isConfigSupported({ ...HIGH, framegate: { ffmpeg } })).supported, false);
  }
});
