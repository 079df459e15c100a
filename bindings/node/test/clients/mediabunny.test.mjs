// mediabunny on the classes of the package: as its documentation says, with framegate/polyfill and the transformer.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';

import 'framegate/polyfill';
import {
  ALL_FORMATS, BufferTarget, Conversion, EncodedPacket, EncodedPacketSink, EncodedVideoPacketSource, FilePathSource, FilePathTarget, Input,
  MkvOutputFormat, Mp4OutputFormat, Output, QUALITY_HIGH, registerVideoSampleTransformer, VideoSample, VideoSampleSink, VideoSampleSource,
  WebMOutputFormat,
} from 'mediabunny';
import { transformVideoSample } from 'framegate/mediabunny';

import { clip, frameSums, framesOf, newPath, realClips, run, sumOf } from '../support/clips.mjs';
import { patternFrame } from '../support/frames.mjs';
import { collectChunks, collectFrames, frame } from '../support/video.mjs';

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

/** Pictures of two files, in decibels; ffmpeg's psnr filter says so on stderr. */
function psnr(path, other) {
  const text = run('ffmpeg', ['-nostdin', '-i', path, '-i', other, '-lavfi', 'psnr=stats_file=-:shortest=1', '-f', 'null', '-']).toString();
  const values = [...text.matchAll(/psnr_avg:(\S+)/g)].map(([, value]) => (value === 'inf' ? 100 : Number(value)));
  return { frames: values.length, least: Math.min(...values) };
}

describe('converts to another codec, and back', () => {
  const path = clip({ size: '128x96', frames: 30 });
  for (const [codec, extension, format] of [['vp9', 'webm', new WebMOutputFormat()], ['vp8', 'webm', new WebMOutputFormat()], ['vp9', 'mp4', new Mp4OutputFormat()]]) {
    test(`${codec} in ${extension}`, async () => {
      const convert = async (from, format, to, video) => {
        const output = new Output({ format, target: new FilePathTarget(to) });
        const conversion = await Conversion.init({ input: open(from), output, video: { bitrate: 2_000_000, ...video } });
        assert.ok(conversion.isValid, JSON.stringify(conversion.discardedTracks.map(({ reason }) => reason)));
        await conversion.execute();
        return to;
      };
      const there = await convert(path, format, newPath(extension), { codec });
      const [probed] = JSON.parse(run('ffprobe', ['-show_streams', '-of', 'json', there])).streams;
      assert.deepEqual([probed.codec_name, probed.width, probed.height], [codec, 128, 96]);
      const back = await convert(there, new Mp4OutputFormat(), newPath('mp4'), { codec: 'avc' });
      // WebM does not say how long the last frame lasts, and mediabunny ends where it begins.
      const all = framesOf(path).map(({ time }) => time);
      for (const [each, expected] of [[there, all], [back, extension === 'webm' ? all.slice(0, -1) : all]]) {
        assertTimes(framesOf(each).map(({ time }) => time), expected);
        const { frames, least } = psnr(each, path);
        assert.equal(frames, expected.length);
        assert.ok(least > 28, `${least} dB`);
      }
    });
  }
});

// mediabunny's own sources split alpha off in workers of a browser. Its packets have it, too: what the encoder gives.
test('alpha in WebM: the packets of our encoder, and ours from its packets', async () => {
  const size = { width: 64, height: 48 };
  for (const [codec, short, decoderName] of [['vp8', 'vp8', 'libvpx'], ['vp09.00.10.08', 'vp9', 'libvpx-vp9']]) {
    const { encoder, outputs } = collectChunks();
    encoder.configure({ codec, ...size, alpha: 'keep', bitrate: 1_000_000 });
    for (let n = 0; n < 20; n += 1) {
      const picture = patternFrame('I420A', size.width, size.height, { timestamp: n * 40_000, duration: 40_000 });
      encoder.encode(picture);
      picture.close();
    }
    await encoder.flush();
    encoder.close();

    const path = newPath('webm');
    const output = new Output({ format: new WebMOutputFormat(), target: new FilePathTarget(path) });
    const source = new EncodedVideoPacketSource(short);
    output.addVideoTrack(source, { canBeTransparent: true });
    await output.start();
    for (const { chunk, metadata } of outputs) await source.add(EncodedPacket.fromEncodedChunk(chunk, { alpha: metadata.alphaSideData }), metadata);
    await output.finalize();

    const track = await open(path).getPrimaryVideoTrack();
    const { decoder, frames, errors } = collectFrames({ keep: true });
    decoder.configure(await track.getDecoderConfig());
    for await (const packet of new EncodedPacketSink(track).packets()) {
      const { type, microsecondTimestamp: timestamp, data, sideData } = packet;
      decoder.decode(new EncodedVideoChunk({ type, timestamp, data, framegate: { alphaSideData: sideData.alpha } }));
    }
    await decoder.flush();
    decoder.close();
    assert.deepEqual(errors, []);
    assert.deepEqual(frames.map(({ format }) => format), Array(20).fill('I420A'));
    const ours = [];
    for (const each of frames) {
      const bytes = Buffer.alloc(each.allocationSize());
      await each.copyTo(bytes);
      ours.push(bytes);
      each.close();
    }
    const theirs = run('ffmpeg', ['-nostdin', '-c:v', decoderName, '-i', path, '-f', 'rawvideo', '-pix_fmt', 'yuva420p', '-']);
    assert.ok(Buffer.concat(ours).equals(theirs), `${codec} as ffmpeg decodes it`);
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
