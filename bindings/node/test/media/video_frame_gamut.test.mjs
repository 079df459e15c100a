// W3C WebCodecs, "Convert to RGB frame": copyTo's colorSpace, against the equations of CSS Color 4.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { VideoFrame } from 'framegate';

/** Linear RGB to CIE XYZ, D65: CSS Color 4, "Sample code for Color Conversions". */
const TO_XYZ = {
  srgb: [[506752 / 1228815, 87881 / 245763, 12673 / 70218], [87098 / 409605, 175762 / 245763, 12673 / 175545], [7918 / 409605, 87881 / 737289, 1001167 / 1053270]],
  'display-p3': [[608311 / 1250200, 189793 / 714400, 198249 / 1000160], [35783 / 156275, 247089 / 357200, 198249 / 2500400], [0, 32229 / 714400, 5220557 / 5000800]],
};
const FROM_XYZ = {
  srgb: [[12831 / 3959, -329 / 214, -1974 / 3959], [-851781 / 878810, 1648619 / 878810, 36519 / 878810], [705 / 12673, -2585 / 12673, 705 / 667]],
  'display-p3': [[446124 / 178915, -333277 / 357830, -72051 / 178915], [-14852 / 17905, 63121 / 35810, 423 / 17905], [11844 / 330415, -50337 / 660830, 316169 / 330415]],
};
const times = (matrix, vector) => matrix.map((row) => row.reduce((sum, factor, i) => sum + factor * vector[i], 0));
const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
const encoded = (part) => (part <= 0.0031308 ? part * 12.92 : 1.055 * part ** (1 / 2.4) - 0.055);

/** 8-bit colours in another gamut, cut to it. */
function converted(rgb, from, to) {
  const xyz = times(TO_XYZ[from], rgb.map((value) => linear(value / 255)));
  return times(FROM_XYZ[to], xyz).map((part) => 255 * encoded(Math.min(1, Math.max(0, part))));
}

const COLORS = [
  [255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255], [0, 0, 0], [128, 128, 128], [255, 255, 0], [200, 30, 90],
  [17, 99, 201], [250, 128, 114], [1, 2, 3], [64, 224, 208],
];

async function copied(frame, options) {
  const bytes = new Uint8Array(4);
  await frame.copyTo(bytes, options);
  return [...bytes];
}

const SPACES = { srgb: 'bt709', 'display-p3': 'smpte432' };

for (const [from, primaries] of Object.entries(SPACES)) {
  for (const to of Object.keys(SPACES)) {
    test(`${from} to ${to}`, async () => {
      for (const color of COLORS) {
        const frame = new VideoFrame(Uint8Array.of(...color, 77), {
          format: 'RGBA',
          codedWidth: 1,
          codedHeight: 1,
          timestamp: 0,
          colorSpace: { primaries, transfer: 'iec61966-2-1', matrix: 'rgb', fullRange: true },
        });
        const expected = converted(color, from, to);
        for (const [format, order] of [['RGBA', [0, 1, 2]], ['BGRX', [2, 1, 0]]]) {
          const pixel = await copied(frame, { format, colorSpace: to });
          order.forEach((at, channel) => {
            assert.ok(Math.abs(pixel[at] - expected[channel]) <= 1, `${color}: ${pixel} is not ${expected.map(Math.round)}`);
          });
          assert.equal(pixel[3], format === 'RGBA' ? 77 : 255);
        }
        frame.close();
      }
    });
  }
}

test('srgb is the default, and without a format colorSpace is not looked at', async () => {
  const init = { format: 'RGBA', codedWidth: 1, codedHeight: 1, timestamp: 0 };
  const frame = new VideoFrame(Uint8Array.of(255, 0, 0, 255), init);
  assert.deepEqual(await copied(frame, { format: 'RGBA' }), [255, 0, 0, 255]);
  assert.deepEqual(await copied(frame, { colorSpace: 'display-p3' }), [255, 0, 0, 255]);
  assert.notDeepEqual(await copied(frame, { format: 'RGBA', colorSpace: 'display-p3' }), [255, 0, 0, 255]);
  frame.close();
});
