/** `framegate transcode`: another bit rate or codec. Other tracks pass through unchanged; title and languages stay. */
import { parseArgs } from 'node:util';

import { Demuxer, Muxer, type AnyTrack } from '../container';
import { domException } from '../native';
import { audioCodec, COPY, NONE, videoCodec, type ChosenCodec } from './codec_choice';
import { Cut } from './cut';
import { audioLane, videoLane, type Lane } from './lane';
import { bitrate, members } from './members';
import { Output } from './output';
import { checkOtherFile, replacing } from './output_file';
import { Progress } from './progress';
import { UsageError } from './usage_error';

const OPTIONS = {
  bitrate: { type: 'string', default: '1M' },
  video: { type: 'string' },
  codec: { type: 'string' },
  audio: { type: 'string', default: COPY },
  'audio-bitrate': { type: 'string' },
  slots: { type: 'string', default: '16' },
  start: { type: 'string' },
  end: { type: 'string' },
  set: { type: 'string', multiple: true, default: [] as string[] },
  'audio-set': { type: 'string', multiple: true, default: [] as string[] },
} as const;

interface Wishes {
  readonly slots: number;
  readonly part: Cut;
  readonly codec: ChosenCodec;
  /** Other members of the configuration. */
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
  const { codec: text } = values;
  const codec = text === undefined ? videoCodec(values.video, output) : () => text;
  const video = { bitrate: bitrate('--bitrate', values.bitrate!), ...members('--set', values.set!) };
  return { slots, part: new Cut(values.start, values.end), codec, video, audio: audioWish(values) };
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

async function write(input: string, path: string, wishes: Wishes): Promise<Count[]> {
  const { part, audio } = wishes;
  const demuxer = await Demuxer.open(input);
  const tracks = demuxer.tracks.filter(({ kind }) => kind === 'video' || audio !== NONE);
  const main = tracks.find(({ kind }) => kind === 'video');
  const encoded = tracks.filter((track) => track === main || (track.kind === 'audio' && typeof audio === 'object'));
  if (encoded.length === 0) throw new UsageError('there is nothing to encode: no video track, and --audio names no codec');
  const muxer = await Muxer.create(path, { title: demuxer.title, startAtZero: part.start !== null });
  const output = new Output(muxer, tracks, encoded, part);
  const lanes = new Map<AnyTrack, AnyLane>();
  const progress = new Progress();
  try {
    for (const track of encoded) lanes.set(track, laneOf(track, output, wishes));
    for await (const { track, chunk, metadata } of part.read(demuxer)) {
      const lane = lanes.get(track);
      if (lane) await lane.put(chunk as never);
      else if (tracks.includes(track) && part.has(chunk.timestamp)) output.write(track, chunk, metadata);
      await output.drained();
      if (track === encoded[0]) progress.at(chunk.timestamp, lane!.count, part.progress(chunk.timestamp, demuxer.duration));
    }
    for (const lane of lanes.values()) await lane.finish();
    if (main && lanes.get(main)!.count === 0) throw domException('DataError', `${input} has no pictures${part.start === null ? '' : ' there'}`);
    output.end();
    await output.drained();
    await muxer.finish();
  } finally {
    progress.end();
    for (const lane of lanes.values()) lane.close();
    await Promise.all([muxer.close(), demuxer.close()]);
  }
  return [...lanes].map(([{ index, kind }, { count }]) => ({ index, kind, count }));
}

function laneOf(track: AnyTrack, output: Output, { slots, part, codec, video, audio }: Wishes): AnyLane {
  const options = { output, slots, part };
  const lane = track.kind === 'video' ? videoLane(track, options, codec, video) : audioLane(track, options, audio as object);
  return lane as unknown as AnyLane;
}
