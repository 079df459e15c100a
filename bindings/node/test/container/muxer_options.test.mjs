// faststart and fragments, and who can take them.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createWriteStream, readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';

import { Muxer } from 'framegate';

import { rejectsDom, rejectsTypeError } from '../support/assertions.mjs';
import { newPath } from '../support/clips.mjs';
import { H264_AAC, made, packets, remux } from '../support/files.mjs';

const file = made('mp4', H264_AAC);

/** The types of the boxes that a file consists of (ISO/IEC 14496-12, 4.2). */
function boxes(bytes) {
  const types = [];
  for (let at = 0; at < bytes.length; at += bytes.readUInt32BE(at)) types.push(bytes.toString('latin1', at + 4, at + 8));
  return types.filter((type) => type !== 'free');
}

describe('faststart', () => {
  test('a path, over what was there', async () => {
    const path = newPath('mp4');
    writeFileSync(path, Buffer.alloc(1e6));
    await remux(file, path, { faststart: true });
    assert.deepEqual(boxes(readFileSync(path)), ['ftyp', 'moov', 'mdat']);
    assert.deepEqual(packets(path), packets(file));
  });

  for (const format of ['mp4', 'mov']) {
    test(`memory, as ${format}`, async () => {
      const path = newPath(format);
      writeFileSync(path, await remux(file, null, { format, faststart: true }));
      assert.deepEqual(boxes(readFileSync(path)).slice(0, 2), ['ftyp', 'moov']);
      assert.deepEqual(packets(path), packets(file));
    });
  }

  test('more than is held back', async () => {
    const big = newPath('mp4');
    const source = made('mov', ['-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'pcm_s16le', '-ac', '8']);
    assert.ok(statSync(source).size > 1e6, 'several writes');
    await remux(source, big, { format: 'mov', faststart: true });
    assert.deepEqual(boxes(readFileSync(big)).slice(0, 2), ['ftyp', 'moov']);
    assert.deepEqual(packets(big), packets(source));
  });

  test('is the index at the end without it', async () => {
    assert.deepEqual(boxes(await remux(file, null, { format: 'mp4', faststart: false })), ['ftyp', 'mdat', 'moov']);
  });

  test('what cannot be read again says what is allowed', async () => {
    for (const target of [new WritableStream(), createWriteStream(newPath('mp4'))]) {
      await rejectsDom(remux(file, target, { format: 'mp4', faststart: true }), 'NotSupportedError', /goes back to what it wrote.*fragmentDuration/);
    }
    await rejectsTypeError(Muxer.create(null, { format: 'mkv', faststart: true }), /faststart is no key of the matroska container/);
    for (const faststart of ['yes', 7, {}, NaN]) await rejectsTypeError(Muxer.create(null, { format: 'mp4', faststart }), /allowed are true and false/);
  });

  test('a disk that is full when the index is moved', () => {
    const program = `
      import { Muxer } from 'framegate';
      import { remux } from './files.mjs';
      const refused = await remux(${JSON.stringify(file)}, ${JSON.stringify(newPath('mp4'))}, { faststart: true }).catch((error) => error);
      console.log(refused.name, refused.cause?.code);`;
    const cwd = new URL('../support/', import.meta.url);
    const limited = spawnSync('sh', ['-c', 'ulimit -f 40; exec "$0" --input-type=module -e "$1"', process.execPath, program], { cwd, encoding: 'utf8' });
    assert.deepEqual([limited.stdout, limited.stderr], ['OperationError EFBIG\n', '']);
  });
});

describe('fragmentDuration', () => {
  test('to a stream, a fragment at a time', async () => {
    const pieces = [];
    await remux(file, new WritableStream({ write: (piece) => void pieces.push(piece) }), { format: 'mp4', fragmentDuration: 500_000 });
    const path = newPath('mp4');
    writeFileSync(path, Buffer.concat(pieces));
    const found = boxes(readFileSync(path));
    assert.deepEqual(found.slice(0, 2), ['ftyp', 'moov']);
    assert.ok(found.filter((type) => type === 'moof').length >= 8);
    assert.ok(pieces.length >= 8, String(pieces.length));
    const [copied, given] = [packets(path), packets(file)];
    assert.deepEqual(copied.map(({ data_hash: hash }) => hash), given.map(({ data_hash: hash }) => hash));
  });

  test('what is no duration', async () => {
    for (const fragmentDuration of [0, -1, NaN, 1e12, 'x', 0.5]) {
      await rejectsTypeError(Muxer.create(null, { format: 'mp4', fragmentDuration }), /fragmentDuration/);
    }
  });
});
