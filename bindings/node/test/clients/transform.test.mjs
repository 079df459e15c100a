// transformVideoSample, which mediabunny calls, against FFmpeg's filters.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import 'framegate/polyfill';
import { registerVideoSampleTransformer, VideoSample } from 'mediabunny';
import { transformVideoSample } from 'framegate/mediabunny';

import { run } from '../support/clips.mjs';

registerVideoSampleTransformer(transformVideoSample);

const WIDTH = 64;
const HEIGHT = 48;
const PIXEL_FORMATS = { I420: 'yuv420p', I422: 'yuv422p', I444: 'yuv444p', NV12: 'nv12', I420P10: 'yuv420p10le', RGBA: 'rgba', RGBX: 'rgb0' };
const rawvideo = (format, size) => ['-f', 'rawvideo', '-pix_fmt', PIXEL_FORMATS[format], '-s', size];

/** A picture of ffmpeg's. */
function picture(format) {
  const source = ['-f', 'lavfi', '-i', `testsrc2=size=${WIDTH}x${HEIGHT}`, '-frames:v', '1'];
  return run('ffmpeg', ['-nostdin', ...source, '-f', 'rawvideo', '-pix_fmt', PIXEL_FORMATS[format], '-']);
}

const filtered = (format, bytes, filter) =>
  run('ffmpeg', [...rawvideo(format, `${WIDTH}x${HEIGHT}`), '-i', '-', '-vf', filter, '-f', 'rawvideo', '-pix_fmt', PIXEL_FORMATS[format], '-'], bytes);

const sampleOf = (format, bytes, init = {}, sample = {}) =>
  new VideoSample(new VideoFrame(bytes, { format, codedWidth: WIDTH, codedHeight: HEIGHT, timestamp: 40_000, duration: 20_000, ...init }), sample);

/** What the transformation gives, without its padding; everything is closed. */
async function transformed(sample, options) {
  const result = await sample.transform(options);
  const frame = result.toVideoFrame();
  const bytes = Buffer.alloc(frame.allocationSize());
  await frame.copyTo(bytes);
  const { format, visibleRect, displayWidth, displayHeight } = frame;
  assert.deepEqual([result.timestamp, result.duration, result.rotation, result.flip], [0.04, 0.02, 0, false]);
  assert.deepEqual([displayWidth, displayHeight], [visibleRect.width, visibleRect.height], 'square pixels');
  for (const each of [sample, result, frame]) each.close();
  return { bytes, format, size: [visibleRect.width, visibleRect.height] };
}

/** How near the bytes are, in decibels. */
function psnr(a, b) {
  assert.equal(a.length, b.length);
  const sum = a.reduce((total, value, i) => total + (value - b[i]) ** 2, 0);
  return sum === 0 ? Infinity : 10 * Math.log10((255 ** 2 * a.length) / sum);
}

/** Without the byte that RGBX does not use. */
const colours = (bytes) => bytes.filter((_, i) => i % 4 !== 3);

const TURNS = { 0: 'null', 90: 'transpose=clock', 180: 'hflip,vflip', 270: 'transpose=cclock' };

describe('turned, mirrored and cropped pixels are the same ones', () => {
  for (const format of ['I420', 'NV12', 'I420P10', 'RGBA']) {
    test(format, async () => {
      const bytes = picture(format);
      for (const rotate of [0, 90, 180, 270]) {
        for (const flip of [false, true]) {
          const crop = { left: 4, top: 8, width: 32, height: 24 };
          const filter = `${TURNS[rotate]}${flip ? ',hflip' : ''},crop=32:24:4:8`;
          const { bytes: result, size } = await transformed(sampleOf(format, bytes), { rotate, flip, crop });
          assert.deepEqual(size, [32, 24]);
          assert.deepEqual(result, filtered(format, bytes, filter), `${rotate} degrees, flip ${flip}`);
        }
      }
    });
  }

  test("on top of the sample's own turn", async () => {
    const bytes = picture('I420');
    const { bytes: result } = await transformed(sampleOf('I420', bytes, {}, { rotation: 90 }), { rotate: 180 });
    assert.deepEqual(result, filtered('I420', bytes, 'transpose=cclock'));
  });
});

test('4:2:2 on its side, and a crop that begins between chroma samples, are right in RGB', async () => {
  const matrix = 'scale=in_color_matrix=bt709:in_range=tv:flags=bilinear,format=rgb0';
  for (const [format, options, filter] of [
    ['I422', { rotate: 90 }, `${matrix},transpose=clock`],
    ['I420', { crop: { left: 3, top: 5, width: 20, height: 10 } }, `${matrix},crop=20:10:3:5`],
  ]) {
    const source = picture(format);
    const { bytes, format: given } = await transformed(sampleOf(format, source), options);
    assert.equal(given, 'RGBX');
    const expected = run('ffmpeg', [...rawvideo(format, `${WIDTH}x${HEIGHT}`), '-i', '-', '-vf', filter, '-f', 'rawvideo', '-pix_fmt', 'rgb0', '-'], source);
    const near = psnr(colours(bytes), colours(expected));
    assert.ok(near > 25, `${format}: ${near} dB`);
  }
});

describe('sizes', () => {
  const cases = [
    ['fill', { width: 32, height: 36, fit: 'fill' }, 'scale=32:36'],
    ['one side', { width: 32 }, 'scale=32:24'],
    ['larger', { height: 96 }, 'scale=128:96'],
    ['cover', { width: 40, height: 40, fit: 'cover' }, 'crop=48:48:8:0,scale=40:40'],
    ['contain', { width: 64, height: 64, fit: 'contain' }, 'pad=64:64:0:8:black'],
    ['contain, of another size', { width: 48, height: 24, fit: 'contain' }, 'scale=32:24,pad=48:24:8:0:black'],
    ['cropped and turned', { width: 32, height: 32, fit: 'fill', rotate: 90, crop: { left: 0, top: 0, width: 24, height: 24 } }, 'transpose=clock,crop=24:24:0:0,scale=32:32'],
  ];
  for (const [name, options, filter] of cases) {
    for (const format of ['I420', 'RGBX']) {
      test(`${name}, ${format}`, async () => {
        const source = picture(format);
        const { bytes } = await transformed(sampleOf(format, source), options);
        const [ours, theirs] = [bytes, filtered(format, source, filter)].map(format === 'RGBX' ? colours : (all) => all);
        const near = psnr(ours, theirs);
        assert.ok(near > 25, `${near} dB`);
      });
    }
  }

  test('pixels that are not square become so', async () => {
    const source = picture('I420');
    const { bytes, size } = await transformed(sampleOf('I420', source, { displayWidth: 128, displayHeight: 48 }), { height: 24 });
    assert.deepEqual(size, [64, 24]);
    assert.ok(psnr(bytes, filtered('I420', source, 'scale=64:24')) > 25);
  });

  test('odd sizes', async () => {
    const { size } = await transformed(sampleOf('I420', picture('I420')), { width: 31, height: 17, fit: 'contain' });
    assert.deepEqual(size, [31, 17]);
  });
});

test('bars are transparent where there is alpha that is kept, else black', async () => {
  const options = { width: 64, height: 64, fit: 'contain' };
  const source = picture('RGBA');
  const kept = await transformed(sampleOf('RGBA', source), options);
  assert.deepEqual([...kept.bytes.subarray(0, 4)], [0, 0, 0, 0]);
  const discarded = await transformed(sampleOf('RGBA', source), { ...options, alpha: 'discard' });
  assert.equal(discarded.format, 'RGBX');
  assert.deepEqual([...discarded.bytes.subarray(0, 3)], [0, 0, 0]);
  const full = await transformed(sampleOf('I420', picture('I420'), { colorSpace: { matrix: 'bt709', fullRange: true } }), options);
  assert.deepEqual([full.bytes[0], full.bytes.at(-1)], [0, 128]);
  const deep = await transformed(sampleOf('I420P10', picture('I420P10')), options);
  assert.deepEqual([deep.bytes.readUInt16LE(0), deep.bytes.readUInt16LE(deep.bytes.length - 2)], [64, 512]);
});

test("frames of others are left to others", async () => {
  let closed = 0;
  const sample = { timestamp: 0, duration: 0, squarePixelWidth: 1, squarePixelHeight: 1, toVideoFrame: () => ({ close: () => (closed += 1) }) };
  assert.equal(await transformVideoSample(sample, { width: 1, height: 1 }), null);
  assert.equal(closed, 1);
});
