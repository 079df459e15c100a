// W3C WebCodecs, "VideoDecoderConfig", "Output VideoFrames", "Create a VideoFrame", and the errors of decoding.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';

import { EncodedVideoChunk, VideoDecoder } from 'framegate';

import { rejectsTypeError, throwsDom, throwsTypeError } from './support/assertions.mjs';
import { clip, demux, sumOf, toAnnexB } from './support/clips.mjs';
import { testInvalid } from './support/configurations.mjs';
import { collectFrames } from './support/video.mjs';

let sample;
before(() => {
  sample = demux(clip({ frames: 6, options: ['-bf', '2'] }));
});

/** All frames of the chunks, open. */
async function decodeAll(config, chunks) {
  const { decoder, frames, errors } = collectFrames({ keep: true });
  decoder.configure(config);
  for (const chunk of chunks) decoder.decode(chunk);
  await decoder.flush();
  decoder.close();
  assert.deepEqual(errors, []);
  return frames;
}

/** What `read` finds in the first frame of a clip made with these options of ffmpeg. */
async function firstFrame(options, read, config = {}) {
  const { chunks, config: own } = demux(clip({ frames: 2, options }));
  const frames = await decodeAll({ ...own, ...config }, chunks);
  const found = read(frames[0]);
  for (const frame of frames) frame.close();
  return found;
}

const withChunk = (chunk, members) => {
  const data = new Uint8Array(chunk.byteLength);
  chunk.copyTo(data);
  const { type, timestamp, duration } = chunk;
  return new EncodedVideoChunk({ type, timestamp, ...(duration === null ? {} : { duration }), data, ...members });
};

describe('configurations', () => {
  const good = { codec: 'avc1.42001f' };
  const invalid = {
    'no codec': {},
    'codec empty': { codec: '' },
    'codec blank': { codec: ' \t\n\f\r ' },
    'codedWidth without codedHeight': { ...good, codedWidth: 64 },
    'codedHeight without codedWidth': { ...good, codedHeight: 64 },
    'codedWidth 0': { ...good, codedWidth: 0, codedHeight: 64 },
    'codedHeight 0': { ...good, codedWidth: 64, codedHeight: 0 },
    'codedWidth negative': { ...good, codedWidth: -1, codedHeight: 64 },
    'displayAspectWidth without displayAspectHeight': { ...good, displayAspectWidth: 4 },
    'displayAspectHeight without displayAspectWidth': { ...good, displayAspectHeight: 3 },
    'displayAspectWidth 0': { ...good, displayAspectWidth: 0, displayAspectHeight: 3 },
    'displayAspectHeight 0': { ...good, displayAspectWidth: 4, displayAspectHeight: 0 },
    'description no buffer': { ...good, description: [1] },
    'colorSpace.primaries': { ...good, colorSpace: { primaries: 'x' } },
    hardwareAcceleration: { ...good, hardwareAcceleration: 'gpu' },
    'rotation NaN': { ...good, rotation: NaN },
    'no object': 5,
  };
  testInvalid(VideoDecoder, invalid);

  test('invalid: a detached description', async () => {
    const description = sample.config.description.slice();
    structuredClone(description.buffer, { transfer: [description.buffer] });
    const { decoder } = collectFrames();
    throwsTypeError(() => decoder.configure({ ...sample.config, description }), /description is detached/);
    await rejectsTypeError(VideoDecoder.isConfigSupported({ ...sample.config, description }), /description is detached/);
    decoder.close();
  });

  for (const codec of ['bogus', 'avc1', 'avc1.', 'avc1.42001', 'avc1.4200zz', 'vp9', 'av1', 'mp4a.40.2', 'AVC1.42001f', 'avc1.42001f,avc1.42001f', 'avc1.FF000b', 'video/mp4; codecs="avc1.42001f"', 'a\0b', '7\u{e03a2}ﷺ۹.9']) {
    test(`unsupported: "${codec}"`, async () => {
      assert.equal((await VideoDecoder.isConfigSupported({ codec })).supported, false);
      const { decoder, errors } = collectFrames();
      decoder.configure({ codec });
      assert.equal(decoder.state, 'configured', 'it is told later');
      assert.equal(errors.length, 0);
      await untilClosed(decoder);
      assert.deepEqual(errors.map(({ name }) => name), ['NotSupportedError']);
    });
  }

  test('isConfigSupported gives the members that are known, copied, with their defaults', async () => {
    const description = sample.config.description.slice();
    const colorSpace = { primaries: 'bt709', transfer: null, matrix: 'bt470bg', fullRange: true };
    const given = {
      ...sample.config, description, codedWidth: 128, codedHeight: 72, displayAspectWidth: 16, displayAspectHeight: 9,
      colorSpace: { ...colorSpace }, hardwareAcceleration: 'prefer-software', optimizeForLatency: true, rotation: 90,
      flip: true, unknown: 1,
    };
    const asked = VideoDecoder.isConfigSupported(given);
    description.fill(0);
    given.colorSpace.primaries = 'bt2020';
    const { supported, config } = await asked;
    assert.equal(supported, true);
    const { description: copy, colorSpace: copiedSpace, ...rest } = config;
    assert.deepEqual(new Uint8Array(copy.buffer ?? copy), sample.config.description);
    assert.deepEqual(copiedSpace, colorSpace);
    assert.deepEqual(rest, {
      codec: sample.config.codec, codedWidth: 128, codedHeight: 72, displayAspectWidth: 16, displayAspectHeight: 9,
      hardwareAcceleration: 'prefer-software', optimizeForLatency: true, rotation: 90, flip: true,
    });
    const plain = await VideoDecoder.isConfigSupported({ codec: sample.config.codec });
    assert.deepEqual(plain.config, {
      codec: sample.config.codec, hardwareAcceleration: 'no-preference', rotation: 0, flip: false,
    });
  });

  test('a configuration is copied by configure()', async () => {
    const description = sample.config.description.slice();
    const { decoder, frames } = collectFrames();
    decoder.configure({ ...sample.config, description });
    description.fill(0);
    decoder.decode(sample.chunks[0]);
    await decoder.flush();
    assert.equal(frames.length, 1);
    decoder.close();
  });
});

async function untilClosed(codec) {
  while (codec.state !== 'closed') await new Promise((resolve) => setImmediate(resolve));
}

describe('frames', () => {
  test('times and durations are those of the chunks, whatever they are', async () => {
    const times = [-1_000_000, 0, 7, 2 ** 40, 2 ** 52, 2 ** 53 - 1];
    const keys = demux(clip({ frames: 6, options: ['-g', '1'] }));
    const chunks = keys.chunks.map((chunk, n) => withChunk(chunk, { timestamp: times[n], duration: n === 2 ? undefined : n * 1000 }));
    const frames = await decodeAll(keys.config, chunks);
    assert.deepEqual(frames.map(({ timestamp }) => timestamp), times);
    assert.deepEqual(frames.map(({ duration }) => duration), [0, 1000, null, 3000, 4000, 5000]);
    for (const frame of frames) frame.close();
  });

  test('sizes are those of the stream, not of the configuration', async () => {
    const config = { ...sample.config, codedWidth: 640, codedHeight: 480 };
    const [frame, ...others] = await decodeAll(config, sample.chunks);
    assert.deepEqual([frame.visibleRect.width, frame.visibleRect.height], [128, 72]);
    assert.deepEqual([frame.displayWidth, frame.displayHeight], [128, 72]);
    assert.ok(frame.codedWidth >= 128 && frame.codedHeight >= 72);
    assert.deepEqual([frame.rotation, frame.flip, frame.metadata()], [0, false, {}]);
    for (const each of [frame, ...others]) each.close();
  });

  test('what the stream crops is not visible', async () => {
    const { chunks, config } = demux(clip({ size: '130x74', frames: 1 }));
    const [frame] = await decodeAll(config, chunks);
    assert.deepEqual([frame.visibleRect.width, frame.visibleRect.height], [130, 74]);
    assert.equal(frame.allocationSize(), 130 * 74 + 2 * 65 * 37);
    frame.close();
  });

  test('the display size follows the pixel aspect ratio of the stream', async () => {
    const shown = ({ displayWidth, displayHeight }) => [displayWidth, displayHeight];
    assert.deepEqual(await firstFrame(['-vf', 'setsar=2/1'], shown), [256, 72]);
    assert.deepEqual(await firstFrame(['-vf', 'setsar=1/2'], shown), [128, 144]);
  });

  test('displayAspectWidth and displayAspectHeight let one side grow', async () => {
    const shown = ({ displayWidth, displayHeight }) => [displayWidth, displayHeight];
    const aspect = (width, height) => ({ displayAspectWidth: width, displayAspectHeight: height });
    assert.deepEqual(await firstFrame([], shown, aspect(16, 9)), [128, 72]);
    assert.deepEqual(await firstFrame([], shown, aspect(32, 9)), [256, 72]);
    assert.deepEqual(await firstFrame([], shown, aspect(4, 3)), [128, 96]);
    assert.deepEqual(await firstFrame([], shown, aspect(1, 1)), [128, 128]);
  });

  test('rotation and flip are those of the configuration', async () => {
    const turn = ({ rotation, flip, displayWidth, displayHeight }) => [rotation, flip, displayWidth, displayHeight];
    assert.deepEqual(await firstFrame([], turn, { rotation: 90, flip: true }), [90, true, 72, 128]);
    assert.deepEqual(await firstFrame([], turn, { rotation: -100 }), [270, false, 72, 128]);
    assert.deepEqual(await firstFrame([], turn, { rotation: 540 }), [180, false, 128, 72]);
  });

  const color = (primaries, transfer, matrix, range) => [
    '-color_primaries', primaries, '-color_trc', transfer, '-colorspace', matrix, '-color_range', range,
  ];
  const spaceOf = ({ colorSpace }) => colorSpace.toJSON();

  test('the colour space is that of the stream', async () => {
    assert.deepEqual(await firstFrame(color('bt2020', 'smpte2084', 'bt2020nc', 'tv'), spaceOf), {
      primaries: 'bt2020', transfer: 'pq', matrix: 'bt2020-ncl', fullRange: false,
    });
    assert.deepEqual(await firstFrame(color('smpte170m', 'smpte170m', 'smpte170m', 'pc'), spaceOf), {
      primaries: 'smpte170m', transfer: 'smpte170m', matrix: 'smpte170m', fullRange: true,
    });
    assert.deepEqual(await firstFrame(color('bt470bg', 'iec61966-2-1', 'bt470bg', 'tv'), spaceOf), {
      primaries: 'bt470bg', transfer: 'iec61966-2-1', matrix: 'bt470bg', fullRange: false,
    });
  });

  test('a stream without one is BT.709', async () => {
    assert.deepEqual(await firstFrame([], spaceOf), { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', fullRange: false });
  });

  test('the colour space of the configuration overrides that of the stream', async () => {
    const colorSpace = { primaries: 'smpte432', transfer: 'linear', matrix: 'bt470bg', fullRange: true };
    const stream = color('bt2020', 'smpte2084', 'bt2020nc', 'tv');
    assert.deepEqual(await firstFrame(stream, spaceOf, { colorSpace }), colorSpace);
  });

  test('frames outlive the decoder', async () => {
    const frames = await decodeAll(sample.config, sample.chunks);
    const sums = await Promise.all(frames.map(sumOf));
    assert.equal(new Set(sums).size, 6, 'six different pictures');
    const copies = frames.map((frame) => frame.clone());
    for (const frame of frames) frame.close();
    assert.deepEqual(await Promise.all(copies.map(sumOf)), sums);
    for (const copy of copies) copy.close();
  });
});

describe('errors', () => {
  const failure = (decoder, errors) => untilClosed(decoder).then(() => errors.map(({ name }) => name));

  test('damaged data closes the decoder, with one EncodingError', async () => {
    const { decoder, errors } = collectFrames();
    decoder.configure(sample.config);
    decoder.decode(sample.chunks[0]);
    for (const chunk of sample.chunks.slice(1)) {
      if (decoder.state === 'configured') decoder.decode(withChunk(chunk, { data: new Uint8Array(50).fill(0xab) }));
    }
    const flushed = decoder.flush().then(() => 'resolved', (error) => error.name);
    assert.deepEqual(await failure(decoder, errors), ['EncodingError']);
    assert.match(errors[0].message, /^(?!EncodingError)./);
    assert.equal(await flushed, 'EncodingError');
    throwsDom(() => decoder.decode(sample.chunks[0]), 'InvalidStateError', /closed/);
  });

  test('a chunk that only says that it is a key chunk is a DataError, and the decoder goes on', async () => {
    const { decoder, frames, errors } = collectFrames();
    decoder.configure(sample.config);
    const lie = withChunk(sample.chunks[1], { type: 'key' });
    throwsDom(() => decoder.decode(lie), 'DataError');
    const { description, ...bare } = sample.config;
    throwsDom(() => decoder.decode(withChunk(lie, { data: new Uint8Array(0) })), 'DataError');
    decoder.decode(sample.chunks[0]);
    await decoder.flush();
    decoder.configure(bare);
    throwsDom(() => decoder.decode(toAnnexB(lie, description)), 'DataError');
    decoder.decode(toAnnexB(sample.chunks[0], description));
    await decoder.flush();
    assert.deepEqual([frames.length, errors.length, decoder.state], [2, 0, 'configured']);
    decoder.close();
  });

  test('a configuration that changes in the middle: avcC to Annex B, another size', async () => {
    const small = demux(clip({ size: '64x48', frames: 4 }));
    const { description, ...bare } = sample.config;
    const { decoder, frames, errors } = collectFrames({ keep: true });
    decoder.configure(sample.config);
    for (const chunk of sample.chunks) decoder.decode(chunk);
    decoder.configure(small.config);
    for (const chunk of small.chunks) decoder.decode(chunk);
    decoder.configure(bare);
    for (const chunk of sample.chunks) decoder.decode(toAnnexB(chunk, description));
    await decoder.flush();
    assert.deepEqual(errors, []);
    assert.deepEqual(frames.map(({ visibleRect }) => visibleRect.width), [...Array(6).fill(128), ...Array(4).fill(64), ...Array(6).fill(128)]);
    for (const frame of frames) frame.close();
    decoder.close();
  });

  test('a size that changes in the stream itself', async () => {
    const small = demux(clip({ size: '64x48', frames: 3 }));
    const { description, ...bare } = sample.config;
    const chunks = [
      ...sample.chunks.map((chunk) => toAnnexB(chunk, description)),
      ...small.chunks.map((chunk) => toAnnexB(withChunk(chunk, { timestamp: chunk.timestamp + 1e6 }), small.config.description)),
    ];
    const frames = await decodeAll(bare, chunks);
    assert.deepEqual(frames.map(({ visibleRect }) => visibleRect.width), [...Array(6).fill(128), ...Array(3).fill(64)]);
    for (const frame of frames) frame.close();
  });
});

test('a frame whose reference never came says so in its metadata', async () => {
  const { chunks, config } = demux(clip({ frames: 20, options: ['-bf', '0', '-g', '10'] }));
  const frames = await decodeAll(config, [...chunks.slice(0, 5), ...chunks.slice(6)]);
  const lost = frames.map((frame) => frame.metadata().framegate?.referenceLost ?? false);
  for (const frame of frames) frame.close();
  assert.deepEqual(lost.map((is, at) => (is ? at : -1)).filter((at) => at >= 0), [5, 6, 7, 8]);
});
