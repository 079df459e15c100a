// Files of sound: what we encoded, for ffmpeg to decode, and the other way round.
import { writeFileSync } from 'node:fs';

import { EncodedAudioChunk } from 'framegate';
import { BufferTarget, EncodedAudioPacketSource, EncodedPacket, MkvOutputFormat, Output } from 'mediabunny';

import { bytesOfDump, microseconds, newPath, probe, run } from './clips.mjs';
import { bytesOf } from './collect.mjs';

/** Raw streams: ffmpeg's name of the format. */
const RAW = {
  'pcm-u8': 'u8', 'pcm-s16': 's16le', 'pcm-s24': 's24le', 'pcm-s32': 's32le', 'pcm-f32': 'f32le', ulaw: 'mulaw', alaw: 'alaw',
};

/** Codecs whose chunks in turn are no file. */
const BOXED = ['opus', 'vorbis'];

/** Writes a file of an encoder's outputs. AAC has ADTS headers. Gives what ffmpeg needs to read it. */
export async function fileOf({ codec, sampleRate, numberOfChannels }, outputs) {
  const path = newPath(codec);
  if (BOXED.includes(codec)) {
    writeFileSync(path, await matroska(codec, outputs));
    return ['-i', path];
  }
  const head = codec === 'flac' ? [outputs[0].metadata.decoderConfig.description] : [];
  writeFileSync(path, Buffer.concat([...head, ...outputs.map(({ chunk }) => bytesOf(chunk))]));
  if (codec in RAW) return ['-f', RAW[codec], '-ar', String(sampleRate), '-ac', String(numberOfChannels), '-i', path];
  return ['-i', path];
}

async function matroska(codec, outputs) {
  const output = new Output({ format: new MkvOutputFormat(), target: new BufferTarget() });
  const source = new EncodedAudioPacketSource(codec);
  output.addAudioTrack(source);
  await output.start();
  for (const { chunk, metadata } of outputs) {
    await source.add(new EncodedPacket(bytesOf(chunk), 'key', chunk.timestamp / 1e6, chunk.duration / 1e6), metadata);
  }
  await output.finalize();
  return Buffer.from(output.target.buffer);
}

/** Everything that ffmpeg decodes, in interleaved floats; `input` are the arguments for its file. */
export const decodedByFfmpeg = (input) => heard(['-flags2', '+skip_manual', ...input]);

/** The same, less what the file says that is priming and padding. */
export function heard(input, output = []) {
  const bytes = run('ffmpeg', ['-nostdin', ...input, '-map', '0:a:0', ...output, '-f', 'f32le', '-']);
  return new Float32Array(Uint8Array.from(bytes).buffer);
}

/** Interleaved floats, encoded by ffmpeg to a new file with this extension. */
export function encodedByFfmpeg(extension, options, data, { sampleRate, numberOfChannels }) {
  const path = newPath(extension);
  const input = ['-f', 'f32le', '-ar', String(sampleRate), '-ac', String(numberOfChannels), '-i', '-'];
  run('ffmpeg', ['-nostdin', ...input, ...options, path], Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  return path;
}

/** The chunks of the first track of sound, and its description; undefined if it has none. */
export function demux(path) {
  const [stream] = probe(path, ['-show_streams', '-show_data'], 'a:0').streams;
  const { packets } = probe(path, ['-show_packets', '-show_data'], 'a:0');
  const chunks = packets.map(({ pts_time: pts, duration_time: duration, data }) =>
    new EncodedAudioChunk({ type: 'key', timestamp: microseconds(pts), duration: microseconds(duration), data: bytesOfDump(data) }));
  return { description: stream.extradata?.trim() ? descriptionOf(stream) : undefined, chunks };
}

/** FFmpeg's extradata, but for FLAC's, which lacks the marker and the header. */
function descriptionOf({ codec_name: codec, extradata }) {
  const bytes = bytesOfDump(extradata);
  return codec === 'flac' ? Buffer.concat([Buffer.from('fLaC'), Uint8Array.of(0x80, 0, 0, bytes.length), bytes]) : bytes;
}
