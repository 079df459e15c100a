// Web Audio, as node-web-audio-api has it: our sound in its buffers, and what it renders in our encoders. Offline: no machine needs a loudspeaker.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import 'framegate/polyfill';
import { ALL_FORMATS, AudioBufferSink, AudioBufferSource, FilePathSource, FilePathTarget, FlacOutputFormat, Input, Output } from 'mediabunny';
import { AudioBuffer, AudioBufferSourceNode, GainNode, OfflineAudioContext, OscillatorNode } from 'node-web-audio-api';

import { newPath } from '../support/clips.mjs';
import { audioData, decodeAll, encodeAll, RATE, samples } from '../support/sound.mjs';
import { decodedByFfmpeg, encodedByFfmpeg, fileOf } from '../support/sound_files.mjs';

globalThis.AudioBuffer = AudioBuffer; // which mediabunny looks for

const FRAMES = 48_000;

const channelOf = (interleaved, channel, channels = 2) => interleaved.filter((_, n) => n % channels === channel);

/** Sound that so many bits hold. */
const rounded = (sound, bits) => Float32Array.from(sound, (value) => Math.round(value * 2 ** (bits - 1)) / 2 ** (bits - 1) + 0); // no -0

function bufferOf(data) {
  const { numberOfChannels, numberOfFrames: length, sampleRate } = data;
  const buffer = new AudioBuffer({ numberOfChannels, length, sampleRate });
  const samplesOfChannel = new Float32Array(length);
  for (let channel = 0; channel < numberOfChannels; channel += 1) {
    data.copyTo(samplesOfChannel, { planeIndex: channel, format: 'f32-planar' });
    buffer.copyToChannel(samplesOfChannel, channel);
  }
  data.close();
  return buffer;
}

/** Plays all data at once, each from its timestamp on. */
async function rendered(all, { channels = 2, length = FRAMES } = {}) {
  const context = new OfflineAudioContext({ numberOfChannels: channels, length, sampleRate: RATE });
  for (const data of all) {
    const start = data.timestamp / 1e6;
    const source = new AudioBufferSourceNode(context, { buffer: bufferOf(data) });
    source.connect(context.destination);
    source.start(start);
  }
  return context.startRendering();
}

function assertRendered(buffer, expected) {
  for (let channel = 0; channel < buffer.numberOfChannels; channel += 1) {
    assert.deepEqual(buffer.getChannelData(channel), channelOf(expected, channel, buffer.numberOfChannels), `channel ${channel}`);
  }
}

describe('an OfflineAudioContext plays our AudioData', () => {
  for (const channels of [1, 2, 6]) {
    test(`${channels} channels of f32`, async () => {
      const sound = samples(FRAMES, { channels });
      assertRendered(await rendered([audioData(sound, { channels })], { channels }), sound);
    });
  }

  test('s16, which becomes f32', async () => {
    const sound = Int16Array.from(samples(FRAMES), (value) => value * 32_768);
    assertRendered(await rendered([audioData(sound, { format: 's16' })]), Float32Array.from(sound, (value) => value / 32_768));
  });

  test('what our decoder gives, one after the other, without a gap', async () => {
    const sound = rounded(samples(FRAMES), 24);
    const outputs = await encodeAll({ codec: 'flac', sampleRate: RATE, numberOfChannels: 2 }, sound);
    const all = await decodeAll(outputs[0].metadata.decoderConfig, outputs.map(({ chunk }) => chunk));
    assert.ok(all.length > 5, `${all.length}`);
    assertRendered(await rendered(all), sound);
  });
});

test('what an OfflineAudioContext renders, encoded to the sample', async () => {
  const context = new OfflineAudioContext({ numberOfChannels: 2, length: FRAMES, sampleRate: RATE });
  const oscillator = new OscillatorNode(context, { frequency: 440, type: 'sawtooth' });
  oscillator.connect(new GainNode(context, { gain: 0.5 })).connect(context.destination);
  oscillator.start();
  const buffer = await context.startRendering();
  const planes = [0, 1].flatMap((channel) => [...buffer.getChannelData(channel)]);
  const config = { codec: 'pcm-f32', sampleRate: RATE, numberOfChannels: 2 };
  const outputs = await encodeAll(config, Float32Array.from({ length: planes.length }, (_, n) => planes[(n % 2) * FRAMES + (n >> 1)]));
  assertRendered(buffer, decodedByFfmpeg(await fileOf(config, outputs)));
});

test("the README's program", () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const program = /```js\n(\/\/ play\.mjs.*?)```/s.exec(readme)[1];
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { cwd, encoding: 'utf8' });
  assert.deepEqual([stdout, stderr], ['0.999969482421875\n', '']);
});

describe('mediabunny', () => {
  test('its AudioBufferSink gives what ffmpeg decodes', async () => {
    const path = encodedByFfmpeg('mp4', ['-c:a', 'aac'], samples(FRAMES), { sampleRate: RATE, numberOfChannels: 2 });
    const track = await new Input({ source: new FilePathSource(path), formats: ALL_FORMATS }).getPrimaryAudioTrack();
    const all = [];
    for await (const { buffer } of new AudioBufferSink(track).buffers()) all.push(buffer);
    const expected = decodedByFfmpeg(['-i', path]);
    for (const channel of [0, 1]) {
      const found = Float32Array.from(all.flatMap((buffer) => [...buffer.getChannelData(channel)]));
      assert.deepEqual(found, channelOf(expected, channel));
    }
  });

  test('its AudioBufferSource encodes with our encoder', async () => {
    const sound = rounded(samples(FRAMES), 16);
    const path = newPath('flac');
    const output = new Output({ format: new FlacOutputFormat(), target: new FilePathTarget(path) });
    const source = new AudioBufferSource({ codec: 'flac' });
    output.addAudioTrack(source);
    await output.start();
    await source.add(bufferOf(audioData(sound)));
    await output.finalize();
    assert.deepEqual(decodedByFfmpeg(['-i', path]), sound);
  });
});
