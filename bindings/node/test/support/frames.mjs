import { VideoFrame } from 'framegate';

/** The 23 formats of the W3C text, each plane as [bytes a sample, pixels a sample across, down]. */
export const FORMATS = Object.fromEntries(
  ['I420', 'I422', 'I444'].flatMap((name) => {
    const [across, down] = { I420: [2, 2], I422: [2, 1], I444: [1, 1] }[name];
    const planes = (bytes, alpha) => {
      const chroma = [bytes, across, down];
      return [[bytes, 1, 1], chroma, chroma, ...(alpha ? [[bytes, 1, 1]] : [])];
    };
    return ['', 'P10', 'P12'].flatMap((depth) => {
      const bytes = depth === '' ? 1 : 2;
      return [
        [name + depth, planes(bytes, false)],
        [`${name}A${depth}`, planes(bytes, true)],
      ];
    });
  }),
);
FORMATS.NV12 = [[1, 1, 1], [2, 2, 2]];
for (const name of ['RGBA', 'RGBX', 'BGRA', 'BGRX']) FORMATS[name] = [[4, 1, 1]];

/** Each plane of a picture, tightly packed: offset, stride and rows. */
export function tightPlanes(format, width, height) {
  let offset = 0;
  return FORMATS[format].map(([bytes, across, down]) => {
    const plane = { offset, stride: Math.ceil(width / across) * bytes, rows: Math.ceil(height / down) };
    offset += plane.stride * plane.rows;
    return plane;
  });
}

export function sizeOf(format, width, height) {
  const { offset, stride, rows } = tightPlanes(format, width, height).at(-1);
  return offset + stride * rows;
}

/** The bytes of a part of a picture, tightly packed. Its corner is on a sample of every plane. */
export function bytesOfPart(bytes, format, width, height, { x = 0, y = 0, width: across, height: down }) {
  const planes = tightPlanes(format, width, height);
  const rows = FORMATS[format].flatMap(([sampleBytes, sampleWidth, sampleHeight], index) => {
    const { offset, stride } = planes[index];
    return Array.from({ length: Math.ceil(down / sampleHeight) }, (_, row) => {
      const from = offset + (y / sampleHeight + row) * stride + (x / sampleWidth) * sampleBytes;
      return bytes.subarray(from, from + Math.ceil(across / sampleWidth) * sampleBytes);
    });
  });
  return Uint8Array.from(rows.flatMap((row) => [...row]));
}

/** Bytes that tell where they are, legal in every depth (words below 1024). */
export function patternOf(format, width, height) {
  const deep = FORMATS[format][0][0] === 2;
  return Uint8Array.from({ length: sizeOf(format, width, height) }, (_, i) => (deep && i % 2 === 1 ? i % 4 : (i * 7 + 3) % 251));
}

/** The picture of the W3C formats' smallest examples: 4x2, bytes 1 to 12. */
export const I420_BYTES = Uint8Array.from({ length: 12 }, (_, i) => i + 1);

export const i420Frame = (init = {}) =>
  new VideoFrame(I420_BYTES, { format: 'I420', codedWidth: 4, codedHeight: 2, timestamp: 0, ...init });

/** A frame of the pattern. */
export const patternFrame = (format, width, height, init = {}) =>
  new VideoFrame(patternOf(format, width, height), { format, codedWidth: width, codedHeight: height, timestamp: 0, ...init });

/** What the whole coded picture holds. */
export async function codedBytes(frame) {
  const bytes = new Uint8Array(frame.allocationSize({ rect: frame.codedRect }));
  await frame.copyTo(bytes, { rect: frame.codedRect });
  return bytes;
}
