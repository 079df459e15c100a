// mediabunny on the classes of sound, as its documentation says: with framegate/polyfill.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import 'framegate/polyfill';
import {
  ALL_FORMATS, AdtsOutputFormat, AudioSample, AudioSampleSink, AudioSampleSource, Conversion, FilePathSource, FilePathTarget, FlacOutputFormat, Input,
  MkvOutputFormat, Mp3OutputFormat, Mp4OutputFormat, OggOutputFormat, Output, WebMOutputFormat,
} from 'mediabunny';

import { newPath, probe } from '../support/clips.mjs';
import { alignment, audioData, interleaved, RATE, samples } from '../support/sound.mjs';
import { decodedByFfmpeg, encodedByFfmpeg, heard } from '../support/sound_files.mjs';

const open = (path) => new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });
const sinkOf = async (path) => new AudioSampleSink(await open(path).getPrimaryAudioTrack());

/** What encoders put in front, and the samples of a chunk. How many samples Vorbis encodes is FFmpeg's secret. */
const PRIMING = { aac: 1_024, opus: 312, flac: 0, mp3: 1_105, vorbis: 0 };
const CHUNK = { aac: 1_024, opus: 960, flac: 1, mp3: 1_152 };

/**
 * How much later than it went in is heard what mediabunny has encoded: it keeps to the edit list of an MP4 file and writes none for priming. Of
 * Opus the description has it, to which players keep, and mediabunny does not.
 */
const LATE = { ...PRIMING, opus: 0 };

const encodedFrames = (frames, codec) => Math.ceil((frames + PRIMING[codec]) / CHUNK[codec]) * CHUNK[codec];

async function convert(from, format, audio) {
  const to = newPath(format.fileExtension);
  const output = new Output({ format, target: new FilePathTarget(to) });
  const conversion = await Conversion.init({ input: open(from), output, audio });
  assert.ok(conversion.isValid, JSON.stringify(conversion.discardedTracks.map(({ reason }) => reason)));
  await conversion.execute();
  return to;
}

function assertFile(path, codec, rate, channels) {
  const [stream] = probe(path, ['-show_streams'], 'a:0').streams;
  assert.deepEqual([stream.codec_name, Number(stream.sample_rate), stream.channels], [codec, rate, channels]);
  return stream;
}

function assertAligned(source, path, offset, channels) {
  const { likeness, ...found } = alignment(source, heard(['-i', path]), { channels });
  assert.deepEqual(found, { offset });
  assert.ok(likeness > 0.99, `${likeness}`);
}

describe('converts AAC in MP4 to Opus in WebM, and back', () => {
  for (const channels of [1, 2, 6]) {
    test(`${channels} channels`, async () => {
      const bitrate = 128_000 * channels;
      const path = encodedByFfmpeg('mp4', ['-c:a', 'aac', '-b:a', String(bitrate)], samples(50_000, { channels }), { sampleRate: RATE, numberOfChannels: channels });
      const source = heard(['-i', path]); // without priming, of which MP4's edit list tells mediabunny, too
      const frames = source.length / channels;

      const there = await convert(path, new WebMOutputFormat(), { codec: 'opus', bitrate });
      assertFile(there, 'opus', RATE, channels);
      const inOpus = encodedFrames(frames, 'opus');
      assert.equal(decodedByFfmpeg(['-i', there]).length / channels, inOpus);
      assertAligned(source, there, LATE.opus, channels);

      const back = await convert(there, new Mp4OutputFormat(), { codec: 'aac', bitrate });
      const { duration_ts: duration } = assertFile(back, 'aac', RATE, channels);
      assert.equal(duration, inOpus + PRIMING.aac);
      assert.equal(decodedByFfmpeg(['-i', back]).length / channels, encodedFrames(inOpus, 'aac'));
      assertAligned(source, back, PRIMING.opus + LATE.aac, channels);
    });
  }

  test('of 44.1 kHz, which mediabunny makes 48 kHz, since Opus has no other', async () => {
    const source = samples(88_200, { rate: 44_100 });
    const path = encodedByFfmpeg('mp4', ['-c:a', 'aac', '-b:a', '256k'], source, { sampleRate: 44_100, numberOfChannels: 2 });
    const there = await convert(path, new WebMOutputFormat(), { codec: 'opus', bitrate: 256_000 });
    assertFile(there, 'opus', RATE, 2);
    assertAligned(heard(['-i', path], ['-ar', String(RATE)]), there, LATE.opus, 2);
  });
});

describe('AudioSampleSink', () => {
  const source = samples(60_000);
  const cases = [
    ['AAC in MP4', 'mp4', ['-c:a', 'aac']],
    ['AAC with ADTS headers', 'aac', ['-c:a', 'aac']],
    ['Opus in WebM', 'webm', ['-c:a', 'libopus']],
    ['Opus in Ogg', 'ogg', ['-c:a', 'libopus']],
    ['Vorbis in WebM', 'webm', ['-c:a', 'libvorbis']],
    ['FLAC', 'flac', ['-c:a', 'flac']],
    ['MP3', 'mp3', ['-c:a', 'libmp3lame']],
  ];
  for (const [name, extension, options] of cases) {
    test(`${name}: all that ffmpeg decodes`, async () => {
      const path = encodedByFfmpeg(extension, options, source, { sampleRate: RATE, numberOfChannels: 2 });
      const all = [];
      let end;
      for await (const sample of (await sinkOf(path)).samples()) {
        if (end !== undefined) assert.ok(Math.abs(sample.timestamp - end) < 1e-9, `${sample.timestamp} after ${end}`);
        end = sample.timestamp + sample.duration;
        all.push(sample.toAudioData());
        sample.close();
      }
      assert.deepEqual(interleaved(all), decodedByFfmpeg(['-i', path]));
    });
  }

  test('random access, forwards and backwards', async () => {
    const path = encodedByFfmpeg('flac', ['-c:a', 'flac'], source, { sampleRate: RATE, numberOfChannels: 2 });
    const all = decodedByFfmpeg(['-i', path]);
    const sink = await sinkOf(path);
    for (const time of [1.2, 0, 0.5, 0.499, 1, 0.1]) {
      const sample = await sink.getSample(time);
      assert.ok(sample.timestamp <= time && time < sample.timestamp + sample.duration);
      const at = Math.round(sample.timestamp * RATE) * 2;
      const found = interleaved([sample.toAudioData()]);
      assert.deepEqual(found, all.subarray(at, at + found.length));
      sample.close();
    }
  });
});

describe('AudioSampleSource writes our AudioData', () => {
  const source = samples(96_000);
  const cases = [
    [new Mp4OutputFormat(), 'aac'],
    [new Mp4OutputFormat({ fastStart: 'fragmented' }), 'aac', ', fragmented'],
    [new Mp4OutputFormat(), 'opus'],
    [new AdtsOutputFormat(), 'aac'],
    [new WebMOutputFormat(), 'opus'],
    [new WebMOutputFormat(), 'vorbis'],
    [new MkvOutputFormat(), 'mp3'],
    [new Mp3OutputFormat(), 'mp3'],
    [new MkvOutputFormat(), 'flac'],
    [new FlacOutputFormat(), 'flac'],
    [new OggOutputFormat(), 'opus'],
    [new OggOutputFormat(), 'vorbis'],
  ];
  for (const [format, codec, how = ''] of cases) {
    test(`${codec} in ${format.constructor.name}${how}`, async () => {
      const path = newPath(format.fileExtension);
      const output = new Output({ format, target: new FilePathTarget(path) });
      const audio = new AudioSampleSource({ codec, bitrate: 192_000 });
      output.addAudioTrack(audio);
      await output.start();
      for (let at = 0; at < source.length; at += 9_600) {
        const sample = new AudioSample(audioData(source.subarray(at, at + 9_600), { timestamp: (at / 2 / RATE) * 1e6 }));
        await audio.add(sample);
        sample.close();
      }
      await output.finalize();
      assertFile(path, codec, RATE, 2);
      if (codec !== 'vorbis') assert.equal(decodedByFfmpeg(['-i', path]).length / 2, encodedFrames(96_000, codec));
      assertAligned(source, path, LATE[codec], 2);
    });
  }
});
