// Files of all sorts, what ffprobe says of them, and files that are read and written again.
import { Demuxer, Muxer } from 'framegate';

import { newPath, run } from './clips.mjs';

const PICTURES = ['-f', 'lavfi', '-i', 'testsrc=size=160x90:rate=25:duration=4'];
const SOUND = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000:duration=4'];

/** A file with this ending, of four seconds, made by ffmpeg. */
export function made(extension, options, { pictures = true, sound = true } = {}) {
  const path = newPath(extension);
  run('ffmpeg', ['-nostdin', ...(pictures ? PICTURES : []), ...(sound ? SOUND : []), ...options, '-y', path]);
  return path;
}

export const H264_AAC = ['-c:v', 'libx264', '-bf', '2', '-g', '25', '-c:a', 'aac'];
export const VP9_OPUS = ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-g', '25', '-c:a', 'libopus'];

/** What ffprobe says of all packets, track by track: times in seconds, a sum of the bytes, and what is not heard. */
export function packets(path) {
  const entries = 'packet=stream_index,pts_time,dts_time,duration_time,flags,data_hash:packet_side_data=skip_samples,discard_padding';
  const said = JSON.parse(run('ffprobe', ['-show_packets', '-show_data_hash', 'md5', '-show_entries', entries, '-of', 'json', path]));
  return byTrack(said.packets, (packet) => packet.stream_index);
}

/** The same in the order of tracks; those of a track as they are. */
export const byTrack = (items, trackOf) => [...items].sort((a, b) => trackOf(a) - trackOf(b));

/** Reads a source and writes all of it to a target. Gives what finish() gives. */
export async function remux(source, target, options) {
  const demuxer = await Demuxer.open(source);
  const muxer = await Muxer.create(target, options);
  const numbers = demuxer.tracks.map(({ config }) => muxer.addTrack(config));
  for await (const { track, chunk } of demuxer) await muxer.write(numbers[track.index], chunk);
  const bytes = await muxer.finish();
  await demuxer.close();
  return bytes;
}

/** Everything that a loop gives. */
export async function all(iterable) {
  const items = [];
  for await (const item of iterable) items.push(item);
  return items;
}

/** Opens a source for some work, and closes it. */
export async function opened(source, work, options) {
  const demuxer = await Demuxer.open(source, options);
  try {
    return await work(demuxer);
  } finally {
    await demuxer.close();
  }
}
