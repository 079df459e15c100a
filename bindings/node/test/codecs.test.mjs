// What every codec promises: the same tests for all of them, and ffmpeg as the second opinion.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';

import { EncodedVideoChunk, VideoDecoder, VideoDecoderStream, VideoEncoder, VideoEncoderStream, VideoFrame } from 'framegate';

import { name, rejectsDom, throwsTypeError } from './support/assertions.mjs';
import { frameSums, newPath, run, sumOf } from './support/clips.mjs';
import { bytesOf, submitAll } from './support/collect.mjs';
import { patternFrame } from './support/frames.mjs';
import { chunksOfIvf, ivf } from './support/ivf.mjs';
import { collectChunks, collectFrames, encode, frame, FRAME_US, SMALL } from './support/video.mjs';

const CODECS = [
  { member: 'avc', codec: 'avc1.42001f', quantizers: 51, config: { avc: { format: 'annexb' } }, modes: [], alpha: false },
  { member: 'vp8', codec: 'vp8', quantizers: 127, ivf: 'VP80', ffmpeg: 'libvpx', modes: ['L1T2', 'L1T3'], alpha: true },
  { member: 'vp9', codec: 'vp09.00.10.08', quantizers: 255, ivf: 'VP90', ffmpeg: 'libvpx-vp9', modes: ['L1T2', 'L1T3'], alpha: true },
];
const LAYERS = { L1T2: [0, 1], L1T3: [0, 2, 1, 2] };
const GATES = ['block', 'throw', 'queue'].flatMap((backpressure) => [1, 2, 16].map((slots) => ({ backpressure, slots })));
const COUNT = 24;
const TIMES = Array.from({ length: COUNT }, (_, n) => n * FRAME_US);

/** What an encoder gives for `frames`, which are closed: outputs of { chunk, metadata }. */
async function encodeFrames(config, frames, options = () => ({})) {
  const { encoder, outputs, errors } = collectChunks();
  encoder.configure(config);
  frames.forEach((picture, n) => {
    encoder.encode(picture, options(n));
    picture.close();
  });
  await encoder.flush();
  encoder.close();
  assert.deepEqual(errors, []);
  return outputs;
}

const frames = (count, more = {}) => Array.from({ length: count }, (_, n) => frame(n, SMALL, more));

/** The decoded frames, which are the caller's to close. */
async function decodeAll(config, chunks) {
  const { decoder, frames: decoded, errors } = collectFrames({ keep: true });
  decoder.configure(config);
  for (const chunk of chunks) decoder.decode(chunk);
  await decoder.flush();
  decoder.close();
  assert.deepEqual(errors, []);
  return decoded;
}

/** The pixels of frames, which are closed. */
async function bytesOfFrames(decoded) {
  return Promise.all(
    decoded.map(async (picture) => {
      const bytes = Buffer.alloc(picture.allocationSize());
      await picture.copyTo(bytes);
      picture.close();
      return bytes;
    }),
  );
}

async function sumsOf(decoded) {
  const sums = await Promise.all(decoded.map(sumOf));
  for (const picture of decoded) picture.close();
  return sums;
}

for (const each of CODECS) {
  const { member, codec, quantizers, modes } = each;
  const config = { codec, ...SMALL, framerate: 30, ...each.config };

  describe(codec, () => {
    for (const gate of GATES) {
      test(`there and back, ${gate.backpressure}, ${gate.slots} slots`, async () => {
        const { encoder, outputs, errors } = collectChunks(gate);
        encoder.configure(config);
        await submitAll(encoder, COUNT, (n) => encode(encoder, n, SMALL, { keyFrame: n === 10 }));
        await encoder.flush();
        encoder.close();
        const chunks = outputs.map(({ chunk }) => chunk);
        assert.deepEqual(chunks.map(({ timestamp }) => timestamp), TIMES);
        for (const n of [0, 10]) assert.equal(chunks[n].type, 'key', `chunk ${n}`);
        assert.ok(chunks.filter(({ type }) => type === 'key').length < COUNT / 2);

        const { decoder, frames: decoded, errors: more } = collectFrames({ keep: true, ...gate });
        decoder.configure(outputs[0].metadata.decoderConfig);
        await submitAll(decoder, COUNT, (n) => decoder.decode(chunks[n]));
        await decoder.flush();
        decoder.close();
        assert.deepEqual([errors, more], [[], []]);
        assert.deepEqual(decoded.map(({ timestamp }) => timestamp), TIMES);
        for (const picture of decoded) {
          assert.deepEqual([picture.format, picture.codedWidth, picture.codedHeight], ['I420', SMALL.width, SMALL.height]);
          picture.close();
        }
      });
    }

    test('isConfigSupported, both ways', async () => {
      assert.equal((await VideoEncoder.isConfigSupported(config)).supported, true);
      assert.equal((await VideoDecoder.isConfigSupported({ codec })).supported, true);
      for (const mode of ['L1T1', 'L1T2', 'L1T3']) {
        const { supported } = await VideoEncoder.isConfigSupported({ ...config, scalabilityMode: mode });
        assert.equal(supported, mode === 'L1T1' || modes.includes(mode), mode);
      }
      assert.equal((await VideoEncoder.isConfigSupported({ ...config, alpha: 'keep' })).supported, each.alpha);
    });

    test('decoderConfig comes once: the codec letter by letter, and no description', async () => {
      const outputs = await encodeFrames(config, frames(4), () => ({ keyFrame: true }));
      const [given, ...others] = outputs.map(({ metadata }) => metadata.decoderConfig);
      assert.deepEqual(others, [undefined, undefined, undefined]);
      assert.equal(given.codec, codec);
      assert.equal('description' in given, false);
      assert.deepEqual([given.codedWidth, given.codedHeight, given.rotation, given.flip], [SMALL.width, SMALL.height, 0, false]);
    });

    test('durations are kept', async () => {
      const outputs = await encodeFrames(config, frames(3, { duration: 20_000 }));
      assert.deepEqual(outputs.map(({ chunk }) => chunk.duration), [20_000, 20_000, 20_000]);
      const decoded = await decodeAll(outputs[0].metadata.decoderConfig, outputs.map(({ chunk }) => chunk));
      assert.deepEqual(decoded.map(({ duration }) => duration), [20_000, 20_000, 20_000]);
      for (const picture of decoded) picture.close();
    });

    test('a quantizer that it does not have is a TypeError, and the encoder goes on', async () => {
      const { encoder, outputs } = collectChunks();
      encoder.configure({ ...config, bitrateMode: 'quantizer' });
      for (const quantizer of [-1, quantizers + 1, 2 ** 32, NaN]) {
        throwsTypeError(() => encode(encoder, 0, SMALL, { [member]: { quantizer } }), /quantizer/);
      }
      for (const quantizer of [0, quantizers, null, undefined]) encode(encoder, 0, SMALL, { [member]: { quantizer } });
      await encoder.flush();
      assert.equal(outputs.length, 4);
      encoder.close();
    });

    test("each frame's quantizer is its own, and those of other codecs do not count", async () => {
      const sizes = async (quantizer, others) => {
        const options = { keyFrame: true, ...others, [member]: { quantizer } };
        const outputs = await encodeFrames({ ...config, bitrateMode: 'quantizer' }, frames(4), () => options);
        return outputs.map(({ chunk }) => bytesOf(chunk).toString('base64'));
      };
      const total = (chunks) => chunks.join('').length;
      const low = Math.round(quantizers * 0.2);
      const high = Math.round(quantizers * 0.9);
      const fine = await sizes(low);
      assert.ok(total(fine) > 1.5 * total(await sizes(high)));
      const others = Object.fromEntries(CODECS.filter((other) => other !== each).map((other) => [other.member, { quantizer: high }]));
      assert.deepEqual(await sizes(low, others), fine);
      const beyond = Object.fromEntries(Object.keys(others).map((other) => [other, { quantizer: 9999 }]));
      assert.deepEqual(await sizes(low, beyond), fine, 'not even one that they do not have');
    });

    test('close() in the middle', async () => {
      const { encoder, outputs, errors } = collectChunks({ backpressure: 'queue' });
      encoder.configure(config);
      for (let n = 0; n < COUNT; n += 1) encode(encoder, n);
      const flushed = rejectsDom(encoder.flush(), 'AbortError');
      encoder.close();
      await flushed;
      const count = outputs.length;
      const whole = await encodeFrames(config, frames(COUNT));
      const { decoder, frames: decoded, errors: more } = collectFrames({ backpressure: 'queue' }, () => decoder.state !== 'closed' && decoder.close());
      decoder.configure(whole[0].metadata.decoderConfig);
      for (const { chunk } of whole) decoder.decode(chunk);
      await assert.rejects(decoder.flush(), name('AbortError'));
      assert.equal(decoder.state, 'closed');
      assert.deepEqual([outputs.length, decoded.length, errors, more], [count, 1, [], []]);
    });

    test('a delta chunk first is a DataError, and so is one that only says that it is a key', async () => {
      const outputs = await encodeFrames(config, frames(3));
      const { decoder, errors } = collectFrames();
      decoder.configure(outputs[0].metadata.decoderConfig);
      assert.throws(() => decoder.decode(outputs[1].chunk), name('DataError'));
      const lie = new EncodedVideoChunk({ type: 'key', timestamp: 0, data: bytesOf(outputs[1].chunk) });
      assert.throws(() => decoder.decode(lie), name('DataError'));
      for (const { chunk } of outputs) decoder.decode(chunk);
      await decoder.flush();
      assert.deepEqual(errors, []);
      decoder.close();
    });

    test('ffmpeg decodes the chunks to the same pictures', async () => {
      const outputs = await encodeFrames(config, frames(COUNT));
      const chunks = outputs.map(({ chunk }) => chunk);
      const path = newPath(each.ivf ? 'ivf' : 'h264');
      writeFileSync(path, each.ivf ? ivf(each.ivf, SMALL, chunks) : Buffer.concat(chunks.map(bytesOf)));
      const sums = await sumsOf(await decodeAll(outputs[0].metadata.decoderConfig, chunks));
      assert.equal(sums.length, COUNT);
      assert.deepEqual(sums, frameSums(path));
    });

    if (each.ivf) {
      test("what ffmpeg encodes is decoded as it does", async () => {
        const path = newPath('ivf');
        // Hidden pictures, too: in VP8 they are chunks of their own, which show nothing.
        const source = ['-f', 'lavfi', '-i', 'testsrc2=size=128x72:rate=25', '-frames:v', '40', '-pix_fmt', 'yuv420p'];
        run('ffmpeg', ['-nostdin', ...source, '-c:v', each.ffmpeg, '-b:v', '200k', '-auto-alt-ref', '1', '-lag-in-frames', '16', path]);
        assert.deepEqual(await sumsOf(await decodeAll({ codec }, chunksOfIvf(readFileSync(path)))), frameSums(path));
      });
    }

    for (const mode of modes) {
      test(`temporal layers, ${mode}: each chunk says its own, and the lower ones suffice`, async () => {
        const outputs = await encodeFrames({ ...config, scalabilityMode: mode }, frames(COUNT));
        const pattern = LAYERS[mode];
        assert.deepEqual(outputs.map(({ metadata }) => metadata.svc), TIMES.map((_, n) => ({ temporalLayerId: pattern[n % pattern.length] })));
        const { decoderConfig } = outputs[0].metadata;
        const whole = await sumsOf(await decodeAll(decoderConfig, outputs.map(({ chunk }) => chunk)));
        const isLowest = (n) => pattern[n % pattern.length] === 0;
        const lowest = await sumsOf(await decodeAll(decoderConfig, outputs.filter((_, n) => isLowest(n)).map(({ chunk }) => chunk)));
        assert.deepEqual(lowest, whole.filter((_, n) => isLowest(n)));
      });
    }

    if (modes.length > 0) {
      test('svc belongs to the configuration of the frame, whenever its chunk comes', async () => {
        const { encoder, outputs } = collectChunks({ backpressure: 'queue' });
        for (const [part, scalabilityMode] of ['L1T2', undefined, 'L1T3', 'L1T1'].entries()) {
          encoder.configure({ ...config, scalabilityMode });
          for (let n = 0; n < 4; n += 1) encode(encoder, 4 * part + n);
        }
        await encoder.flush();
        const layersOf = () => outputs.splice(0).map(({ metadata }) => metadata.svc?.temporalLayerId);
        const none = Array(4).fill(undefined);
        assert.deepEqual(layersOf(), [0, 1, 0, 1, ...none, 0, 2, 1, 2, ...none]);

        encoder.configure({ ...config, scalabilityMode: 'L1T3' });
        for (let n = 0; n < 4; n += 1) encode(encoder, n);
        encoder.reset();
        encoder.configure(config);
        encode(encoder, 0);
        encoder.configure({ ...config, scalabilityMode: 'L1T2' });
        for (let n = 1; n < 3; n += 1) encode(encoder, n);
        await encoder.flush();
        assert.deepEqual(layersOf(), [undefined, 0, 1]);
        encoder.close();
      });
    } else {
      test('one layer: no svc', async () => {
        const outputs = await encodeFrames({ ...config, scalabilityMode: 'L1T1' }, frames(2));
        assert.ok(outputs.every(({ metadata }) => !('svc' in metadata)));
      });
    }

    if (each.alpha) alphaTests(each, config);
    else {
      test('alpha is refused by name', async () => {
        const { encoder, errors } = collectChunks();
        encoder.configure({ ...config, alpha: 'keep' });
        await rejectsDom(encoder.flush(), 'NotSupportedError', /alpha is "keep"/);
        assert.equal(errors.length, 1);
        const [{ chunk, metadata }] = await encodeFrames(config, frames(1));
        const { decoder } = collectFrames();
        decoder.configure(metadata.decoderConfig);
        throwsTypeError(() => decoder.decode(withAlpha(chunk, Uint8Array.of(1, 2, 3))), /alpha/);
        decoder.close();
      });
    }
  });
}

/** The chunk as programs make it of an encoder's chunk and its metadata. */
function withAlpha(chunk, alphaSideData, more = {}) {
  const { type, timestamp } = chunk;
  return new EncodedVideoChunk({ type, timestamp, duration: chunk.duration ?? undefined, data: bytesOf(chunk), framegate: { alphaSideData }, ...more });
}

function alphaTests({ codec }, config) {
  const { width, height } = SMALL;
  const alphaAt = (at, n) => ((at % width) * 3 + n * 5) % 256;
  /** A gradient that moves, more or less transparent. */
  const transparent = (count) =>
    Array.from({ length: count }, (_, n) => {
      const bytes = new Uint8Array((width * height * 5) / 2);
      bytes.forEach((_, i) => (bytes[i] = i < (width * height * 3) / 2 ? 60 + (i % width) + n : alphaAt(i - (width * height * 3) / 2, n)));
      return new VideoFrame(bytes, { format: 'I420A', codedWidth: width, codedHeight: height, timestamp: n * FRAME_US });
    });
  const keep = { ...config, alpha: 'keep', bitrate: 2_000_000 };

  /** Alpha planes come out as they went in, nearly. */
  function assertAlpha(pictures) {
    for (const [n, bytes] of pictures.entries()) {
      assert.equal(bytes.length, (width * height * 5) / 2);
      const alpha = bytes.subarray(-width * height);
      const error = alpha.reduce((sum, value, at) => sum + (value - alphaAt(at, n)) ** 2, 0) / alpha.length;
      assert.ok(error < 60, `frame ${n} is off by ${error}`);
    }
  }

  test('alpha there and back', async () => {
    const outputs = await encodeFrames(keep, transparent(10), (n) => ({ keyFrame: n === 6 }));
    const chunks = outputs.map(({ chunk, metadata }) => {
      assert.ok(metadata.alphaSideData instanceof Uint8Array && metadata.alphaSideData.length > 0);
      return withAlpha(chunk, metadata.alphaSideData);
    });
    const { decoderConfig } = outputs[0].metadata;
    const decoded = await decodeAll(decoderConfig, chunks);
    assert.deepEqual(decoded.map(({ format, timestamp }) => [format, timestamp]), TIMES.slice(0, 10).map((time) => ['I420A', time]));
    const pictures = await bytesOfFrames(decoded);
    assertAlpha(pictures);

    // Without it the same chunks are opaque, and of the same colours. And back, at a key chunk.
    const { decoder, frames: all, errors } = collectFrames({ keep: true });
    decoder.configure(decoderConfig);
    for (const list of [outputs.map(({ chunk }) => chunk), chunks]) {
      for (const chunk of list) decoder.decode(chunk);
      await decoder.flush();
    }
    assert.deepEqual(errors, []);
    assert.deepEqual(all.map(({ format }) => format), [...Array(10).fill('I420'), ...Array(10).fill('I420A')]);
    const again = await bytesOfFrames(all);
    for (const [n, bytes] of again.slice(0, 10).entries()) assert.ok(bytes.equals(pictures[n].subarray(0, bytes.length)), `frame ${n}`);
    for (const [n, bytes] of again.slice(10).entries()) assert.ok(bytes.equals(pictures[n]), `frame ${n}`);
    decoder.close();
  });

  test('a decoder of the alpha alone sees it as luma: it is a stream of the same codec', async () => {
    const outputs = await encodeFrames(keep, transparent(5));
    const alpha = outputs.map(({ chunk: { type, timestamp }, metadata: { alphaSideData: data } }) => new EncodedVideoChunk({ type, timestamp, data }));
    const decoded = await bytesOfFrames(await decodeAll({ codec }, alpha));
    const planes = await bytesOfFrames(await decodeAll({ codec }, outputs.map(({ chunk, metadata }) => withAlpha(chunk, metadata.alphaSideData))));
    decoded.forEach((bytes, n) => assert.ok(bytes.subarray(0, width * height).equals(planes[n].subarray(-width * height)), `frame ${n}`));
  });

  test('discard, the default, gives none', async () => {
    const outputs = await encodeFrames(config, transparent(3));
    assert.ok(outputs.every(({ metadata }) => !('alphaSideData' in metadata)));
  });

  test('an opaque frame among those with alpha is opaque', async () => {
    const outputs = await encodeFrames(keep, frames(2));
    const pictures = await bytesOfFrames(await decodeAll({ codec }, outputs.map(({ chunk, metadata }) => withAlpha(chunk, metadata.alphaSideData))));
    for (const bytes of pictures) assert.ok(bytes.subarray(-width * height).every((value) => value > 250));
  });

  test('a chunk without alpha after one with it is an EncodingError that says so', async () => {
    const outputs = await encodeFrames(keep, transparent(3));
    const { decoder, errors } = collectFrames();
    decoder.configure({ codec });
    decoder.decode(withAlpha(outputs[0].chunk, outputs[0].metadata.alphaSideData));
    decoder.decode(outputs[1].chunk);
    await assert.rejects(decoder.flush());
    assert.deepEqual(errors.map(({ name: kind, message }) => [kind, /alpha/.test(message)]), [['EncodingError', true]]);
  });

  test('streams pass it on', async () => {
    const source = new ReadableStream({
      start(controller) {
        for (const picture of transparent(10)) controller.enqueue(picture);
        controller.close();
      },
    });
    const decoded = [];
    for await (const picture of source.pipeThrough(new VideoEncoderStream(keep)).pipeThrough(new VideoDecoderStream())) decoded.push(picture);
    assert.ok(decoded.every(({ format }) => format === 'I420A'));
    assertAlpha(await bytesOfFrames(decoded));
  });
}

describe('codec strings', () => {
  const cases = [
    ['vp8', true], ['VP8', false], ['vp8.0', false], ['vp08.00.10.08', false], ['vp9', false], ['vp09', false], ['vp09.00.10', false],
    ['vp09.00.10.08', true], ['vp09.00.10.08.01.01.01.01.00', true], ['vp09.00.10.08.01.01.01.01', true], ['vp09.01.10.08.03', true],
    ['vp09.00.10.08.01.01.01.01.00.00', false], [' vp8', false], ['vp09.00.10.10', false], ['vp09.04.10.08', false],
    ['vp09.00.99.08', false], ['vp09.01.10.08', true], ['vp09.02.10.10', true], ['vp09.02.10.12', true], ['vp09.03.10.10', true], ['av01.0.04M.08', false],
  ];
  for (const [codec, expected] of cases) {
    test(`${JSON.stringify(codec)} is ${expected ? '' : 'not '}supported`, async () => {
      const encodes = await VideoEncoder.isConfigSupported({ codec, ...SMALL });
      const decodes = await VideoDecoder.isConfigSupported({ codec });
      assert.deepEqual([encodes.supported, decodes.supported], [expected, expected]);
    });
  }
});

describe('VP9 in every depth and subsampling', () => {
  const cases = [
    ['vp09.00.10.08', 'I420'], ['vp09.01.10.08.02', 'I422'], ['vp09.01.10.08.03', 'I444'], ['vp09.02.10.10', 'I420P10'],
    ['vp09.02.10.12', 'I420P12'], ['vp09.03.10.10.02', 'I422P10'], ['vp09.03.10.10', 'I444P10'], ['vp09.03.10.12', 'I444P12'],
  ];
  for (const [given, format] of cases) {
    const codec = given.split('.').length === 5 ? `${given}.01.01.01.00` : given;
    test(`${codec}: ${format} is neither converted nor lost`, async () => {
      const picture = patternFrame(format, SMALL.width, SMALL.height);
      const [before] = await bytesOfFrames([picture.clone()]);
      const lossless = { codec, ...SMALL, latencyMode: 'realtime', framegate: { ffmpeg: { lossless: 1 } } };
      const outputs = await encodeFrames(lossless, [picture]);
      assert.equal(outputs[0].metadata.decoderConfig.codec, codec);
      const decoded = await decodeAll(outputs[0].metadata.decoderConfig, [outputs[0].chunk]);
      assert.equal(decoded[0].format, format);
      const [after] = await bytesOfFrames(decoded);
      assert.ok(after.equals(before));
    });
  }
});
