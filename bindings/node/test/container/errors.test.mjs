// What fails, fails that call only, by name, and says why.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { openAsBlob, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { AudioDecoder, Demuxer, EncodedAudioChunk, Muxer } from 'framegate';

import { rejectsDom, rejectsTypeError, throwsDom, throwsTypeError } from '../support/assertions.mjs';
import { newPath } from '../support/clips.mjs';
import { all, H264_AAC, made } from '../support/files.mjs';

const file = made('mkv', H264_AAC);
const bytes = readFileSync(file);
const PCM = { codec: 'pcm-s16', sampleRate: 48_000, numberOfChannels: 1 };
const chunk = new EncodedAudioChunk({ type: 'key', timestamp: 0, duration: 1_000_000, data: new Uint8Array(96_000) });

/** The NotReadableError or OperationError that a failure of the host's is. */
const causedBy = (name, cause) => (error) => {
  assert.ok(error instanceof DOMException, String(error?.stack));
  assert.equal(error.name, name);
  assert.equal(error.cause, cause);
  assert.match(error.message, new RegExp(cause.message));
  return true;
};

describe('Demuxer.open', () => {
  test('no file', () => rejectsDom(Demuxer.open('/nowhere/a.mp4'), 'NotReadableError', /"\/nowhere\/a\.mp4": No such file/));
  test('no media', () => rejectsDom(Demuxer.open(Buffer.from('not a film')), 'DataError'));
  test('no bytes', () => rejectsDom(Demuxer.open(new Uint8Array(0)), 'DataError'));
  test('beyond a limit', () => rejectsDom(Demuxer.open(file, { maxSide: 64 }), 'NotSupportedError', /max_?side|64/i));
  test('no number', () => rejectsTypeError(Demuxer.open(file, { maxSide: -1 }), /maxSide/));
  test('no source', async () => {
    for (const source of [undefined, null, 7, {}]) await rejectsTypeError(Demuxer.open(source), /source is no path, no bytes, no Blob/);
    await rejectsTypeError(Demuxer.open(), /1 argument required/);
    await rejectsTypeError(Demuxer.open('a\0b'), /NUL/);
  });
  test('only open makes one', () => throwsTypeError(() => new Demuxer(file), /Demuxer\.open\(\) makes one/));

  test('a stream that fails at once', async () => {
    const cause = new Error('the line is dead');
    const source = new ReadableStream({ pull: () => Promise.reject(cause) });
    await assert.rejects(Demuxer.open(source), causedBy('NotReadableError', cause));
  });

  test('a stream of text', async () => {
    await assert.rejects(Demuxer.open(ReadableStream.from(['text'])), ({ name, cause }) => name === 'NotReadableError' && /bytes are needed/.test(cause.message));
  });
});

describe('reading', () => {
  test('a stream that fails on the way: chunks until there, then its error, however often one asks', async () => {
    const cause = new Error('the line went dead');
    async function* source() {
      yield bytes.subarray(0, bytes.length - 20_000);
      throw cause;
    }
    const demuxer = await Demuxer.open(source());
    let count = 0;
    const read = async () => {
      for await (const item of demuxer) count += Number(item.chunk.byteLength > 0);
    };
    await assert.rejects(read(), causedBy('NotReadableError', cause));
    assert.ok(count > 100, String(count));
    const before = count;
    await assert.rejects(read(), causedBy('NotReadableError', cause));
    assert.equal(count, before);
    await demuxer.close();
  });

  test('a file behind a Blob that has changed', async () => {
    const path = newPath('mkv');
    writeFileSync(path, bytes);
    const blob = await openAsBlob(path);
    truncateSync(path, 10);
    await assert.rejects(Demuxer.open(blob), ({ name, cause }) => name === 'NotReadableError' && cause.name === 'NotReadableError');
  });

  test('memory that was taken away', async () => {
    const copy = Uint8Array.from(bytes);
    const demuxer = await Demuxer.open(copy);
    structuredClone(copy.buffer, { transfer: [copy.buffer] });
    await assert.rejects(all(demuxer), ({ name, cause }) => name === 'NotReadableError' && /detached/.test(cause.message));
    await demuxer.close();
  });

  test('a file that is cut off: what is whole, then an error for the chunk that is not', async () => {
    const path = made('wav', [], { pictures: false });
    const demuxer = await Demuxer.open(readFileSync(path).subarray(0, 100_001));
    const sizes = [];
    await rejectsDom(
      (async () => {
        for await (const { chunk } of demuxer) sizes.push(chunk.byteLength);
      })(),
      'DataError',
      /chunk 24 is damaged/,
    );
    assert.deepEqual(sizes, Array(24).fill(4096));
    await demuxer.close();
  });

  test('two loops over the same, and one after the end', async () => {
    const demuxer = await Demuxer.open(file);
    for await (const item of demuxer.video) {
      assert.equal(item.type, 'key');
      await rejectsDom(all(demuxer.video), 'InvalidStateError', /another loop/);
      await rejectsDom(all(demuxer), 'InvalidStateError', /another loop/);
      break;
    }
    assert.ok((await all(demuxer)).length > 200);
    await rejectsDom(all(demuxer.video), 'InvalidStateError', /read to its end/);
    await demuxer.close();
  });

  test('a track that there is not', async () => {
    const demuxer = await Demuxer.open(made('wav', [], { pictures: false }));
    throwsDom(() => demuxer.video, 'NotSupportedError', /no video track/);
    assert.equal((await AudioDecoder.isConfigSupported(demuxer.audio.config)).supported, true);
    await demuxer.close();
  });
});

describe('Muxer.create', () => {
  test('no target', async () => {
    for (const target of [undefined, 7, {}]) await rejectsTypeError(Muxer.create(target, { format: 'mkv' }), /target is no path/);
    await rejectsTypeError(Muxer.create(), /1 argument required/);
  });
  test('no format', async () => {
    await rejectsTypeError(Muxer.create(null), /format is not set/);
    await rejectsDom(Muxer.create(null, { format: 'xyz' }), 'NotSupportedError', /xyz/);
    await rejectsDom(Muxer.create(newPath('xyz')), 'NotSupportedError', /xyz/);
  });
  test('an unknown key leaves what is there', async () => {
    const path = newPath('mkv');
    writeFileSync(path, 'mine');
    await rejectsTypeError(Muxer.create(path, { titel: 'a' }), /unknown key "titel", allowed are .*title/);
    assert.equal(readFileSync(path, 'utf8'), 'mine');
  });
  test('a folder that there is not', () => assert.rejects(Muxer.create('/nowhere/a.mkv'), ({ name, cause }) => name === 'OperationError' && cause.code === 'ENOENT'));
  test('only create makes one', () => throwsTypeError(() => new Muxer(file), /Muxer\.create\(\) makes one/));
});

describe('writing', () => {
  async function muxerTo(target, options = { format: 'mkv' }) {
    const muxer = await Muxer.create(target, options);
    return { muxer, track: muxer.addTrack(PCM) };
  }

  test('a call that is refused changes nothing', async () => {
    const { muxer, track } = await muxerTo(null);
    await rejectsTypeError(muxer.write(7, chunk), /track is 7, there are 1/);
    await rejectsTypeError(muxer.write(track, {}), /not an EncodedAudioChunk/);
    await rejectsTypeError(muxer.write(track), /2 arguments required/);
    await muxer.write(track, chunk);
    throwsDom(() => muxer.addTrack(PCM), 'InvalidStateError');
    throwsTypeError(() => muxer.addTrack({}), /codec is missing/);
    const written = await muxer.finish();
    const demuxer = await Demuxer.open(written);
    assert.equal((await all(demuxer)).reduce((sum, { chunk: { byteLength } }) => sum + byteLength, 0), 96_000);
    await demuxer.close();
    await rejectsDom(muxer.write(track, chunk), 'InvalidStateError', /finished/);
    await rejectsDom(muxer.finish(), 'InvalidStateError', /finished/);
    await muxer.close();
  });

  test('no track', async () => {
    const muxer = await Muxer.create(null, { format: 'mkv' });
    await rejectsDom(muxer.finish(), 'InvalidStateError');
    await muxer.close();
    await rejectsDom(muxer.finish(), 'InvalidStateError', /closed/);
  });

  test('a codec that the file cannot hold', async () => {
    const muxer = await Muxer.create(null, { format: 'webm' });
    const refused = async () => {
      const track = muxer.addTrack(PCM);
      await muxer.write(track, chunk);
    };
    await rejectsDom(refused(), 'NotSupportedError');
    await muxer.close();
  });

  test('MP4 into what cannot go back', async () => {
    const target = new WritableStream();
    const refused = async () => {
      const { muxer, track } = await muxerTo(target, { format: 'mov' });
      await muxer.write(track, chunk);
    };
    await rejectsDom(refused(), 'NotSupportedError');
  });

  test('a WritableStream that fails', async () => {
    const cause = new Error('no more room');
    let count = 0;
    const { muxer, track } = await muxerTo(new WritableStream({ write: () => ((count += 1) > 2 ? Promise.reject(cause) : undefined) }));
    const write = async () => {
      for (let n = 0; n < 50; n += 1) {
        await muxer.write(track, new EncodedAudioChunk({ type: 'key', timestamp: n * 1e6, duration: 1e6, data: new Uint8Array(96_000) }));
      }
    };
    await assert.rejects(write(), causedBy('OperationError', cause));
    await rejectsDom(muxer.write(track, chunk), 'InvalidStateError', /failed before/);
    await muxer.close();
  });

  test('a file that may not be as large: it is closed', () => {
    const path = newPath('mkv');
    const program = `
      import { readdirSync, readlinkSync } from 'node:fs';
      import { EncodedAudioChunk, Muxer } from 'framegate';
      const linkOf = (fd) => { try { return readlinkSync('/proc/self/fd/' + fd); } catch { return null; } };
      const muxer = await Muxer.create(${JSON.stringify(path)});
      const track = muxer.addTrack(${JSON.stringify(PCM)});
      await muxer.write(track, new EncodedAudioChunk({ type: 'key', timestamp: 0, duration: 1_000_000, data: new Uint8Array(96_000) }));
      const { cause } = await muxer.finish().catch((error) => error);
      await muxer.close();
      console.log(cause.code, readdirSync('/proc/self/fd').filter((fd) => linkOf(fd) === ${JSON.stringify(path)}).length);`;
    const limited = ['-c', 'ulimit -f 16 && exec "$0" --input-type=module -e "$1"', process.execPath, program];
    const { stdout, stderr } = spawnSync('sh', limited, { cwd: fileURLToPath(new URL('.', import.meta.url)), encoding: 'utf8' });
    assert.equal(stdout, 'EFBIG 0\n', stderr);
  });

  test('a full disk', async () => {
    const { muxer, track } = await muxerTo('/dev/full');
    const write = async () => {
      await muxer.write(track, chunk);
      await muxer.finish();
    };
    await assert.rejects(write(), ({ name, cause }) => name === 'OperationError' && cause.code === 'ENOSPC');
    await muxer.close();
  });
});
