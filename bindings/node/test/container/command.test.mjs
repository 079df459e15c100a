// `framegate probe` and `framegate transcode`, by ffprobe.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync, chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { newPath, probe, run } from '../support/clips.mjs';
import { H264_AAC, made, packets, VP9_OPUS } from '../support/files.mjs';

const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url)));
const command = fileURLToPath(new URL(`../../${manifest.bin.framegate}`, import.meta.url));

function framegate(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

function succeeds(...args) {
  const { status, stdout, stderr } = framegate(...args);
  assert.equal(status, 0, stderr);
  assert.equal(stderr, '');
  return stdout;
}

const file = made('mp4', [...H264_AAC, '-pix_fmt', 'yuv420p', '-metadata', 'title=Ein Lied', '-metadata:s:a:0', 'language=deu']);

test('probe --json says what ffprobe says', () => {
  const [video, audio] = JSON.parse(succeeds('probe', '--json', file));
  const streams = JSON.parse(run('ffprobe', ['-count_packets', '-show_streams', '-of', 'json', file])).streams;
  assert.equal(video.size, `${streams[0].width}x${streams[0].height}`);
  assert.equal(video.framerate, 25);
  assert.equal(video.chunks, Number(streams[0].nb_read_packets));
  assert.equal(video.key_chunks, packets(file).filter(({ stream_index: track, flags }) => track === 0 && flags[0] === 'K').length);
  assert.equal(video.duration, Number(streams[0].duration));
  assert.deepEqual([audio.codec, audio.sample_rate, audio.channels, audio.decodable], ['mp4a.40.2', 48_000, 1, true]);
  assert.equal(audio.chunks, Number(streams[1].nb_read_packets));
});

test('probe prints a row a track, where key frames are, and what the file says', () => {
  const told = newPath('mp4');
  const chapters = newPath('txt');
  writeFileSync(chapters, ';FFMETADATA1\ntitle=Ein\\\nLied\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1500\ntitle=Eins\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=1500\nEND=4000\ntitle=\u001b[31mZwei\n');
  run('ffmpeg', ['-nostdin', '-i', file, '-i', chapters, '-map_metadata', '1', '-map_chapters', '1', '-map', '0', '-c', 'copy', '-metadata:s:a:0', 'language=deu', told]);
  const [head, video, audio, ...rest] = succeeds('probe', told).trimEnd().split('\n');
  assert.match(head, /^track +kind +codec +size +fps +Hz +channels +seconds +chunks +key +kbit\/s +decodable +language +turn$/);
  assert.match(video, /^ +0 +video +avc1\.\w+ +160x90 +25 +4 +100 +4 .* yes +0$/);
  assert.match(audio, /^ +1 +audio +mp4a\.40\.2 +48000 +1 .* yes +deu$/);
  assert.deepEqual(rest.slice(0, 2), ['', 'key frames']);
  assert.match(rest[2], /^0 ·?\|(·{17,20}\|){3}·+$/, 'a key each second');
  assert.match(rest[3], /^ +-?0:00\.\d\d +0:04\.\d\d$/);
  assert.equal(rest[2].length, 80);
  assert.equal(rest[4], '');
  assert.match(rest[5], /^mov,mp4,m4a,3gp,3g2,mj2, 0:04\.\d\d$/);
  assert.ok(rest.includes('title: Ein\ufffdLied'), 'no line of its own');
  assert.equal(rest.at(-1), 'chapter at 0:01.50: \ufffd[31mZwei', 'nothing that a terminal obeys');
});

const streamsOf = (path) => JSON.parse(run('ffprobe', ['-count_frames', '-show_streams', '-show_format', '-of', 'json', path]));

test('transcode: pictures anew, sound as it is, title and language stay', () => {
  const output = newPath('mp4');
  assert.match(succeeds('transcode', file, output, '--bitrate', '300k', '--set', 'framegate.ffmpeg.preset=ultrafast'), /^track 0 \(video\): 100 in /);
  const { streams, format } = streamsOf(output);
  assert.deepEqual(streams.map(({ codec_name: name, nb_read_frames: count }) => [name, Number(count)])[0], ['h264', 100]);
  assert.equal(format.tags.title, 'Ein Lied');
  assert.equal(streams[1].tags.language, 'deu');
  const sound = (path) => packets(path).filter(({ stream_index: track }) => track === 1);
  assert.deepEqual(sound(output), sound(file));
  const times = (path) => probe(path, ['-show_frames', '-show_entries', 'frame=pts_time']).frames.map(({ pts_time: time }) => Number(time));
  for (const [n, time] of times(output).entries()) assert.ok(Math.abs(time - times(file)[n]) < 0.001, `frame ${n}`);
});

test('transcode --video and --audio, to WebM', () => {
  const output = newPath('webm');
  succeeds('transcode', file, output, '--audio', 'opus', '--audio-bitrate', '64k', '--slots', '4');
  const { streams } = streamsOf(output);
  assert.deepEqual(streams.map(({ codec_name: name }) => name), ['vp9', 'opus']);
  assert.equal(Number(streams[0].nb_read_frames), 100);
  const seconds = run('ffmpeg', ['-nostdin', '-i', output, '-vn', '-f', 's16le', '-ac', '1', '-']).length / 2 / 48_000;
  assert.ok(Math.abs(seconds - 4) < 0.03, String(seconds));
});

test('transcode of sound alone, and without sound', () => {
  const flac = newPath('flac');
  succeeds('transcode', made('wav', [], { pictures: false }), flac, '--audio', 'flac');
  assert.equal(run('ffmpeg', ['-nostdin', '-i', flac, '-f', 's16le', '-']).length, 4 * 48_000 * 2);
  const silent = newPath('mkv');
  succeeds('transcode', file, silent, '--audio', 'none', '--codec', 'vp8');
  assert.deepEqual(streamsOf(silent).streams.map(({ codec_name: name }) => name), ['vp8']);
});

test('transcode resamples sound for a codec that has not its rate, and leaves out a track with nothing in it', () => {
  const cd = newPath('wav');
  run('ffmpeg', ['-nostdin', '-f', 'lavfi', '-i', 'sine=sample_rate=44100:duration=2', cd]);
  const output = newPath('mkv');
  succeeds('transcode', cd, output, '--audio', 'opus');
  const [stream] = streamsOf(output).streams;
  assert.deepEqual([stream.codec_name, stream.sample_rate, stream.channels], ['opus', '48000', 1]);
  assert.equal(run('ffmpeg', ['-nostdin', '-i', output, '-f', 's16le', '-']).length / 2, 96_000);
  const empty = made('mp4', [...H264_AAC, '-frames:a', '0']);
  succeeds('transcode', empty, output, '--audio', 'opus');
  assert.deepEqual(streamsOf(output).streams.map(({ codec_name: name }) => name), ['h264']);
});

test('what cannot be is said in a line, and leaves the output as it was', () => {
  const folder = mkdtempSync(join(tmpdir(), 'framegate-command-'));
  const output = join(folder, 'a.webm');
  writeFileSync(output, 'mine');
  const { status, stdout, stderr } = framegate('transcode', file, output);
  assert.deepEqual([status, stdout], [1, '']);
  assert.match(stderr, /^framegate: NotSupportedError: track 1 \(audio, mp4a\.40\.2\) cannot be copied: .*--audio opus encodes it anew\n$/);
  assert.equal(readFileSync(output, 'utf8'), 'mine');
  assert.deepEqual(readdirSync(folder), ['a.webm']);
  assert.match(framegate('probe', join(folder, 'b.mp4')).stderr, /^framegate: NotReadableError: ".*b\.mp4": No such file/);
  assert.match(framegate('transcode', file, join(folder, 'b.mp4'), '--set', 'framegate.ffmpeg.prset=fast').stderr, /^framegate: .*prset/);
  assert.ok(!existsSync(join(folder, 'b.mp4')));
});

test('a symbolic link stays one, and permissions stay', () => {
  const target = newPath('mkv');
  writeFileSync(target, '');
  chmodSync(target, 0o640);
  const link = newPath('mkv');
  symlinkSync(target, link);
  succeeds('transcode', made('webm', VP9_OPUS), link, '--video', 'vp8');
  assert.equal(statSync(target).mode & 0o777, 0o640);
  assert.ok(statSync(target).size > 1000);
});

test('names that all objects have are none of a codec', () => {
  const { status, stderr } = framegate('transcode', file, newPath('mp4'), '--audio', 'constructor');
  assert.equal(status, 1);
  assert.match(stderr, /^framegate: NotSupportedError: codec "constructor" is not supported/);
});

test('pictures without a duration last as long as in the source', () => {
  const output = newPath('webm');
  succeeds('transcode', file, output, '--audio', 'none', '--video', 'vp8');
  assert.deepEqual(new Set(packets(output).map(({ duration_time: duration }) => Number(duration))), new Set([0.04]));
});

test('nobody reads what it prints', async () => {
  const child = spawn(process.execPath, [command, 'probe', file], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  const [stderr, [status]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  assert.equal(stderr, 'framegate: nobody reads the standard output any more\n');
  assert.equal(status, 1);
});

test('what it prints has no place', () => {
  const full = openSync('/dev/full', 'w');
  const { status, stderr } = spawnSync(process.execPath, [command, 'probe', file], { stdio: ['ignore', full, 'pipe'], encoding: 'utf8' });
  closeSync(full);
  assert.equal(status, 1);
  assert.match(stderr, /^framegate: ENOSPC/);
});

test('wrong calls get the usage', () => {
  for (const [args, reason] of [
    [[], /a command is missing/],
    [['play', file], /there is no command play/],
    [['probe'], /probe takes one file/],
    [['transcode', file], /takes an input and an output/],
    [['transcode', file, file], /is the input itself/],
    [['transcode', file, 'b.mp4', '--bitrate', 'much'], /which is no bit rate/],
    [['transcode', file, 'b.mp4', '--nope'], /--nope/],
    [['transcode', file, 'b.mp4', '--video', 'av2'], /allowed are h264, vp8, vp9/],
    [['transcode', file, 'b.mp4', '--video', 'constructor'], /--video is constructor, allowed are h264, vp8, vp9/],
    [['transcode', file, 'b.mp4', '--video', 'vp8', '--codec', 'vp8'], /one of them/],
    [['transcode', file, 'b.mp4', '--slots', '0'], /whole number from 1/],
    [['transcode', file, 'b.mp4', '--set', 'x'], /MEMBER=VALUE/],
    [['transcode', file, 'b.mp4', '--set', 'avc=1', '--set', 'avc.format=annexb'], /--set is "avc\.format=annexb", but avc has a value/],
    [['transcode', file, 'b.mp4', '--audio-bitrate', '64k'], /need a codec/],
    [['transcode', file, 'b.mp4', '--start', '2', '--end', '1'], /--end is 0:01\.00, it must be beyond --start, 0:02\.00/],
    [['transcode', file, 'b.mp4', '--end', '0'], /must be beyond --start/],
    ...['', '-1', '1:60', '1:2:3:4', 'x', '1:', 'nan', '1:70:00', '9'.repeat(30)].map((time) => [['transcode', file, 'b.mp4', `--start=${time}`], /is no time: 90, 1:30/]),
  ]) {
    const { status, stderr } = framegate(...args);
    assert.equal(status, 2, stderr);
    assert.match(stderr, /^usage: framegate probe/);
    assert.match(stderr, reason);
  }
  assert.match(succeeds('--help'), /^usage: framegate probe/);
  assert.match(succeeds('--version'), /^framegate \d+\.\d+\.\d+ \(FFmpeg .+\)\n$/);
});
