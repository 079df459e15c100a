// Every source and every target: what comes out is what went in, by ffprobe.
import assert from 'node:assert/strict';
import { createReadStream, createWriteStream, openAsBlob, readFileSync, writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { Demuxer, Muxer } from 'framegate';

import { newPath, run } from '../support/clips.mjs';
import { all, byTrack, H264_AAC, made, packets, remux, VP9_OPUS } from '../support/files.mjs';

const file = made('mkv', H264_AAC);
const bytes = readFileSync(file);

function inShared() {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length + 8)).subarray(8);
  shared.set(bytes);
  return shared;
}

async function* inPieces() {
  for (let at = 0; at < bytes.length; at += 999) yield bytes.subarray(at, at + 999);
}

const SOURCES = {
  path: () => file,
  URL: () => pathToFileURL(file),
  Buffer: () => bytes,
  ArrayBuffer: () => Uint8Array.from(bytes).buffer,
  'a view of a SharedArrayBuffer': inShared,
  DataView: () => new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
  Blob: () => new Blob([bytes]),
  'Blob of a file': () => openAsBlob(file),
  ReadableStream: () => new Blob([bytes]).stream(),
  'ReadableStream of bytes': () => ReadableStream.from(inPieces()),
  Readable: () => createReadStream(file),
  'async generator': inPieces,
};

/** Each gives a target, and the path of what was written there. */
const TARGETS = {
  path() {
    const path = newPath('mkv');
    return { target: path, written: () => path };
  },
  URL() {
    const path = newPath('mkv');
    return { target: pathToFileURL(path), written: () => path };
  },
  memory: () => ({ target: null, written: (given) => saved(given) }),
  WritableStream() {
    const pieces = [];
    return { target: new WritableStream({ write: (piece) => void pieces.push(piece) }), written: () => saved(Buffer.concat(pieces)) };
  },
  Writable() {
    const path = newPath('mkv');
    return { target: createWriteStream(path), written: () => path };
  },
};

function saved(content) {
  const path = newPath('mkv');
  writeFileSync(path, content);
  return path;
}

describe('each source to each target', () => {
  const expected = packets(file);
  for (const [from, source] of Object.entries(SOURCES)) {
    for (const [to, makeTarget] of Object.entries(TARGETS)) {
      test(`${from} to ${to}`, async () => {
        const { target, written } = makeTarget();
        const given = await remux(await source(), target, { format: 'mkv' });
        assert.equal(Buffer.isBuffer(given), target === null);
        assert.deepEqual(packets(written(given)), expected);
      });
    }
  }
});

describe('what chunks have beside what W3C says passes through', () => {
  const alpha = ['-c:v', 'libvpx-vp9', '-pix_fmt', 'yuva420p', '-deadline', 'realtime', '-cpu-used', '8'];
  const cut = newPath('mp4');
  run('ffmpeg', ['-nostdin', '-ss', '0.5', '-i', made('mp4', H264_AAC), '-c', 'copy', cut]);
  const files = { 'B-frames and priming, MP4': made('mp4', H264_AAC), alpha: made('webm', alpha, { sound: false }), 'an edit list': cut };
  for (const [name, path] of Object.entries(files)) {
    test(name, async () => {
      const extension = path.split('.').at(-1);
      for (const source of [path, readFileSync(path)]) {
        const copy = newPath(extension);
        writeFileSync(copy, await remux(source, null, { format: extension }));
        assert.deepEqual(await facts(copy), await facts(path));
        assert.deepEqual(packets(copy), packets(path));
      }
    });
  }

  async function facts(path) {
    const demuxer = await Demuxer.open(path);
    const read = await all(demuxer);
    const configs = demuxer.tracks.map(({ config: { framegate, ...config } }) => [config, framegate?.language, framegate?.primingSamples]);
    await demuxer.close();
    return [configs, byTrack(read, ({ track }) => track.index).map(({ track, chunk, metadata }) => [track.index, chunk.timestamp, chunk.type, metadata])];
  }
});

test('an edit list hides chunks that are decoded: metadata.framegate.discard', async () => {
  const path = newPath('mp4');
  run('ffmpeg', ['-nostdin', '-ss', '0.5', '-i', made('mp4', H264_AAC, { sound: false }), '-c', 'copy', path]);
  const demuxer = await Demuxer.open(path);
  const read = await all(demuxer);
  await demuxer.close();
  const flags = run('ffprobe', ['-show_entries', 'packet=flags', '-of', 'csv=p=0', path]).toString().trim().split('\n');
  assert.deepEqual(read.map(({ metadata }) => metadata.framegate.discard), flags.map((flag) => flag[1] === 'D'));
  assert.ok(read.some(({ metadata }) => metadata.framegate.discard));
});

test('title, language and startAtZero', async () => {
  const source = made('mkv', [...VP9_OPUS, '-metadata', 'title=Ein Lied', '-metadata:s:a:0', 'language=deu', '-output_ts_offset', '5']);
  const demuxer = await Demuxer.open(source);
  assert.equal(demuxer.title, 'Ein Lied');
  assert.equal(demuxer.audio.config.framegate.language, 'deu');
  const path = newPath('mkv');
  const muxer = await Muxer.create(path, { title: demuxer.title, startAtZero: true });
  const numbers = demuxer.tracks.map(({ config }) => muxer.addTrack(config));
  for await (const { track, chunk } of demuxer) await muxer.write(numbers[track.index], chunk);
  assert.equal(await muxer.finish(), undefined);
  await demuxer.close();
  const said = JSON.parse(run('ffprobe', ['-show_format', '-show_streams', '-of', 'json', path]));
  assert.equal(said.format.tags.title, 'Ein Lied');
  assert.equal(said.streams[1].tags.language, 'deu');
  assert.ok(Math.abs(Number(said.format.start_time)) < 0.01, said.format.start_time);
});

test('tracks alone, one after the other in part', async () => {
  await using(await Demuxer.open(file), async (demuxer) => {
    let count = 0;
    for await (const chunk of demuxer.video) if ((count += 1) === 3) { assert.equal(chunk.timestamp, 101_000); break; }
    const sound = await all(demuxer.audio);
    assert.ok(sound.length > 180 && sound.length < 189, String(sound.length));
  });
});

async function using(resource, work) {
  try {
    await work(resource);
  } finally {
    await resource[Symbol.asyncDispose]();
  }
}
