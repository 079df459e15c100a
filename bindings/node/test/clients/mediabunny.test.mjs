// mediabunny on the classes of the package: as its documentation says, with framegate/polyfill and the transformer.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';

import 'framegate/polyfill';
import {
  ALL_FORMATS, BufferTarget, Conversion, FilePathSource, FilePathTarget, Input, MkvOutputFormat, Mp4OutputFormat, Output,
  QUALITY_HIGH, registerVideoSampleTransformer, VideoSample, VideoSampleSink, VideoSampleSource,
} from 'mediabunny';
import { transformVideoSample } from 'framegate/mediabunny';

import { clip, frameSums, framesOf, newPath, realClips, sumOf } from '../support/clips.mjs';
import { frame } from '../support/video.mjs';

registerVideoSampleTransformer(transformVideoSample);

const open = (path) => new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });

async function sinkOf(path) {
  const track = await open(path).getPrimaryVideoTrack();
  return new VideoSampleSink(track);
}

async function pixelsOf(sample) {
  const picture = sample.toVideoFrame();
  const sum = await sumOf(picture);
  picture.close();
  sample.close();
  return sum;
}

/** Times as ffprobe has them, which says microseconds. */
const near = (a, b) => Math.abs(a - b) < 2e-6;

function assertTimes(actual, expected) {
  assert.equal(actual.length, expected.length);
  actual.forEach((time, n) => assert.ok(near(time, expected[n]), `frame ${n} is at ${time}, not at ${expected[n]}`));
}

describe('reads', () => {
  const files = [
    ['B-frames', clip({ frames: 40 })],
    ['1 key frame, 30000/1001 a second', clip({ frames: 40, rate: '30000/1001', options: ['-g', '1000'] })],
    ...realClips().map((path) => [path.split('/').at(-1), path]),
  ];
  for (const [name, path] of files) {
    test(name, async () => {
      const sink = await sinkOf(path);
      const times = [];
      const sums = [];
      for await (const sample of sink.samples()) {
        times.push(sample.timestamp);
        sums.push(await pixelsOf(sample));
      }
      assertTimes(times, framesOf(path).map(({ time }) => time));
      assert.deepEqual(sums, frameSums(path));
    });
  }
});

test('random access, forwards and backwards', async () => {
  const path = clip({ frames: 60, rate: 30, options: ['-g', '12', '-bf', '3'] });
  const sums = frameSums(path);
  const times = framesOf(path).map(({ time }) => time);
  const sink = await sinkOf(path);
  for (const n of [0, 59, 13, 12, 11, 40, 41, 2]) {
    const sample = await sink.getSample(times[n] + 0.001);
    assert.ok(near(sample.timestamp, times[n]), `${sample.timestamp} for frame ${n}`);
    assert.equal(await pixelsOf(sample), sums[n], `frame ${n}`);
  }
  const expected = [5, 6, 30, 31, 58].map((n) => times[n]);
  const found = [];
  for await (const sample of sink.samplesAtTimestamps(expected.map((time) => time + 0.001))) {
    found.push(sample.timestamp);
    sample.close();
  }
  assertTimes(found, expected);
});

describe('converts', () => {
  const path = clip({ size: '128x96', frames: 30 });
  const cases = [
    ['to another size', { width: 64, height: 48, fit: 'fill' }, [64, 48]],
    ['to a larger one', { width: 160 }, [160, 120]],
    ['cropped', { crop: { left: 16, top: 8, width: 64, height: 32 } }, [64, 32]],
    ['in a box', { width: 96, height: 96, fit: 'contain' }, [96, 96]],
    ['turned', { rotate: 90, allowRotationMetadata: false }, [96, 128]],
  ];
  for (const [name, video, [width, height]] of cases) {
    test(name, async () => {
      const output = new Output({ format: new Mp4OutputFormat(), target: new BufferTarget() });
      const conversion = await Conversion.init({ input: open(path), output, video: { ...video, codec: 'avc', bitrate: QUALITY_HIGH } });
      assert.ok(conversion.isValid);
      await conversion.execute();
      const converted = newPath('mp4');
      writeFileSync(converted, Buffer.from(output.target.buffer));
      const frames = framesOf(converted);
      assertTimes(frames.map(({ time }) => time), framesOf(path).map(({ time }) => time));
      for (const each of frames) assert.deepEqual([each.width, each.height], [width, height]);
    });
  }
});

describe('writes', () => {
  const formats = [
    ['mp4', 'MP4', new Mp4OutputFormat()],
    ['mp4', 'fragmented MP4', new Mp4OutputFormat({ fastStart: 'fragmented' })],
    ['mkv', 'MKV', new MkvOutputFormat()],
  ];
  for (const [extension, name, format] of formats) {
    test(name, async () => {
      const path = newPath(extension);
      const output = new Output({ format, target: new FilePathTarget(path) });
      const source = new VideoSampleSource({ codec: 'avc', bitrate: 500_000, keyFrameInterval: 1 });
      output.addVideoTrack(source, { frameRate: 25 });
      await output.start();
      for (let n = 0; n < 50; n += 1) {
        const picture = frame(n, { width: 64, height: 48 }, { timestamp: n * 40_000, duration: 40_000 });
        const sample = new VideoSample(picture);
        await source.add(sample);
        sample.close();
      }
      await output.finalize();
      const frames = framesOf(path);
      assertTimes(frames.map(({ time }) => time), Array.from({ length: 50 }, (_, n) => n * 0.04));
      assert.ok(frames[0].key && frames[25].key, 'a key frame a second');
      for (const { width, height } of frames) assert.deepEqual([width, height], [64, 48]);
    });
  }
});
