// Clips, and what ffmpeg and ffprobe say of them.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { EncodedVideoChunk } from 'framegate';

const folder = mkdtempSync(join(tmpdir(), 'framegate-clips-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** What a program of FFmpeg's writes. */
export function run(program, args, input) {
  const { status, stdout, stderr, error } = spawnSync(program, ['-v', 'error', ...args], { input, maxBuffer: 2 ** 30 });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
  return stdout;
}

let made = 0;

/** Makes an H.264 clip of a moving picture. `options` are ffmpeg's. */
export function clip({ size = '128x72', frames = 20, rate = 25, options = [] } = {}) {
  const path = join(folder, `${(made += 1)}.mp4`);
  const source = ['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=${rate}`, '-frames:v', String(frames)];
  run('ffmpeg', ['-nostdin', ...source, '-c:v', 'libx264', '-pix_fmt', 'yuv420p', ...options, path]);
  return path;
}

/** The real clips that lie beside a checkout, if they do. */
export function realClips() {
  const media = fileURLToPath(new URL('../../../../../shared/media/', import.meta.url));
  return ['bikes.mp4', 'bigbuckbunny.mp4'].map((name) => media + name).filter(existsSync);
}

/** The codec string, its description, and the chunks of the first video track, in decode order. */
export function demux(path) {
  const [stream] = probe(path, ['-show_streams', '-show_data']).streams;
  const file = readFileSync(path);
  const { packets } = probe(path, ['-show_packets']);
  const description = bytesOfDump(stream.extradata);
  const chunks = packets.map(({ pts_time: pts, duration_time: duration, flags, pos, size }) => {
    const data = file.subarray(Number(pos), Number(pos) + Number(size));
    const times = { timestamp: microseconds(pts), duration: microseconds(duration) };
    return new EncodedVideoChunk({ type: flags.startsWith('K') ? 'key' : 'delta', ...times, data });
  });
  const [profile, constraints, level] = [...description.subarray(1, 4)].map((byte) => byte.toString(16).padStart(2, '0'));
  return { config: { codec: `avc1.${profile}${constraints}${level}`, description }, chunks };
}

/** Times, sizes and frames of the video in a file, as ffprobe decodes it. */
export function framesOf(path) {
  const { frames } = probe(path, ['-show_frames']);
  return frames.map((frame) => ({ time: Number(frame.pts_time), width: frame.width, height: frame.height, key: frame.key_frame === 1 }));
}

/** A path for a file that a test writes. */
export const newPath = (extension) => join(folder, `${(made += 1)}.${extension}`);

/** What ffprobe says of the first track of a kind. */
export const probe = (path, args, track = 'v:0') => JSON.parse(run('ffprobe', ['-select_streams', track, '-of', 'json', ...args, path]));
export const microseconds = (seconds) => Math.round(Number(seconds) * 1e6);

/** The bytes of ffprobe's hex dump. */
export function bytesOfDump(dump) {
  const lines = dump.trim().split('\n').map((line) => /^[0-9a-f]+: ([0-9a-f ]+?)(?:  |$)/.exec(line)[1]);
  return Uint8Array.from(Buffer.from(lines.join('').replaceAll(' ', ''), 'hex'));
}

/** The MD5 sums of all decoded frames, in the order in which they are shown. */
export function frameSums(path, pixelFormat = 'yuv420p') {
  const args = ['-nostdin', '-i', path, '-map', '0:v:0', '-fps_mode', 'passthrough', '-pix_fmt', pixelFormat];
  const lines = run('ffmpeg', [...args, '-f', 'framemd5', '-']).toString().split('\n');
  return lines.filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split(',').at(-1).trim());
}

/** The MD5 sum of a frame's visible pixels. */
export async function sumOf(frame) {
  const bytes = new Uint8Array(frame.allocationSize());
  await frame.copyTo(bytes);
  return createHash('md5').update(bytes).digest('hex');
}

const START_CODE = Uint8Array.of(0, 0, 0, 1);

/** The same chunk with start codes for lengths, and parameter sets before key pictures: Annex B. */
export function toAnnexB(chunk, description) {
  const bytes = Buffer.alloc(chunk.byteLength);
  chunk.copyTo(bytes);
  const units = chunk.type === 'key' ? parameterSets(description) : [];
  for (let at = 0; at < bytes.length; at += 4 + bytes.readUInt32BE(at)) {
    units.push(bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at)));
  }
  const { type, timestamp, duration } = chunk;
  const data = Buffer.concat(units.flatMap((unit) => [START_CODE, unit]));
  return new EncodedVideoChunk({ type, timestamp, duration, data });
}

/** The SPS and PPS of an AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1). */
function parameterSets(description) {
  const record = Buffer.from(description);
  const sets = [];
  let at = 5;
  for (const mask of [31, 255]) {
    let count = record[at] & mask;
    at += 1;
    for (; count > 0; count -= 1) {
      const size = record.readUInt16BE(at);
      sets.push(record.subarray(at + 2, at + 2 + size));
      at += 2 + size;
    }
  }
  return sets;
}
