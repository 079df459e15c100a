/** `framegate transcode`: another bit rate or codec. Other tracks pass through unchanged; title and languages stay. */
import { parseArgs } from 'node:util';

import { Demuxer, Muxer, type AnyTrack } from '../container';
import { audioCodec, COPY, NONE, videoCodec } from './codec_choice';
import { audioLane, videoLane, type Lane } from './lane';
import { bitrate, members } from './members';
import { Output } from './output';
import { checkOtherFile, replacing } from './output_file';
import { UsageError } from './usage_error';

const OPTIONS = {
  bitrate: { type: 'string', default: '1M' },
  video: { type: 'string' },
  codec: { type: 'string' },
  audio: { type: 'string', default: COPY },
  'audio-bitrate': { type: 'string' },
  slots: { type: 'string', default: '16' },
  set: { type: 'string', multiple: true, default: [] as string[] },
  'audio-set': { type: 'string', multiple: true, default: [] as string[] },
} as const;

interface Wishes {
  readonly slots: number;
  readonly video: object;
  /** Members of the configuration, or what becomes of the tracks as they are. */
  readonly audio: object | typeof COPY | typeof NONE;
}

/** Transcodes, and says what it took. */
export async function transcode(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS });
  const [input, output] = positionals;
  if (input === undefined || output === undefined || positionals.length > 2) throw new UsageError('transcode takes an input and an output');
  const wishes = wishesOf(values, output);
  await checkOtherFile(input, output);
  const began = performance.now();
  let report = '';
  await replacing(output, async (path) => {
    const counts = await write(input, path, wishes);
    const seconds = (performance.now() - began) / 1e3;
    const line = ({ index, kind, count }: Count): string =>
      `track ${index} (${kind}): ${count} in ${seconds.toFixed(2)} s, ${(count / seconds).toFixed(1)} a second`;
    report = counts.map(line).join('\n');
  });
  console.log(report);
}

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

function wishesOf(values: Values, output: string): Wishes {
  if (values.video !== undefined && values.codec !== undefined) throw new UsageError('--video and --codec say the same: one of them');
  const slots = Number(values.slots);
  if (!Number.isInteger(slots) || slots < 1) throw new UsageError(`--slots is "${values.slots}", a whole number from 1 is needed`);
  const codec = values.codec ?? videoCodec(values.video, output);
  const video = { codec, bitrate: bitrate('--bitrate', values.bitrate!), ...members('--set', values.set!) };
  return { slots, video, audio: audioWish(values) };
}

function audioWish(values: Values): Wishes['audio'] {
  const { audio = COPY, 'audio-bitrate': rate, 'audio-set': settings = [] } = values;
  if (audio !== COPY && audio !== NONE) {
    const wanted = rate === undefined ? {} : { bitrate: bitrate('--audio-bitrate', rate) };
    return { codec: audioCodec(audio), ...wanted, ...members('--audio-set', settings) };
  }
  if (rate !== undefined || settings.length > 0) throw new UsageError(`--audio is ${audio}: bitrate and members need a codec, --audio opus`);
  return audio;
}

type AnyLane = Lane<never, { close(): void }, object>;

interface Count {
  readonly index: number;
  readonly kind: string;
  readonly count: number;
}

async function write(input: string, path: string, { slots, video, audio }: Wishes): Promise<Count[]> {
  const demuxer = await Demuxer.open(input);
  const tracks = demuxer.tracks.filter(({ kind }) => kind === 'video' || audio !== NONE);
  const main = tracks.find(({ kind }) => kind === 'video');
  const encoded = tracks.filter((track) => track === main || (track.kind === 'audio' && typeof audio === 'object'));
  if (encoded.length === 0) throw new UsageError('there is nothing to encode: no video track, and --audio names no codec');
  const muxer = await Muxer.create(path, { title: demuxer.title });
  const output = new Output(muxer, tracks, encoded);
  const lanes = new Map<AnyTrack, AnyLane>();
  try {
    for (const track of encoded) {
      const lane = track.kind === 'video' ? videoLane(track, output, slots, video) : audioLane(track, output, slots, audio as object);
      lanes.set(track, lane as unknown as AnyLane);
    }
    for await (const { track, chunk, metadata } of demuxer) {
      const lane = lanes.get(track);
      if (lane) await lane.put(chunk as never);
      else if (tracks.includes(track)) output.write(track, chunk, metadata);
      await output.drained();
    }
    for (const lane of lanes.values()) await lane.finish();
    output.end();
    await output.drained();
    await muxer.finish();
  } finally {
    for (const lane of lanes.values()) lane.close();
    await Promise.all([muxer.close(), demuxer.close()]);
  }
  return [...lanes].map(([{ index, kind }, { count }]) => ({ index, kind, count }));
}
