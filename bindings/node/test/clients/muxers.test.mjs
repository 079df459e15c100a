// mp4-muxer and webm-muxer, which write the chunks of our encoder as they come. They look for the class among the globals.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';

import 'framegate/polyfill';
import { ArrayBufferTarget as Mp4Target, Muxer as Mp4Muxer } from 'mp4-muxer';
import { ArrayBufferTarget as WebMTarget, Muxer as WebMMuxer } from 'webm-muxer';

import { framesOf, newPath } from '../support/clips.mjs';
import { frame, FRAME_US } from '../support/video.mjs';

const SIZE = { width: 64, height: 48 };
const COUNT = 60;
const CASES = [
  ['mp4-muxer', 'mp4', () => new Mp4Muxer({ target: new Mp4Target(), video: { codec: 'avc', ...SIZE }, fastStart: 'in-memory' })],
  ['mp4-muxer, fragmented', 'mp4', () => new Mp4Muxer({ target: new Mp4Target(), video: { codec: 'avc', ...SIZE }, fastStart: 'fragmented' })],
  ['webm-muxer', 'mkv', () => new WebMMuxer({ target: new WebMTarget(), video: { codec: 'V_MPEG4/ISO/AVC', ...SIZE, frameRate: 30 }, type: 'matroska' })],
];

for (const [name, extension, make] of CASES) {
  describe(name, () => {
    for (const latencyMode of ['quality', 'realtime']) {
      test(latencyMode, async () => {
        const muxer = make();
        const encoder = new VideoEncoder({
          output: (chunk, metadata) => muxer.addVideoChunk(chunk, metadata),
          error: (error) => assert.fail(error),
        });
        encoder.configure({ codec: 'avc1.42001f', ...SIZE, framerate: 30, bitrate: 500_000, latencyMode });
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
