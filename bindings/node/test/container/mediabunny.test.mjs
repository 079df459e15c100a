// mediabunny and our demuxer on the same files: equal packets.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';

import { Demuxer } from 'framegate';
import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input } from 'mediabunny';

import { bytesOf } from '../support/collect.mjs';
import { all, H264_AAC, made, VP9_OPUS } from '../support/files.mjs';

async function theirs(path) {
  const input = new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });
  const tracks = await input.getTracks();
  return Promise.all(
    tracks.map(async (track) => {
      const packets = await all(new EncodedPacketSink(track).packets());
      const config = await track.getDecoderConfig();
      const facts = packets.map(({ type, microsecondTimestamp: timestamp, microsecondDuration: duration, data: bytes }) => ({ type, timestamp, duration, bytes }));
      return { kind: track.type, config, facts };
    }),
  );
}

async function ours(path) {
  const demuxer = await Demuxer.open(path);
  const tracks = demuxer.tracks.map(({ kind, config }) => ({ kind, config, facts: [] }));
  for await (const { track, chunk } of demuxer) {
    const { type, timestamp, duration } = chunk;
    tracks[track.index].facts.push({ type, timestamp, duration, bytes: bytesOf(chunk) });
  }
  await demuxer.close();
  return tracks;
}

/**
 * What they do not agree on: microseconds cut off or rounded; Matroska's milliseconds, of which FFmpeg's default durations are not, and the ends of clusters (0); Opus
 * in WebM, whose times we count from where sound is heard (RFC 7845), and its priming and padding, which FFmpeg takes off the last duration and mediabunny
 * off the first.
 */
const ROUNDED_US = 1;
const MATROSKA_US = 1000;

const FILES = [
  { extension: 'mp4', options: H264_AAC },
  { extension: 'mov', options: H264_AAC },
  { extension: 'mkv', options: H264_AAC, durationUs: MATROSKA_US },
  { extension: 'webm', options: VP9_OPUS, durationUs: MATROSKA_US, laterUs: { audio: 7000 } },
  { extension: 'ogg', options: ['-c:a', 'libopus'], streams: { pictures: false }, firstLaterUs: 6500 },
  { extension: 'wav', options: [], streams: { pictures: false } },
  { extension: 'mp3', options: [], streams: { pictures: false } },
  { extension: 'flac', options: [], streams: { pictures: false } },
  { extension: 'aac', options: ['-c:a', 'aac'], streams: { pictures: false } },
  { extension: 'ts', options: H264_AAC },
];

for (const { extension, options, streams, durationUs = ROUNDED_US, laterUs = {}, firstLaterUs = 0 } of FILES) {
  test(extension, async () => {
    const path = made(extension, options, streams);
    const [expected, actual] = await Promise.all([theirs(path), ours(path)]);
    assert.deepEqual(actual.map(({ kind }) => kind), expected.map(({ kind }) => kind));
    for (const [index, { kind, config, facts }] of expected.entries()) {
      const track = actual[index];
      assert.equal(track.config.codec.split('.')[0], config.codec.split('.')[0]);
      for (const key of ['codedWidth', 'codedHeight', 'sampleRate', 'numberOfChannels']) assert.equal(track.config[key], config[key], key);
      if (config.description) assert.deepEqual(Buffer.from(track.config.description), Buffer.from(config.description));
      assert.deepEqual(track.facts.map(bytesAndType), facts.map(bytesAndType));
      for (const [n, { timestamp, duration }] of facts.entries()) {
        const [later, isEnd] = [(laterUs[kind] ?? 0) + (n === 0 ? firstLaterUs : 0), n === 0 || n === facts.length - 1];
        near(track.facts[n].timestamp, timestamp - later, ROUNDED_US, `${kind} ${n}: timestamp`);
        if (!isEnd && duration > 0) near(track.facts[n].duration, duration, durationUs, `${kind} ${n}: duration`);
      }
    }
  });
}

const bytesAndType = ({ type, bytes }) => `${type} ${bytes.length} ${createHash('md5').update(bytes).digest('hex')}`;

function near(actual, expected, within, what) {
  assert.ok(Math.abs(actual - expected) <= within, `${what} is ${actual}, not ${expected}`);
}
