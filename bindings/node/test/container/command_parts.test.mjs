// `framegate transcode`: parts of a file, codecs by what the source has, and the line that counts.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { frameSums, newPath, probe, run } from '../support/clips.mjs';
import { H264_AAC, made } from '../support/files.mjs';

const command = fileURLToPath(new URL('../../dist/cli/index.js', import.meta.url));
const QUALITY = ['--video', 'vp8', '--bitrate', '8M'];
const FAST = ['--set', 'framegate.ffmpeg.preset=ultrafast'];

const file = made('mp4', [...H264_AAC, '-pix_fmt', 'yuv420p']);

function transcode(...args) {
  const { status, stderr } = spawnSync(process.execPath, [command, 'transcode', ...args], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
}

const times = (path, track) => probe(path, ['-show_packets', '-show_entries', 'packet=pts_time'], track).packets.map(({ pts_time: time }) => Number(time)).sort((a, b) => a - b);
const isNear = (left, right, within) => {
  assert.equal(left.length, right.length);
  for (const [n, time] of left.entries()) assert.ok(Math.abs(time - right[n]) < within, `${n}: ${time}, not ${right[n]}`);
};
const pictures = (path, filters) => {
  const bytes = run('ffmpeg', ['-nostdin', '-i', path, '-an', '-vf', `${filters},scale=32:18`, '-pix_fmt', 'gray', '-fps_mode', 'passthrough', '-f', 'rawvideo', '-']);
  return Array.from({ length: bytes.length / 576 }, (_, n) => bytes.subarray(n * 576, (n + 1) * 576));
};
const sound = (path) => {
  const bytes = run('ffmpeg', ['-nostdin', '-i', path, '-vn', '-f', 'f32le', '-c:a', 'pcm_f32le', '-']);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
};

test('a part has the pictures between its times, and whole chunks of copied sound', () => {
  const out = newPath('mp4');
  transcode(file, out, '--start', '1.1', '--end', '0:02.5', '--bitrate', '4M', ...FAST);
  const begun = times(file, 'v:0').filter((time) => time >= 1.1 && time < 2.5);
  const first = Math.min(begun[0], ...times(file, 'a:0').filter((time) => time >= 1.1));
  isNear(times(out, 'v:0'), begun.map((time) => time - first), 0.002);
  const expected = pictures(file, 'select=gte(t\\,1.1)*lt(t\\,2.5)');
  const found = pictures(out, 'null');
  assert.equal(found.length, expected.length);
  for (const [n, picture] of found.entries()) {
    const distance = picture.reduce((sum, value, at) => sum + Math.abs(value - expected[n][at]), 0) / picture.length;
    assert.ok(distance < 4, `picture ${n}: ${distance}`);
  }
  isNear(times(out, 'a:0'), times(file, 'a:0').filter((time) => time >= 1.1 && time < 2.5).map((time) => time - first), 0.002);
});

test('the end alone, and the start alone', () => {
  for (const [args, isTaken] of [[['--end', '1'], (time) => time < 1], [['--start', '3'], (time) => time >= 3]]) {
    const out = newPath('mkv');
    transcode(file, out, ...args, ...QUALITY, '--audio', 'none');
    assert.equal(times(out, 'v:0').length, times(file, 'v:0').filter(isTaken).length);
  }
});

test('sound that is encoded anew is cut to the sample', () => {
  for (const [source, start, end] of [[file, 1.2, 2], [made('wav', ['-c:a', 'pcm_s24le'], { pictures: false }), 0.5, 1.25], [made('ogg', ['-c:a', 'libopus'], { pictures: false }), 2, 3]]) {
    const out = newPath('mkv');
    transcode(source, out, '--start', String(start), '--end', String(end), '--audio', 'flac', ...(source === file ? QUALITY : []));
    const [whole, part] = [sound(source), sound(out)];
    const [first, last] = [Math.round(start * 48_000), Math.round(end * 48_000)];
    assert.equal(part.length, last - first);
    const wrong = part.findIndex((sample, n) => Math.abs(sample - whole[first + n]) > 2e-3);
    assert.equal(wrong, -1, source);
  }
});

test('a part with nothing in it', () => {
  const out = newPath('mp4');
  const { status, stderr } = spawnSync(process.execPath, [command, 'transcode', file, out, '--start', '100'], { encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(stderr, /has no pictures there/);
  assert.ok(!existsSync(out));
});

test('--video vp9 has the depth and chroma of the source, and the level that it needs', () => {
  const sizes = { yuv420p: [0, 'yuv420p'], yuv422p: [1, 'yuv422p'], yuv444p10le: [3, 'yuv444p10le'], yuv420p10le: [2, 'yuv420p10le'] };
  for (const [format, [profile, expected]] of Object.entries(sizes)) {
    const source = newPath('mkv');
    run('ffmpeg', ['-nostdin', '-f', 'lavfi', '-i', 'testsrc2=size=96x64:rate=25', '-frames:v', '3', '-c:v', 'libx264', '-pix_fmt', format, source]);
    const out = newPath('webm');
    transcode(source, out, '--set', 'latencyMode=realtime');
    const [stream] = probe(out, ['-show_streams']).streams;
    assert.deepEqual([stream.codec_name, stream.profile, stream.pix_fmt], ['vp9', `Profile ${profile}`, expected]);
    assert.equal(frameSums(out, expected).length, 3);
    const rows = spawnSync(process.execPath, [command, 'probe', '--json', out], { encoding: 'utf8' }).stdout;
    assert.match(JSON.parse(rows)[0].codec, new RegExp(`^vp09\\.0${profile}\\.10\\.${format.includes('10') ? 10 : '08'}`), 'level 1: 96x64 at 25');
  }
});

test('--video vp8 takes what has more bits, too', () => {
  const source = newPath('mkv');
  run('ffmpeg', ['-nostdin', '-f', 'lavfi', '-i', 'testsrc2=size=96x64:rate=25', '-frames:v', '3', '-c:v', 'libx264', '-pix_fmt', 'yuv420p10le', source]);
  const out = newPath('webm');
  transcode(source, out, '--video', 'vp8');
  assert.deepEqual(probe(out, ['-show_streams']).streams.map((stream) => [stream.codec_name, stream.pix_fmt]), [['vp8', 'yuv420p']]);
});

test('a line counts on a terminal, and is gone at the end', () => {
  const long = newPath('mp4');
  run('ffmpeg', ['-nostdin', '-stream_loop', '9', '-i', file, '-c', 'copy', long]);
  const line = [process.execPath, command, 'transcode', long, newPath('mp4'), '--audio', 'aac', ...FAST].map((word) => `'${word}'`).join(' ');
  const { status, stdout } = spawnSync('script', ['-qec', line, '/dev/null'], { encoding: 'utf8' });
  assert.equal(status, 0, stdout);
  const shown = stdout.split('\r').filter((text) => text.startsWith('transcoding'));
  for (const text of shown) assert.match(text, /^transcoding +\d+ %  0:\d\d\.\d\d  \d+ frames, \d+\.\d a second\x1b\[K$/);
  assert.match(stdout, /\r\x1b\[Ktrack 0 \(video\): 1000 in /);
});
