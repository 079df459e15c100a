// What a VideoDecoder gives is what ffmpeg gives, to the bit, with the times of the file.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { VideoDecoder } from 'framegate';

import { clip, demux, frameSums, realClips, sumOf, toAnnexB } from './support/clips.mjs';

/** Decodes all chunks; of each frame its time, duration, format and sum. */
async function decodeAll(config, chunks) {
  const frames = [];
  const errors = [];
  const decoder = new VideoDecoder({
    output: (frame) => {
      const { timestamp, duration, format } = frame;
      frames.push(sumOf(frame).then((sum) => ({ timestamp, duration, format, sum })));
      frame.close();
    },
    error: (error) => errors.push(error),
  });
  decoder.configure(config);
  for (const chunk of chunks) decoder.decode(chunk);
  await decoder.flush().catch(() => undefined);
  assert.deepEqual(errors, []);
  decoder.close();
  return Promise.all(frames);
}

async function compare(path, { pixelFormat = 'yuv420p', format = 'I420', annexB = false } = {}) {
  const { config, chunks } = demux(path);
  const { description, ...bare } = config;
  const frames = annexB
    ? await decodeAll(bare, chunks.map((chunk) => toAnnexB(chunk, description)))
    : await decodeAll(config, chunks);
  const shown = [...chunks].sort((a, b) => a.timestamp - b.timestamp);
  assert.deepEqual(frames.map(({ timestamp }) => timestamp), shown.map(({ timestamp }) => timestamp));
  assert.deepEqual(frames.map(({ duration }) => duration), shown.map(({ duration }) => duration));
  assert.deepEqual(frames.map(({ sum }) => sum), frameSums(path, pixelFormat));
  assert.deepEqual([...new Set(frames.map((frame) => frame.format))], [format]);
  return { frames, chunks };
}

describe('generated clips', () => {
  const kinds = {
    'no B-frames': ['-bf', '0'],
    'B-frames, kept as references': ['-bf', '3', '-b_strategy', '0', '-x264-params', 'b-pyramid=normal'],
    'many key frames': ['-g', '5', '-bf', '2'],
    'open groups of pictures': ['-g', '6', '-bf', '2', '-x264-params', 'open-gop=1'],
    interlaced: ['-flags', '+ilme+ildct', '-x264-params', 'interlaced=1'],
  };
  for (const [kind, options] of Object.entries(kinds)) {
    for (const annexB of [false, true]) {
      test(`${kind}, ${annexB ? 'Annex B' : 'avcC'}`, async () => {
        await compare(clip({ frames: 30, options }), { annexB });
      });
    }
  }

  test('B-frames come out in another order than they go in', async () => {
    const { chunks, frames } = await compare(clip({ options: kinds['B-frames, kept as references'] }));
    assert.notDeepEqual(chunks.map(({ timestamp }) => timestamp), frames.map(({ timestamp }) => timestamp));
  });

  for (const size of ['130x74', '66x34', '18x18', '1920x1080']) {
    test(`a size that is cropped: ${size}`, async () => {
      await compare(clip({ size, frames: 6 }));
    });
  }

  const formats = {
    I422: ['yuv422p', 'high422'],
    I444: ['yuv444p', 'high444'],
    I420P10: ['yuv420p10le', 'high10'],
    I422P10: ['yuv422p10le', 'high422'],
    I444P10: ['yuv444p10le', 'high444'],
  };
  for (const [format, [pixelFormat, profile]] of Object.entries(formats)) {
    test(`${format}, profile ${profile}`, async () => {
      const path = clip({ frames: 6, options: ['-pix_fmt', pixelFormat, '-profile:v', profile] });
      await compare(path, { pixelFormat, format });
    });
  }
});

describe('real clips', () => {
  for (const path of realClips()) {
    for (const annexB of [false, true]) {
      test(`${path.split('/').at(-1)}, ${annexB ? 'Annex B' : 'avcC'}`, () => compare(path, { annexB }));
    }
  }
});
