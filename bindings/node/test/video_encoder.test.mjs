import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';

import { VideoEncoder } from 'framegate';

import { name } from './support/assertions.mjs';
import { testInvalid, testUnsupported } from './support/configurations.mjs';
import { collectChunks, encode, frame, FRAME_US, H264, nextTask, NULL, SMALL } from './support/video.mjs';

async function encodeAll(config, count, each = () => ({})) {
  const collected = collectChunks();
  collected.encoder.configure(config);
  for (let n = 0; n < count; n += 1) {
    const { options, ...more } = each(n);
    const picture = frame(n, SMALL, more);
    collected.encoder.encode(picture, options);
    picture.close();
  }
  await collected.encoder.flush();
  return collected;
}

const bytesOf = (chunk) => {
  const bytes = new Uint8Array(chunk.byteLength);
  chunk.copyTo(bytes);
  return bytes;
};

describe('configurations', () => {
  const invalid = {
    'no codec': { ...SMALL },
    'no width': { codec: 'vp8', height: 48 },
    'no height': { codec: 'vp8', width: 64 },
    'width 0': { ...H264, width: 0 },
    'height 0': { ...H264, height: 0 },
    'width negative': { ...H264, width: -1 },
    'width too large for unsigned long': { ...H264, width: 2 ** 32 },
    'width NaN': { ...H264, width: NaN },
    'displayWidth 0': { ...H264, displayWidth: 0 },
    'displayHeight 0': { ...H264, displayHeight: 0 },
    'bitrate 0': { ...H264, bitrate: 0 },
    'bitrate negative': { ...H264, bitrate: -1 },
    'framerate infinite': { ...H264, framerate: Infinity },
    latencyMode: { ...H264, latencyMode: 'fast' },
    bitrateMode: { ...H264, bitrateMode: 'none' },
    alpha: { ...H264, alpha: 'maybe' },
    hardwareAcceleration: { ...H264, hardwareAcceleration: 'require' },
    'avc.format': { ...H264, avc: { format: 'mp4' } },
  };
  testInvalid(VideoEncoder, invalid);

  const unsupported = {
    'a codec that is not known': { ...H264, codec: 'bogus' },
    'an ambiguous codec string': { ...H264, codec: 'avc1' },
    'a size beyond every encoder': { ...H264, width: 2 ** 31, height: 48 },
    'a scalability mode that does not exist': { ...H264, scalabilityMode: 'ABC' },
    'a preset that does not exist': { ...H264, framegate: { ffmpeg: { preset: 'warp' } } },
  };
  testUnsupported(VideoEncoder, unsupported, { submit: (encoder) => encode(encoder, 0) });

  test('isConfigSupported gives the members that are known, with their defaults', async () => {
    const { supported, config } = await VideoEncoder.isConfigSupported({
      ...H264,
      contentHint: 'whatever',
      bogus: true,
      hevc: { format: 'annexb' },
    });
    assert.equal(supported, true, 'a content hint is never refused');
    assert.deepEqual(config, {
      ...H264,
      alpha: 'discard',
      bitrateMode: 'variable',
      contentHint: 'whatever',
      hardwareAcceleration: 'no-preference',
      latencyMode: 'quality',
    });
  });

  test('isConfigSupported does not hold the event loop', async () => {
    const asked = Promise.all(Array.from({ length: 20 }, () => VideoEncoder.isConfigSupported({ ...H264, width: 1280, height: 720 })));
    let settled = false;
    void asked.then(() => (settled = true));
    await nextTask();
    assert.equal(settled, false);
    assert.ok((await asked).every(({ supported }) => supported));
  });

  test('displayWidth alone: the other is the coded size', async () => {
    const { outputs } = await encodeAll({ ...H264, displayWidth: 128 }, 1);
    const { displayAspectWidth, displayAspectHeight } = outputs[0].metadata.decoderConfig;
    assert.deepEqual([displayAspectWidth, displayAspectHeight], [128, 48]);
  });
});

describe('encode', () => {
  test('frames in, chunks out: time, duration and type', async () => {
    const { outputs, errors } = await encodeAll(H264, 5, () => ({ duration: FRAME_US }));
    assert.deepEqual(errors, []);
    assert.deepEqual(outputs.map(({ chunk }) => chunk.timestamp), [0, 1, 2, 3, 4].map((n) => n * FRAME_US));
    assert.deepEqual(outputs.map(({ chunk }) => chunk.duration), Array(5).fill(FRAME_US));
    assert.deepEqual(outputs.map(({ chunk }) => chunk.type), ['key', 'delta', 'delta', 'delta', 'delta']);
    assert.ok(outputs.every(({ chunk }) => chunk.byteLength > 0));
  });

  test('negative and unordered times, no duration', async () => {
    const times = [-5, 7_000_000, 1];
    const { outputs } = await encodeAll(H264, 3, (n) => ({ timestamp: times[n] }));
    assert.deepEqual(outputs.map(({ chunk }) => chunk.timestamp), times);
    assert.deepEqual(outputs.map(({ chunk }) => chunk.duration), [null, null, null]);
  });

  test('chunks come in decode order, each with the time of its own frame', async () => {
    const config = { ...H264, codec: 'avc1.64001f', framegate: { ffmpeg: { bf: 3, preset: 'medium' } } };
    const { outputs } = await encodeAll(config, 20);
    const times = outputs.map(({ chunk }) => chunk.timestamp / FRAME_US);
    assert.notDeepEqual(times, times.toSorted ? times.toSorted((a, b) => a - b) : [...times].sort((a, b) => a - b));
    assert.deepEqual([...times].sort((a, b) => a - b), Array.from({ length: 20 }, (_, n) => n));
  });

  test('keyFrame asks for a key frame', async () => {
    const { outputs } = await encodeAll(H264, 6, (n) => ({ options: { keyFrame: n === 3 } }));
    assert.deepEqual(outputs.map(({ chunk }) => chunk.type), ['key', 'delta', 'delta', 'key', 'delta', 'delta']);
  });

  test('the quantizer of a frame', async () => {
    const config = { ...H264, bitrateMode: 'quantizer', latencyMode: 'realtime' };
    const sizes = async (quantizer) => {
      const { outputs } = await encodeAll(config, 3, () => ({ options: { keyFrame: true, avc: { quantizer } } }));
      return outputs.reduce((sum, { chunk }) => sum + chunk.byteLength, 0);
    };
    assert.ok((await sizes(10)) > 2 * (await sizes(45)));
  });

  test('a quantizer that H.264 does not have is a TypeError, and the encoder goes on', async () => {
    const { encoder, outputs } = collectChunks();
    encoder.configure({ ...H264, bitrateMode: 'quantizer' });
    assert.throws(() => encode(encoder, 0, SMALL, { avc: { quantizer: 52 } }), TypeError);
    assert.throws(() => encode(encoder, 0, SMALL, { avc: { quantizer: -1 } }), TypeError);
    encode(encoder, 1);
    await encoder.flush();
    assert.equal(outputs.length, 1);
  });

  test('a closed frame is a TypeError, before the state is looked at; no frame, too', () => {
    const { encoder } = collectChunks();
    const closed = frame(0);
    closed.close();
    assert.throws(() => encoder.encode(closed), TypeError);
    for (const bad of [undefined, null, {}, new Uint8Array(4)]) assert.throws(() => encoder.encode(bad), TypeError);
    const open = frame(0);
    assert.throws(() => encoder.encode(open), name('InvalidStateError'));
    assert.throws(() => encoder.encode(open, 7), TypeError);
    open.close();
  });

  test('the frame may be closed at once, and its memory is not reused under the encoder', async () => {
    const { outputs } = await encodeAll({ ...H264, bitrateMode: 'quantizer' }, 8, () => ({ options: { keyFrame: true } }));
    const sizes = new Set(outputs.map(({ chunk }) => bytesOf(chunk).join()));
    assert.equal(sizes.size, 8, 'eight different pictures');
  });

  test('work goes on after flush() without configure()', async () => {
    const { encoder, outputs } = collectChunks();
    encoder.configure(H264);
    encode(encoder, 0);
    const flushed = encoder.flush();
    encode(encoder, 1);
    await flushed;
    assert.equal(outputs.length, 1);
    await encoder.flush();
    assert.equal(outputs.length, 2);
  });

  test('rotation and flip must be those of the first frame since configure', async () => {
    const { encoder, outputs } = collectChunks();
    const send = (more) => {
      const picture = frame(0, SMALL, more);
      try {
        encoder.encode(picture);
      } finally {
        picture.close();
      }
    };
    encoder.configure(H264);
    send({ rotation: 90 });
    assert.throws(() => send({}), name('DataError'));
    assert.throws(() => send({ rotation: 90, flip: true }), name('DataError'));
    send({ rotation: 90 });
    encoder.configure(H264);
    send({ flip: true });
    await encoder.flush();
    const configs = outputs.map(({ metadata }) => metadata.decoderConfig && [metadata.decoderConfig.rotation, metadata.decoderConfig.flip]);
    assert.deepEqual(configs, [[90, false], undefined, [0, true]]);
  });
});

describe('metadata', () => {
  test('the decoder configuration comes with the first chunk, and when it changes', async () => {
    const { encoder, outputs } = collectChunks();
    encoder.configure(H264);
    for (let n = 0; n < 3; n += 1) encode(encoder, n, SMALL, { keyFrame: true });
    encoder.configure({ ...H264, width: 32, height: 32 });
    encode(encoder, 3);
    encode(encoder, 4);
    await encoder.flush();
    encoder.reset();
    encoder.configure({ ...H264, width: 32, height: 32 });
    encode(encoder, 5);
    await encoder.flush();
    const widths = outputs.map(({ metadata }) => metadata.decoderConfig?.codedWidth);
    assert.deepEqual(widths, [64, undefined, undefined, 32, undefined, 32]);
  });

  test('avcC by default, nothing with annexb', async () => {
    const { outputs: avc } = await encodeAll(H264, 1);
    const { description, ...config } = avc[0].metadata.decoderConfig;
    assert.equal(description[0], 1, 'an AVCDecoderConfigurationRecord begins with its version');
    assert.match(config.codec, /^avc1\.42/);
    assert.equal(config.codedWidth, 64);
    assert.equal(config.codedHeight, 48);
    assert.equal(config.rotation, 0);
    assert.equal(config.flip, false);
    const { outputs: annexb } = await encodeAll({ ...H264, avc: { format: 'annexb' } }, 1);
    assert.equal(annexb[0].metadata.decoderConfig.description, undefined);
    assert.deepEqual([...bytesOf(annexb[0].chunk).subarray(0, 4)], [0, 0, 0, 1]);
  });

  test('the configuration describes the bytes: ffprobe sees the same', async () => {
    const { outputs } = await encodeAll({ ...H264, avc: { format: 'annexb' } }, 10);
    const stream = Buffer.concat(outputs.map(({ chunk }) => bytesOf(chunk)));
    const entries = 'stream=width,height,color_space,color_range,profile,nb_read_frames';
    const args = ['-v', 'error', '-count_frames', '-f', 'h264', '-show_entries', entries, '-of', 'json', '-'];
    const { stdout, status } = spawnSync('ffprobe', args, { input: stream });
    assert.equal(status, 0);
    const [probed] = JSON.parse(stdout).streams;
    const { decoderConfig } = outputs[0].metadata;
    assert.equal(probed.width, decoderConfig.codedWidth);
    assert.equal(probed.height, decoderConfig.codedHeight);
    assert.equal(probed.color_space, decoderConfig.colorSpace.matrix);
    assert.equal(probed.color_range === 'pc', decoderConfig.colorSpace.fullRange);
    assert.equal(Number(probed.nb_read_frames), 10);
  });

  test('no svc with one layer', async () => {
    const { outputs } = await encodeAll(NULL, 1);
    assert.equal('svc' in outputs[0].metadata, false);
  });
});
