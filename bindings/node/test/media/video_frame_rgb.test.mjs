// W3C WebCodecs, "Convert to RGB frame": YUV to RGB by the frame's colour, against H.273's equations.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { VideoFrame } from 'framegate';
import { FORMATS, tightPlanes } from '../support/frames.mjs';

/** H.273's KR and KB. */
const COEFFICIENTS = {
  bt709: [0.2126, 0.0722],
  bt470bg: [0.299, 0.114],
  smpte170m: [0.299, 0.114],
  'bt2020-ncl': [0.2627, 0.0593],
};
const SIZE = 4;
/** Y, U, V in parts of the largest value; no blacker than black, which is a matter of taste. */
const COLORS = [[0.5, 0.5, 0.5], [0.3, 0.6, 0.4], [0.7, 0.45, 0.6], [0.2, 0.5, 0.9], [0.9, 0.2, 0.5], [1, 0, 1], [0.07, 1, 0]];
const ALPHA = 0.4;

const depthOf = (format) => Number(/P(1.)$/.exec(format)?.[1] ?? 8);
const isYuv = (format) => /^I4|^NV/.test(format);

/** One colour all over, as bytes of the format, and the samples that it has. */
function plain(format, color) {
  const depth = depthOf(format);
  const samples = [...color, ALPHA].map((part) => Math.round(part * (2 ** depth - 1)));
  const bytes = [];
  tightPlanes(format, SIZE, SIZE).forEach(({ stride, rows }, index) => {
    const [sampleBytes] = FORMATS[format][index];
    for (let at = 0; at < stride * rows; at += 1) {
      if (format === 'NV12') bytes.push(index === 0 ? samples[0] : samples[1 + (at % 2)]);
      else bytes.push(sampleBytes === 1 ? samples[index] : at % 2 === 0 ? samples[index] & 255 : samples[index] >> 8);
    }
  });
  return { bytes: Uint8Array.from(bytes), samples };
}

/** H.273, equations for matrix coefficients and range, to 8 bits. */
function rgbOf([y, u, v], depth, matrix, fullRange) {
  const [kr, kb] = COEFFICIENTS[matrix];
  const scale = 2 ** (depth - 8);
  const most = 2 ** depth - 1;
  const luma = fullRange ? y / most : (y / scale - 16) / 219;
  const chroma = (sample) => (fullRange ? (sample - 128 * scale) / most : (sample / scale - 128) / 224);
  const [cb, cr] = [chroma(u), chroma(v)];
  const r = luma + 2 * (1 - kr) * cr;
  const b = luma + 2 * (1 - kb) * cb;
  const g = (luma - kr * r - kb * b) / (1 - kr - kb);
  return [r, g, b].map((part) => Math.min(255, Math.max(0, part * 255)));
}

function assertNear(actual, expected, text) {
  expected.forEach((value, channel) => {
    assert.ok(Math.abs(actual[channel] - value) <= 1.5, `${text}: ${actual} is not ${expected.map(Math.round)}`);
  });
}

for (const format of Object.keys(FORMATS).filter(isYuv)) {
  test(`${format} to RGB, with every matrix and range`, async () => {
    for (const matrix of Object.keys(COEFFICIENTS)) {
      for (const fullRange of [false, true]) {
        for (const color of COLORS) {
          const { bytes, samples } = plain(format, color);
          const frame = new VideoFrame(bytes, {
            format,
            codedWidth: SIZE,
            codedHeight: SIZE,
            timestamp: 0,
            colorSpace: { matrix, fullRange, primaries: 'bt709', transfer: 'iec61966-2-1' },
          });
          const expected = rgbOf(samples, depthOf(format), matrix, fullRange);
          for (const target of ['RGBA', 'RGBX', 'BGRA', 'BGRX']) {
            const rgb = new Uint8Array(4 * SIZE * SIZE);
            await frame.copyTo(rgb, { format: target });
            for (const at of [0, 4 * (SIZE * SIZE - 1)]) {
              const [a, g, c, alpha] = rgb.subarray(at, at + 4);
              assertNear(target.startsWith('R') ? [a, g, c] : [c, g, a], expected, `${matrix} ${fullRange} ${color} ${target}`);
              const seen = /A/.test(format.slice(4)) && target.endsWith('A') ? Math.round(ALPHA * 255) : 255;
              assert.ok(Math.abs(alpha - seen) <= 1, `alpha ${alpha}, not ${seen}`);
            }
          }
          frame.close();
        }
      }
    }
  });
}
