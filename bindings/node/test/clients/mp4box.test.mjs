// mp4box, which gives our decoder its samples and its description, and takes our encoder's.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';

import { EncodedVideoChunk, VideoDecoder } from 'framegate';
import { createFile, DataStream, Endianness, MP4BoxBuffer } from 'mp4box';

import { clip, frameSums, framesOf, newPath, realClips, sumOf } from '../support/clips.mjs';
import { stream } from '../support/video.mjs';

/** The bytes of the avcC box, without its head. */
function descriptionOf(file, track) {
  const [{ avcC }] = file.getTrackById(track.id).mdia.minf.stbl.stsd.entries;
  const output = new DataStream(undefined, 0, Endianness.BIG_ENDIAN);
  avcC.write(output);
  return new Uint8Array(output.buffer, 8);
}

const microseconds = (time, timescale) => Math.round((1e6 * time) / timescale);

/** The decoded frames of a file, in pieces of `step` bytes. */
async function decode(path, step) {
  const frames = [];
  const errors = [];
  const decoder = new VideoDecoder({ output: (frame) => frames.push(frame), error: (error) => errors.push(error) });
  const file = createFile(true); // keeps what comes before the moov box
  file.onError = (module, message) => errors.push(message);
  file.onReady = ({ videoTracks: [track] }) => {
    decoder.configure({ codec: track.codec, codedWidth: track.video.width, codedHeight: track.video.height, description: descriptionOf(file, track) });
    file.setExtractionOptions(track.id, null, { nbSamples: 10 });
    file.start();
  };
  file.onSamples = (id, user, samples) => {
    for (const { is_sync, cts, duration, timescale, data } of samples) {
      const times = { timestamp: microseconds(cts, timescale), duration: microseconds(duration, timescale) };
      decoder.decode(new EncodedVideoChunk({ type: is_sync ? 'key' : 'delta', ...times, data }));
    }
  };
  const bytes = readFileSync(path);
  for (let at = 0; at < bytes.length; at += step) {
    file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(Uint8Array.from(bytes.subarray(at, at + step)).buffer, at));
  }
  file.flush();
  await decoder.flush();
  decoder.close();
  assert.deepEqual(errors, []);
  return frames;
}

for (const path of [clip({ frames: 40 }), ...realClips()]) {
  test(`reads ${path.split('/').at(-1)}`, async () => {
    const frames = await decode(path, 100_000);
    const sums = [];
    for (const frame of frames) {
      sums.push(await sumOf(frame));
      frame.close();
    }
    assert.deepEqual(sums, frameSums(path));
  });
}

test('writes', async () => {
  const { chunks, config } = await stream(30);
  const file = createFile();
  const { codedWidth: width, codedHeight: height, description } = config;
  const track = file.addTrack({ type: 'avc1', timescale: 1e6, width, height, avcDecoderConfigRecord: Uint8Array.from(description).buffer });
  for (const chunk of chunks) {
    const data = new Uint8Array(chunk.byteLength);
    chunk.copyTo(data);
    file.addSample(track, data, { cts: chunk.timestamp, dts: chunk.timestamp, duration: 33_333, is_sync: chunk.type === 'key' });
  }
  const path = newPath('mp4');
  writeFileSync(path, Buffer.from(file.getBuffer().buffer));
  const frames = framesOf(path);
  assert.equal(frames.length, 30);
  frames.forEach(({ time, width: across, height: down }, n) => {
    assert.ok(Math.abs(time - n * 0.033_333) < 1e-5, `frame ${n} is at ${time}`);
    assert.deepEqual([across, down], [64, 48]);
  });
});
