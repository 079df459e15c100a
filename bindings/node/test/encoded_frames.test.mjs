// What a VideoEncoder makes of a VideoFrame, seen through a VideoDecoder: formats, parts, sizes, colours, times, turns.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { VideoFrame } from 'framegate';

import { FORMATS, tightPlanes } from './support/frames.mjs';
import { run } from './support/program.mjs';
import { collectChunks, collectFrames, FRAME_US } from './support/video.mjs';

const SIZE = { width: 64, height: 48 };
/** The best quality, so that colours can be compared. */
const CONFIG = { codec: 'avc1.42001f', ...SIZE, framerate: 30, bitrate: 20_000_000 };

/** Encodes and closes the frames, decodes the chunks. Frames that come out are open. */
async function cycle(frames, config = CONFIG) {
  const { encoder, outputs, errors } = collectChunks();
  encoder.configure(config);
  for (const frame of frames) {
    encoder.encode(frame);
    frame.close();
  }
  await encoder.flush();
  encoder.close();
  const { decoder, frames: decoded, errors: decodingErrors } = collectFrames({ keep: true });
  for (const { chunk, metadata } of outputs) {
    if (metadata.decoderConfig) decoder.configure(metadata.decoderConfig);
    decoder.decode(chunk);
  }
  await decoder.flush();
  decoder.close();
  assert.deepEqual([...errors, ...decodingErrors], []);
  return { outputs, decoded };
}

/** A frame of one colour, given as samples of 8 bits in the order of the format's planes. */
function plain(format, samples, init = {}, { width, height } = SIZE) {
  const shift = Number(/P(1.)$/.exec(format)?.[1] ?? 8) - 8;
  const bytes = tightPlanes(format, width, height).flatMap(({ stride, rows }, index) => {
    const [sampleBytes] = FORMATS[format][index];
    const interleaved = FORMATS[format].length === 1 ? samples : index === 1 ? samples.slice(1, 3) : [samples[0]];
    return Array.from({ length: stride * rows }, (_, at) => {
      if (sampleBytes === 4 || format === 'NV12') return interleaved[at % interleaved.length];
      const sample = samples[index] << shift;
      return sampleBytes === 1 ? sample : at % 2 === 0 ? sample & 255 : sample >> 8;
    });
  });
  return new VideoFrame(Uint8Array.from(bytes), { format, codedWidth: width, codedHeight: height, timestamp: 0, ...init });
}

/** The pixel at (x, y), as RGB. */
async function pixelOf(frame, x, y) {
  const rgba = new Uint8Array(4);
  await frame.copyTo(rgba, { rect: { x, y, width: 1, height: 1 }, format: 'RGBA' });
  return [...rgba.subarray(0, 3)];
}

function assertNear(actual, expected, tolerance, text) {
  const far = actual.some((value, i) => Math.abs(value - expected[i]) > tolerance);
  assert.ok(!far, `${text}: ${actual} is not ${expected}`);
}

describe('pixels', () => {
  for (const format of Object.keys(FORMATS)) {
    test(`${format} keeps its colour`, async () => {
      for (const samples of [[150, 100, 160, 255], [60, 140, 110, 255]]) {
        const frame = plain(format, samples);
        const expected = await pixelOf(frame, 10, 10);
        const { decoded } = await cycle([frame]);
        assertNear(await pixelOf(decoded[0], 10, 10), expected, 5, format);
        decoded[0].close();
      }
    });
  }

  /** The left half red, the right half blue. */
  function halves(init) {
    const rgba = new Uint8Array(64 * 48 * 4);
    for (let at = 0; at < rgba.length; at += 4) rgba.set((at / 4) % 64 < 32 ? [200, 0, 0, 255] : [0, 0, 200, 255], at);
    return new VideoFrame(rgba, { format: 'RGBA', codedWidth: 64, codedHeight: 48, timestamp: 0, ...init });
  }
  const RED = [200, 0, 0];
  const BLUE = [0, 0, 200];

  test('only what is visible is encoded', async () => {
    const { decoded } = await cycle([halves({ visibleRect: { x: 32, y: 0, width: 32, height: 48 } })], { ...CONFIG, width: 32 });
    assert.equal(decoded[0].visibleRect.width, 32);
    assertNear(await pixelOf(decoded[0], 2, 2), BLUE, 8, 'the right half');
    decoded[0].close();
  });

  test('a frame of another size is scaled to that of the configuration', async () => {
    for (const [width, height] of [[32, 32], [128, 96], [30, 50]]) {
      const { decoded } = await cycle([halves()], { ...CONFIG, width, height });
      const { visibleRect } = decoded[0];
      assert.deepEqual([visibleRect.width, visibleRect.height], [width, height]);
      assertNear(await pixelOf(decoded[0], 2, 2), RED, 12, `${width}x${height}, left`);
      assertNear(await pixelOf(decoded[0], width - 4, height - 4), BLUE, 12, `${width}x${height}, right`);
      decoded[0].close();
    }
  });

  test('rotation and flip do not turn the pixels, but the decoded frames', async () => {
    const { outputs, decoded } = await cycle([halves({ rotation: 90, flip: true })]);
    const { rotation, flip } = outputs[0].metadata.decoderConfig;
    assert.deepEqual([rotation, flip], [90, true]);
    assert.deepEqual([decoded[0].rotation, decoded[0].flip], [90, true]);
    assertNear(await pixelOf(decoded[0], 2, 2), RED, 8, 'left');
    decoded[0].close();
  });
});

describe('facts', () => {
  test('times and durations go through both codecs', async () => {
    const given = [[-40_000, 40_000], [0, null], [100_000, 1], [100_001, 2 ** 40]];
    const frames = given.map(([timestamp, duration], n) => plain('I420', [16 + n, 128, 128], { timestamp, ...(duration === null ? {} : { duration }) }));
    const { decoded } = await cycle(frames);
    assert.deepEqual(decoded.map(({ timestamp, duration }) => [timestamp, duration]), given);
    for (const frame of decoded) frame.close();
  });

  test("the colour space of YUV frames is the stream's, the configuration's and the decoded frames'", async () => {
    const spaces = [
      { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', fullRange: false },
      { primaries: 'smpte170m', transfer: 'smpte170m', matrix: 'smpte170m', fullRange: false },
      { primaries: 'bt2020', transfer: 'pq', matrix: 'bt2020-ncl', fullRange: false },
      { primaries: 'bt709', transfer: 'iec61966-2-1', matrix: 'bt470bg', fullRange: true },
    ];
    for (const colorSpace of spaces) {
      const { outputs, decoded } = await cycle([plain('I420', [100, 120, 140], { colorSpace })]);
      assert.deepEqual(outputs[0].metadata.decoderConfig.colorSpace, colorSpace);
      assert.deepEqual(decoded[0].colorSpace.toJSON(), colorSpace);
      decoded[0].close();
    }
  });

  test('displayWidth and displayHeight of the configuration are the aspect of the decoded frames', async () => {
    const { outputs, decoded } = await cycle([plain('I420', [100, 120, 140])], { ...CONFIG, displayWidth: 128, displayHeight: 48 });
    const { displayAspectWidth, displayAspectHeight } = outputs[0].metadata.decoderConfig;
    assert.deepEqual([displayAspectWidth, displayAspectHeight], [128, 48]);
    assert.deepEqual([decoded[0].displayWidth, decoded[0].displayHeight], [128, 48]);
    decoded[0].close();
  });

  test('a frame of a frame is encoded with its own time and part', async () => {
    const frame = plain('I420', [100, 120, 140]);
    const others = [5, 6].map((n) => new VideoFrame(frame, { timestamp: n * FRAME_US, duration: n }));
    const { decoded } = await cycle([frame, ...others]);
    assert.deepEqual(decoded.map(({ timestamp, duration }) => [timestamp, duration]), [[0, null], [5 * FRAME_US, 5], [6 * FRAME_US, 6]]);
    for (const each of decoded) each.close();
  });
});

test('transferred pixels stay alive until the encoder has read them, though the program has let go of them', async () => {
  const { code, stdout, stderr } = await run(
    `
    const size = { width: 640, height: 480 };
    const encodeAll = async (transferred) => {
      const { encoder, outputs } = video.collectChunks({ backpressure: 'queue' });
      encoder.configure({ codec: 'avc1.42001f', ...size, bitrateMode: 'quantizer' });
      for (let n = 0; n < 40; n += 1) {
        const data = video.pixels(n, size).slice(0, 640 * 480 * 1.5); // not converted: the encoder reads it itself
        const init = { format: 'I420', codedWidth: 640, codedHeight: 480, timestamp: n };
        const frame = new VideoFrame(data, transferred ? { ...init, transfer: [data.buffer] } : init);
        encoder.encode(frame);
        frame.close();
        if (n % 4 === 0) gc();
      }
      await encoder.flush();
      encoder.close();
      return outputs.map(({ chunk }) => {
        const bytes = Buffer.alloc(chunk.byteLength);
        chunk.copyTo(bytes);
        return bytes.toString('latin1');
      });
    };
    const [copied, transferred] = [await encodeAll(false), await encodeAll(true)];
    console.log(copied.length, copied.every((bytes, n) => bytes === transferred[n]));
    `,
    { args: ['--expose-gc'] },
  );
  assert.equal(code, 0, stderr);
  assert.equal(stdout.trim(), '40 true');
});

test('transferred buffers are let go of when the encoder has read them, and when it is closed', async () => {
  const { code, stdout, stderr } = await run(
    `
    const size = { width: 1280, height: 720 };
    const work = async (end) => {
      const { encoder } = video.collectChunks();
      encoder.configure({ codec: 'avc1.42001f', ...size });
      for (let n = 0; n < 30; n += 1) {
        const data = new Uint8Array(1280 * 720 * 1.5).fill(n);
        const frame = new VideoFrame(data, { format: 'I420', codedWidth: 1280, codedHeight: 720, timestamp: n, transfer: [data.buffer] });
        encoder.encode(frame);
        frame.close();
      }
      await end(encoder);
      // The encoder is freed and the garbage collector frees, on threads of their own: this ends as soon as they have.
      while (process.memoryUsage().arrayBuffers >= 3 * 1280 * 720 * 1.5) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        gc();
      }
      console.log('it is back');
    };
    await work(async (encoder) => encoder.close());
    await work((encoder) => encoder.flush());
    `,
    { args: ['--expose-gc'] },
  );
  assert.equal(code, 0, stderr);
  assert.equal(stdout, 'it is back\nit is back\n');
});
