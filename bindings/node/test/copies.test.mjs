// Two copies of the package in one process: each says of the other's objects what they are.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import * as here from 'framegate';

import { rejectsTypeError, throwsTypeError } from './support/assertions.mjs';
import { encode, frame, H264, SMALL } from './support/video.mjs';

const home = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const there = realpathSync(mkdtempSync(join(tmpdir(), 'copy')));
for (const part of ['dist', 'package.json']) cpSync(join(home, part), join(there, part), { recursive: true });
symlinkSync(join(home, 'node_modules'), join(there, 'node_modules'));
after(() => rmSync(there, { recursive: true }));

const require = createRequire(import.meta.url);

/** The package that stands in `directory`, loaded anew. */
function load(directory) {
  for (const path of Object.keys(require.cache)) if (path.startsWith(join(directory, 'dist'))) delete require.cache[path];
  return require(join(directory, 'dist/index.js'));
}

const quiet = { output() {}, error: assert.fail };
const pixels = () => [new Uint8Array(SMALL.width * SMALL.height * 4), { format: 'RGBA', codedWidth: SMALL.width, codedHeight: SMALL.height, timestamp: 0 }];

for (const [what, directory, where] of [
  ['in another directory', there, `in ${there}, and not in ${home}`],
  ['of the same files', home, `loaded from ${home} as well`],
]) {
  test(`frames, chunks and codecs of a copy ${what}`, async () => {
    const other = load(directory);
    assert.notEqual(other.VideoFrame, here.VideoFrame);
    const says = (name) => new RegExp(`it is a ${name} of another copy of framegate, ${where.replaceAll(/\W/g, '\\$&')}`);
    const encoder = new here.VideoEncoder(quiet);
    encoder.configure(H264);
    const decoder = new here.VideoDecoder(quiet);
    decoder.configure(H264);
    const stranger = new other.VideoFrame(...pixels());
    const chunk = new other.EncodedVideoChunk({ type: 'key', timestamp: 0, data: new Uint8Array(4) });

    throwsTypeError(() => encoder.encode(stranger), says('VideoFrame'));
    throwsTypeError(() => new here.VideoFrame(stranger), says('VideoFrame'));
    throwsTypeError(() => decoder.decode(chunk), says('EncodedVideoChunk'));
    throwsTypeError(() => decoder.decode(stranger), says('VideoFrame'));
    throwsTypeError(() => here.VideoEncoder.prototype.close.call(new other.VideoEncoder(quiet)), says('VideoEncoder'));
    await rejectsTypeError(here.VideoDecoder.prototype.flush.call(new other.VideoDecoder(quiet)), says('VideoDecoder'));
    const writer = new here.VideoEncoderStream(H264).writable.getWriter();
    writer.closed.catch(() => undefined);
    await rejectsTypeError(writer.write(new other.VideoFrame(...pixels())), says('VideoFrame'));

    // Nothing was taken, and both go on.
    encode(encoder, 0);
    await encoder.flush();
    encoder.close();
    decoder.close();
    assert.equal(stranger.format, 'RGBA');
    stranger.close();
  });
}

test('objects of no copy, or of this one, are not told so', () => {
  const encoder = new here.VideoEncoder(quiet);
  for (const value of [{}, null, 1, Object.create(here.VideoFrame.prototype)]) {
    throwsTypeError(() => encoder.encode(value), /is not a VideoFrame$/);
  }
  const picture = frame(0);
  throwsTypeError(() => here.VideoEncoder.prototype.close.call(picture), /this is not a VideoEncoder$/);
  picture.close();
});
