// Closing in the middle, and processes that end.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import { Demuxer, EncodedAudioChunk, Muxer } from 'framegate';

import { rejectsDom } from '../support/assertions.mjs';
import { newPath } from '../support/clips.mjs';
import { all, H264_AAC, made } from '../support/files.mjs';
import { ends, run } from '../support/program.mjs';

const file = made('mkv', H264_AAC);
const bytes = readFileSync(file);

/** A stream that gives a part of the file, and then nothing for ever. */
function stalled() {
  const stream = { isCancelled: false };
  stream.asked = new Promise((resolve) => {
    stream.readable = new ReadableStream(
      {
        start: (controller) => controller.enqueue(bytes.subarray(0, 30_000)),
        pull: () => new Promise(resolve),
        cancel: () => void (stream.isCancelled = true),
      },
      { highWaterMark: 0 },
    );
  });
  return stream;
}

const openFiles = () => readdirSync('/proc/self/fd').flatMap((fd) => {
  try {
    return [readlinkSync(`/proc/self/fd/${fd}`)];
  } catch {
    return []; // the folder's own
  }
});

async function* stalledGenerator() {
  yield bytes.subarray(0, 30_000);
  await new Promise(() => {});
}

function stalledReadable() {
  const readable = new PassThrough();
  readable.write(bytes.subarray(0, 30_000));
  return readable;
}

for (const [name, source] of Object.entries({ ReadableStream: () => stalled().readable, generator: stalledGenerator, Readable: stalledReadable })) {
  test(`close() while a read waits for a ${name}`, async () => {
    const demuxer = await Demuxer.open(source());
    let count = 0;
    const reading = (async () => {
      for await (const { chunk } of demuxer) count += Number(chunk.byteLength > 0);
    })();
    while (count === 0) await turn();
    const refused = rejectsDom(reading, 'InvalidStateError', /closed/);
    await demuxer.close();
    await refused;
    await demuxer.close();
    await rejectsDom(all(demuxer), 'InvalidStateError', /closed/);
  });
}

test('close() cancels a stream', async () => {
  const stream = stalled();
  const demuxer = await Demuxer.open(stream.readable);
  await demuxer[Symbol.asyncDispose]();
  assert.ok(stream.isCancelled);
});

test('close() closes the file', async () => {
  const demuxer = await Demuxer.open(file);
  assert.ok(openFiles().includes(file));
  await demuxer.close();
  assert.ok(!openFiles().includes(file));
});

test('a pipe by path, which keeps no other file waiting, and one that is written', async () => {
  const [read, written] = [newPath('mkv'), newPath('mkv')];
  for (const path of [read, written]) execFileSync('mkfifo', [path]);
  const opening = Demuxer.open(read);
  const other = await Demuxer.open(file);
  const expected = (await all(other)).length;
  await other.close();
  const feeding = writeFile(read, bytes);
  const copying = readFile(written);
  const demuxer = await opening;
  const muxer = await Muxer.create(written);
  const numbers = demuxer.tracks.map(({ config }) => muxer.addTrack(config));
  for await (const { track, chunk } of demuxer) await muxer.write(numbers[track.index], chunk);
  await muxer.finish();
  await Promise.all([demuxer.close(), feeding]);
  const again = await Demuxer.open(await copying);
  assert.equal((await all(again)).length, expected);
  await again.close();
});

test('many files at a time', async () => {
  const demuxers = await Promise.all(Array.from({ length: 30 }, (_, n) => Demuxer.open(n % 2 ? file : new Blob([bytes]).stream())));
  const counts = await Promise.all(demuxers.map(async (demuxer) => (await all(demuxer)).length));
  assert.deepEqual(new Set(counts), new Set([289]));
  await Promise.all(demuxers.map((demuxer) => demuxer.close()));
});

const PCM = { codec: 'pcm-s16', sampleRate: 48_000, numberOfChannels: 1 };
const chunk = new EncodedAudioChunk({ type: 'key', timestamp: 0, duration: 1_000_000, data: new Uint8Array(96_000) });

test('a muxer that is closed unfinished aborts its stream and closes its file', async () => {
  let reason = null;
  const path = newPath('mkv');
  for (const target of [new WritableStream({ abort: (given) => void (reason = given) }), path]) {
    const muxer = await Muxer.create(target, { format: 'mkv' });
    await muxer.write(muxer.addTrack(PCM), chunk);
    await muxer[Symbol.asyncDispose]();
    await muxer.close();
    await rejectsDom(muxer.write(0, chunk), 'InvalidStateError', /closed/);
  }
  assert.equal(reason.name, 'InvalidStateError');
  assert.ok(!openFiles().includes(path));
});

const PROGRAM = `
import { readFileSync } from 'node:fs';
const bytes = readFileSync(${JSON.stringify(file)});
const { Demuxer, Muxer } = framegate;
`;
const STALLED = `
const source = new ReadableStream({ start: (controller) => controller.enqueue(bytes.subarray(0, 30_000)) }, { highWaterMark: 0 });
`;

test('a process ends with files open', async () => {
  await ends(`${PROGRAM}
    const demuxer = await Demuxer.open(${JSON.stringify(file)});
    for await (const chunk of demuxer.video) break;
    globalThis.kept = [demuxer, await demuxer.frameAt(1), await Demuxer.open(bytes), await Demuxer.open(new Blob([bytes]).stream())];`);
});

test('process.exit() while a thread waits for a stream', async () => {
  const { code, signal, stderr } = await run(`${PROGRAM}${STALLED}
    const demuxer = await Demuxer.open(source);
    let count = 0;
    (async () => { for await (const item of demuxer) count += 1; })();
    while (count === 0) await new Promise((resolve) => setImmediate(resolve));
    for (let n = 0; n < 100; n += 1) await new Promise((resolve) => setImmediate(resolve));
    process.exit(7);`);
  assert.deepEqual([code, signal, stderr], [7, null, '']);
});

test('a stream that nothing feeds keeps no process', async () => {
  const { code, signal } = await run(`${PROGRAM}${STALLED}
    const demuxer = await Demuxer.open(source);
    for await (const item of demuxer);`);
  assert.deepEqual([code, signal], [13, null], 'an unsettled await at the top');
});

for (const [use, text] of Object.entries({ chunks: 'for await (const chunk of demuxer.video) break;', pictures: '(await demuxer.frameAt(1)).close();' })) {
  test(`those that are forgotten are closed: ${use}`, async () => {
    const stdout = await ends(
      `${PROGRAM}
      import { readdirSync, readlinkSync } from 'node:fs';
      const isOpen = () => readdirSync('/proc/self/fd').some((fd) => { try { return readlinkSync('/proc/self/fd/' + fd) === ${JSON.stringify(file)}; } catch { return false; } });
      await (async () => { const demuxer = await Demuxer.open(${JSON.stringify(file)}); ${text} })();
      console.log(isOpen());
      while (isOpen()) { globalThis.gc(); await new Promise((resolve) => setTimeout(resolve, 1)); }
      console.log(isOpen());`,
      { args: ['--expose-gc'] },
    );
    assert.equal(stdout, 'true\nfalse\n');
  });
}

test('process.exit() while a picture is looked for', async () => {
  const { code, signal, stderr } = await run(`${PROGRAM}
    const demuxer = await Demuxer.open(bytes);
    (await demuxer.frameAt(1)).close();
    const looking = [demuxer.frameAt(3.5), demuxer.frameAt(0)];
    process.exit(7);`);
  assert.deepEqual([code, signal, stderr], [7, null, '']);
});

test('in a worker thread of the program', async () => {
  const stdout = await ends(`${PROGRAM}
    import { Worker } from 'node:worker_threads';
    const url = ${JSON.stringify(import.meta.resolve('framegate'))};
    const text = \`import { Demuxer } from '\${url}'; const d = await Demuxer.open(${JSON.stringify(file)}); let n = 0; for await (const item of d) n += 1; await d.close(); console.log(n);\`;
    const worker = new Worker(new URL('data:text/javascript,' + encodeURIComponent(text)));
    await new Promise((resolve, reject) => worker.on('error', reject).on('exit', resolve));`);
  assert.equal(stdout, '289\n');
});
