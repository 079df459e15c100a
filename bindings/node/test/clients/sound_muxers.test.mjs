// mp4-muxer and webm-muxer, which write the chunks of our encoders of sound as they come, alone and with pictures.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';

import 'framegate/polyfill';
import { ArrayBufferTarget as Mp4Target, Muxer as Mp4Muxer } from 'mp4-muxer';
import { ArrayBufferTarget as WebMTarget, Muxer as WebMMuxer } from 'webm-muxer';

import { framesOf, newPath, probe } from '../support/clips.mjs';
import { alignment, decodeAll, encode, encodeAll, interleaved, RATE, samples } from '../support/sound.mjs';
import { decodedByFfmpeg, heard } from '../support/sound_files.mjs';
import { frame } from '../support/video.mjs';

const SOUND = { sampleRate: RATE, numberOfChannels: 2 };
const mp4 = (codec, options) => new Mp4Muxer({ target: new Mp4Target(), audio: { codec, ...SOUND }, fastStart: 'in-memory', ...options });
const webm = (codec, options) => new WebMMuxer({ target: new WebMTarget(), audio: { codec, ...SOUND }, ...options });

/** `late`: how many samples of priming the file does not tell. */
const CASES = [
  { name: 'mp4-muxer, AAC', extension: 'mp4', codec: 'mp4a.40.2', probed: 'aac', late: 1_024, make: () => mp4('aac') },
  { name: 'mp4-muxer, AAC, fragmented', extension: 'mp4', codec: 'mp4a.40.2', probed: 'aac', late: 1_024, make: () => mp4('aac', { fastStart: 'fragmented' }) },
  { name: 'mp4-muxer, Opus', extension: 'mp4', codec: 'opus', probed: 'opus', late: 0, make: () => mp4('opus') },
  { name: 'webm-muxer, Opus', extension: 'webm', codec: 'opus', probed: 'opus', late: 0, make: () => webm('A_OPUS') },
  { name: 'webm-muxer, Vorbis', extension: 'webm', codec: 'vorbis', probed: 'vorbis', late: 0, make: () => webm('A_VORBIS') },
  { name: 'webm-muxer, AAC', extension: 'mkv', codec: 'mp4a.40.2', probed: 'aac', late: 1_024, make: () => webm('A_AAC', { type: 'matroska' }) },
  { name: 'webm-muxer, FLAC', extension: 'mkv', codec: 'flac', probed: 'flac', late: 0, make: () => webm('A_FLAC', { type: 'matroska' }) },
];

function write(muxer, extension) {
  muxer.finalize();
  const path = newPath(extension);
  writeFileSync(path, Buffer.from(muxer.target.buffer));
  return path;
}

describe('sound alone', () => {
  const source = samples(60_000);
  for (const { name, extension, codec, probed, late, make } of CASES) {
    test(name, async () => {
      const outputs = await encodeAll({ codec, ...SOUND, bitrate: 192_000 }, source);
      const muxer = make();
      for (const { chunk, metadata } of outputs) muxer.addAudioChunk(chunk, metadata);
      const path = write(muxer, extension);

      const [stream] = probe(path, ['-show_streams'], 'a:0').streams;
      assert.deepEqual([stream.codec_name, stream.sample_rate, stream.channels], [probed, String(RATE), 2]);
      const { packets } = probe(path, ['-show_packets'], 'a:0');
      assert.deepEqual(packets.map(({ size }) => Number(size)), outputs.map(({ chunk }) => chunk.byteLength));
      const ours = await decodeAll(outputs[0].metadata.decoderConfig, outputs.map(({ chunk }) => chunk));
      assert.deepEqual(decodedByFfmpeg(['-i', path]), interleaved(ours));
      const { offset, likeness } = alignment(source, heard(['-i', path]));
      assert.equal(offset, late);
      assert.ok(likeness > 0.99, `${likeness}`);
    });
  }
});

describe('sound and pictures', () => {
  const size = { width: 64, height: 48 };
  const cases = [
    ['mp4-muxer', 'mp4', 'avc1.42001f', 'mp4a.40.2', () => mp4('aac', { video: { codec: 'avc', ...size } })],
    ['webm-muxer', 'webm', 'vp09.00.10.08', 'opus', () => webm('A_OPUS', { video: { codec: 'V_VP9', ...size, frameRate: 25 } })],
  ];
  for (const [name, extension, pictures, sound, make] of cases) {
    test(name, async () => {
      const muxer = make();
      const error = (each) => assert.fail(each);
      const video = new VideoEncoder({ output: (chunk, metadata) => muxer.addVideoChunk(chunk, metadata), error });
      const audio = new AudioEncoder({ output: (chunk, metadata) => muxer.addAudioChunk(chunk, metadata), error });
      video.configure({ codec: pictures, ...size, framerate: 25, bitrate: 300_000 });
      audio.configure({ codec: sound, ...SOUND });
      for (let n = 0; n < 50; n += 1) {
        await Promise.all([video.ready, audio.ready]);
        const picture = frame(n, size, { timestamp: n * 40_000, duration: 40_000 });
        video.encode(picture);
        picture.close();
        encode(audio, samples(1_920, { from: n * 1_920 }), { timestamp: n * 40_000 });
      }
      await Promise.all([video.flush(), audio.flush()]);
      const path = write(muxer, extension);
      assert.deepEqual(framesOf(path).map(({ time }) => time), Array.from({ length: 50 }, (_, n) => n / 25));
      const { offset, likeness } = alignment(samples(96_000), heard(['-i', path]));
      assert.equal(offset, sound === 'opus' ? 0 : 1_024);
      assert.ok(likeness > 0.99, `${likeness}`);
      video.close();
      audio.close();
    });
  }
});
