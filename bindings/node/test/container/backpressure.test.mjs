// Streams are read and written no faster than the program goes: counted, not timed.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import { Demuxer, EncodedAudioChunk, Muxer } from 'framegate';

import { newPath, run } from '../support/clips.mjs';

const PIECE_BYTES = 4096;
/** A batch of chunks, what FFmpeg reads to know the file, and its buffer. */
const AHEAD_BYTES = 1 << 20;

function longSound() {
  const path = newPath('wav');
  run('ffmpeg', ['-nostdin', '-f', 'lavfi', '-i', 'sine=sample_rate=48000:duration=120', path]);
  return readFileSync(path);
}

const SOUND = longSound();

/** A stream that counts what was asked of it. */
function counted() {
  const stream = { pulledBytes: 0, isCancelled: false };
  stream.readable = new ReadableStream(
    {
      pull(controller) {
        const piece = SOUND.subarray(stream.pulledBytes, stream.pulledBytes + PIECE_BYTES);
        stream.pulledBytes += piece.length;
        if (piece.length > 0) controller.enqueue(piece);
        else controller.close();
      },
      cancel: () => void (stream.isCancelled = true),
    },
    { highWaterMark: 0 },
  );
  return stream;
}

test('a ReadableStream is read as far as chunks were, and a little more', async () => {
  const stream = counted();
  const demuxer = await Demuxer.open(stream.readable);
  let bytes = 0;
  for await (const { chunk } of demuxer) {
    bytes += chunk.byteLength;
    assert.ok(stream.pulledBytes <= bytes + AHEAD_BYTES, `${stream.pulledBytes} read for ${bytes}`);
    await turn();
  }
  assert.equal(bytes, SOUND.length - SOUND.indexOf('data') - 8);
  await demuxer.close();
});

test('one that is left is not read, and close() cancels it', async () => {
  const stream = counted();
  const demuxer = await Demuxer.open(stream.readable);
  for await (const chunk of demuxer.audio) {
    assert.ok(chunk.byteLength > 0);
    break;
  }
  await demuxer.close();
  assert.ok(stream.isCancelled);
  assert.ok(stream.pulledBytes < AHEAD_BYTES, String(stream.pulledBytes));
});

const CONFIG = { codec: 'pcm-s16', sampleRate: 48_000, numberOfChannels: 1 };
const CHUNK_BYTES = 96_000;
const chunk = (n) => new EncodedAudioChunk({ type: 'key', timestamp: n * 1_000_000, duration: 1_000_000, data: new Uint8Array(CHUNK_BYTES) });

test('write() waits for a WritableStream, which has one piece at a time', async () => {
  let begun = 0;
  let release = () => {};
  const target = new WritableStream({ write: () => ((begun += 1), new Promise((resolve) => (release = resolve))) });
  const muxer = await Muxer.create(target, { format: 'mkv' });
  const track = muxer.addTrack(CONFIG);
  let resolved = 0;
  const writes = [];
  for (let n = 0; n < 20; n += 1) writes.push(muxer.write(track, chunk(n)).then(() => (resolved += 1)));
  const all = Promise.all(writes);
  let released = 0;
  for (let isDone = false; !isDone; ) {
    await turn();
    assert.ok(begun <= released + 1, `${begun} pieces were begun, ${released} were taken`);
    if (begun > released) {
      const before = resolved;
      await turn();
      assert.equal(resolved, before, 'no write resolves while the target is busy');
      released += 1;
      release();
    }
    isDone = resolved === writes.length;
  }
  await all;
  const finished = muxer.finish();
  for (let isDone = false; !isDone; ) isDone = await Promise.race([finished.then(() => true), turn().then(() => (release(), false))]);
  assert.ok(begun > 2, String(begun));
});

test('an HTTP server has slow clients, for which nothing piles up', async () => {
  const CLIENTS = 4;
  const CHUNKS = 300;
  /** What the kernel keeps for a connection, at the most (tcp_wmem, tcp_rmem), and the muxer's own buffer. */
  const ON_THE_WAY_BYTES = 14e6;
  const sent = new Map();
  const server = http.createServer(async (request, response) => {
    const muxer = await Muxer.create(response, { format: 'mkv' });
    const track = muxer.addTrack(CONFIG);
    for (let n = 0; n < CHUNKS; n += 1) {
      await muxer.write(track, chunk(n));
      sent.set(request.url, (n + 1) * CHUNK_BYTES);
    }
    await muxer.finish();
  });
  server.listen(0);
  await once(server, 'listening');

  async function client(number) {
    const url = `/${number}`;
    const [response] = await once(http.get({ port: server.address().port, path: url }), 'response');
    let received = 0;
    for await (const bytes of response) {
      received += bytes.length;
      const onTheWay = (sent.get(url) ?? 0) - received;
      assert.ok(onTheWay < ON_THE_WAY_BYTES, `${onTheWay} bytes are on the way`);
      await turn();
    }
    return received;
  }
  try {
    const received = await Promise.all(Array.from({ length: CLIENTS }, (_, number) => client(number)));
    for (const bytes of received) assert.ok(bytes > CHUNKS * CHUNK_BYTES, String(bytes));
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
