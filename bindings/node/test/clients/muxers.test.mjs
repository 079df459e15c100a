// mp4-muxer and webm-muxer, which write the chunks of our encoder as they come. They look for the class among the globals.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';

import 'framegate/polyfill';
import { ArrayBufferTarget as Mp4Target, Muxer as Mp4Muxer } from 'mp4-muxer';
import { ArrayBufferTarget as WebMTarget, Muxer as WebMMuxer } from 'webm-muxer';

import { framesOf, frameSums, newPath, sumOf } from '../support/clips.mjs';
import { collectFrames, frame, FRAME_US } from '../support/video.mjs';

const SIZE = { width: 64, height: 48 };
const COUNT = 60;
const AVC = 'avc1.42001f';
const VP9 = 'vp09.00.10.08';
const CASES = [
  ['mp4-muxer', 'mp4', AVC, () => new Mp4Muxer({ target: new Mp4Target(), video: { codec: 'avc', ...SIZE }, fastStart: 'in-memory' })],
  ['mp4-muxer, fragmented', 'mp4', AVC, () => new Mp4Muxer({ target: new Mp4Target(), video: { codec: 'avc', ...SIZE }, fastStart: 'fragmented' })],
  ['mp4-muxer, VP9', 'mp4', VP9, () => new Mp4Muxer({ target: new Mp4Target(), video: { codec: 'vp9', ...SIZE }, fastStart: 'in-memory' })],
  ['webm-muxer, H.264', 'mkv', AVC, () => new WebMMuxer({ target: new WebMTarget(), video: { codec: 'V_MPEG4/ISO/AVC', ...SIZE, frameRate: 30 }, type: 'matroska' })],
  ['webm-muxer, VP8', 'webm', 'vp8', () => new WebMMuxer({ target: new WebMTarget(), video: { codec: 'V_VP8', ...SIZE, frameRate: 30 } })],
  ['webm-muxer, VP9', 'webm', VP9, () => new WebMMuxer({ target: new WebMTarget(), video: { codec: 'V_VP9', ...SIZE, frameRate: 30 } })],
];

for (const [name, extension, codec, make] of CASES) {
  describe(name, () => {
    for (const latencyMode of ['quality', 'realtime']) {
      test(latencyMode, async () => {
        const muxer = make();
        const encoder = new VideoEncoder({
          output: (chunk, metadata) => muxer.addVideoChunk(chunk, metadata),
          error: (error) => assert.fail(error),
        });
        encoder.configure({ codec, ...SIZE, framerate: 30, bitrate: 500_000, latencyMode });
        for (let n = 0; n < COUNT; n += 1) {
          await encoder.ready;
          const picture = frame(n, SIZE, { duration: FRAME_US }); // mp4-muxer refuses chunks without one
          encoder.encode(picture, { keyFrame: n % 30 === 0 });
          picture.close();
        }
        await encoder.flush();
        encoder.close();
        muxer.finalize();
        const path = newPath(extension);
        writeFileSync(path, Buffer.from(muxer.target.buffer));
        const frames = framesOf(path);
        assert.equal(frames.length, COUNT);
        frames.forEach(({ time, key, width, height }, n) => {
          assert.ok(Math.abs(time - (n * FRAME_US) / 1e6) < 0.001, `frame ${n} is at ${time}`); // milliseconds in Matroska
          if (n % 30 === 0) assert.ok(key, `frame ${n}`);
          assert.deepEqual([width, height], [64, 48]);
        });
      });
    }
  });
}

test("webm-muxer's usual loop writes what our decoder sees", async () => {
  const { decoder, frames } = collectFrames({ keep: true });
  const muxer = new WebMMuxer({ target: new WebMTarget(), video: { codec: 'V_VP9', width: 128, height: 72 } });
  const videoEncoder = new VideoEncoder({
    output: (chunk, meta) => {
      muxer.addVideoChunk(chunk, meta);
      if (meta.decoderConfig) decoder.configure(meta.decoderConfig);
      decoder.decode(chunk);
    },
    error: (e) => console.error(e),
  });
  videoEncoder.configure({ codec: VP9, width: 128, height: 72, bitrate: 1e6 });
  for (let n = 0; n < COUNT; n += 1) {
    const picture = frame(n, { width: 128, height: 72 });
    videoEncoder.encode(picture);
    picture.close();
  }
  await videoEncoder.flush();
  muxer.finalize();
  await decoder.flush();
  const path = newPath('webm');
  writeFileSync(path, Buffer.from(muxer.target.buffer));
  const sums = [];
  for (const each of frames) {
    sums.push(await sumOf(each));
    each.close();
  }
  assert.equal(sums.length, COUNT);
  assert.deepEqual(sums, frameSums(path));
});
