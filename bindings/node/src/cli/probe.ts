/** `framegate probe`: what is in a file. */
import { parseArgs } from 'node:util';

import { AudioDecoder } from '../codec/audio_decoder';
import { VideoDecoder } from '../codec/video_decoder';
import { Demuxer, type AnyTrack, type Demuxed } from '../container';
import { timeline } from './timeline';
import { clockText } from './times';
import { UsageError } from './usage_error';

const HEAD = {
  track: 'track', kind: 'kind', codec: 'codec', size: 'size', framerate: 'fps', sample_rate: 'Hz', channels: 'channels', duration: 'seconds',
  chunks: 'chunks', key_chunks: 'key', kbit_s: 'kbit/s', decodable: 'decodable', language: 'language', rotation: 'turn',
} as const;
type Row = Record<keyof typeof HEAD, string | number | boolean | null>;

/** Characters of the timeline. */
const WIDEST = 120;
const USUAL_WIDTH = 80;

/** Reads the whole file and prints a row a track; then where its key frames are, and what it says of itself. */
export async function probe(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { json: { type: 'boolean' } } });
  const [path] = positionals;
  if (path === undefined || positionals.length > 1) throw new UsageError('probe takes one file');
  await using(await Demuxer.open(path), async (demuxer) => {
    const counts = demuxer.tracks.map(() => new Count());
    for await (const demuxed of demuxer) counts[demuxed.track.index]!.add(demuxed);
    const rows = await Promise.all(demuxer.tracks.map(async (track) => ({ ...(await facts(track)), ...counts[track.index]!.facts() })));
    if (values.json) console.log(JSON.stringify(rows, null, 1));
    else for (const line of [...table(rows), ...keyLines(counts), '', ...said(demuxer)]) console.log(line);
  });
}

async function using(demuxer: Demuxer, work: (demuxer: Demuxer) => Promise<void>): Promise<void> {
  try {
    await work(demuxer);
  } finally {
    await demuxer.close();
  }
}

/** Adds a track's chunks up. */
class Count {
  chunks = 0;
  readonly keys: number[] = [];
  startUs = Infinity;
  endUs = 0;
  #bytes = 0;

  add({ chunk: { timestamp, duration, byteLength, type } }: Demuxed): void {
    this.chunks += 1;
    if (type === 'key') this.keys.push(timestamp);
    this.#bytes += byteLength;
    this.startUs = Math.min(this.startUs, timestamp);
    this.endUs = Math.max(this.endUs, timestamp + (duration ?? 0));
  }

  facts(): Pick<Row, 'chunks' | 'key_chunks' | 'duration' | 'kbit_s'> {
    const seconds = this.chunks === 0 ? 0 : (this.endUs - this.startUs) / 1e6;
    const rate = seconds > 0 ? rounded((this.#bytes * 8) / seconds / 1e3, 1) : null;
    return { chunks: this.chunks, key_chunks: this.keys.length, duration: rounded(seconds, 3), kbit_s: rate };
  }
}

const rounded = (number: number, digits: number): number => Number(number.toFixed(digits));

async function facts(track: AnyTrack): Promise<Omit<Row, keyof ReturnType<Count['facts']>>> {
  const { index, kind, config } = track;
  const own = { track: index, kind, codec: config.codec, language: track.language, rotation: track.kind === 'video' ? track.rotation : null };
  if (track.kind === 'video') {
    const { codedWidth, codedHeight, framegate } = track.config;
    const { supported } = await VideoDecoder.isConfigSupported(track.config);
    const size = `${codedWidth}x${codedHeight}`;
    return { ...own, size, framerate: framegate?.framerate ?? null, sample_rate: null, channels: null, decodable: supported };
  }
  const { sampleRate, numberOfChannels } = track.config;
  const { supported } = await AudioDecoder.isConfigSupported(track.config);
  return { ...own, size: null, framerate: null, sample_rate: sampleRate, channels: numberOfChannels, decodable: supported };
}

function table(rows: readonly Row[]): string[] {
  const keys = Object.keys(HEAD) as (keyof typeof HEAD)[];
  const lines = [Object.values(HEAD) as string[], ...rows.map((row) => keys.map((key) => cell(row[key])))];
  const widths = keys.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines.map((line) => line.map((text, column) => text.padStart(widths[column]!)).join('  ').trimEnd());
}

/** Where decoding can begin; of tracks where that is everywhere there is nothing to show. */
function keyLines(counts: readonly Count[]): string[] {
  const keys = new Map([...counts.entries()].filter(([, count]) => count.keys.length < count.chunks).map(([index, count]) => [index, count.keys]));
  const begun = counts.filter((count) => count.chunks > 0);
  const [start, end] = [Math.min(...begun.map((count) => count.startUs)), Math.max(...begun.map((count) => count.endUs))];
  const width = Math.min(process.stdout.columns ?? (Number(process.env['COLUMNS']) || USUAL_WIDTH), WIDEST);
  const drawn = timeline(keys, start, end, width);
  return drawn.length > 0 ? ['', 'key frames', ...drawn] : [];
}

/** What the file says of itself, line by line. */
function* said({ format, duration, tags, covers, chapters }: Demuxer): Generator<string> {
  yield `${format}, ${duration === null ? 'of unknown length' : clockText(duration)}`;
  for (const [name, value] of Object.entries(tags)) yield shown(`${name}: ${value}`);
  for (const { type, data } of covers) yield shown(`cover: ${type}, ${data.length} bytes`);
  for (const { start, title } of chapters) yield shown(`chapter at ${clockText(start)}: ${title}`);
}

/** What files say may have anything in it, also what terminals obey. */
const shown = (text: string): string => text.replace(/\p{Cc}/gu, '\uFFFD');

function cell(value: Row[keyof Row]): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return value === null ? '' : typeof value === 'number' ? String(rounded(value, 3)) : value;
}
