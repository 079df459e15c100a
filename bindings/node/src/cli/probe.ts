/** `framegate probe`: what is in a file. */
import { parseArgs } from 'node:util';

import { AudioDecoder } from '../codec/audio_decoder';
import { VideoDecoder } from '../codec/video_decoder';
import { Demuxer, type AnyTrack, type Demuxed } from '../container';
import { UsageError } from './usage_error';

const HEAD = {
  track: 'track', kind: 'kind', codec: 'codec', size: 'size', framerate: 'fps', sample_rate: 'Hz', channels: 'channels', duration: 'seconds',
  chunks: 'chunks', key_chunks: 'key', kbit_s: 'kbit/s', decodable: 'decodable',
} as const;
type Row = Record<keyof typeof HEAD, string | number | boolean | null>;

/** Reads the whole file and prints a row a track. */
export async function probe(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { json: { type: 'boolean' } } });
  const [path] = positionals;
  if (path === undefined || positionals.length > 1) throw new UsageError('probe takes one file');
  await using(await Demuxer.open(path), async (demuxer) => {
    const counts = demuxer.tracks.map(() => new Count());
    for await (const demuxed of demuxer) counts[demuxed.track.index]!.add(demuxed);
    const rows = await Promise.all(demuxer.tracks.map(async (track) => ({ ...(await facts(track)), ...counts[track.index]!.facts() })));
    if (values.json) console.log(JSON.stringify(rows, null, 1));
    else print(rows);
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
  #chunks = 0;
  #keys = 0;
  #bytes = 0;
  #startUs = Infinity;
  #endUs = 0;

  add({ chunk: { timestamp, duration, byteLength, type } }: Demuxed): void {
    this.#chunks += 1;
    this.#keys += Number(type === 'key');
    this.#bytes += byteLength;
    this.#startUs = Math.min(this.#startUs, timestamp);
    this.#endUs = Math.max(this.#endUs, timestamp + (duration ?? 0));
  }

  facts(): Pick<Row, 'chunks' | 'key_chunks' | 'duration' | 'kbit_s'> {
    const seconds = this.#chunks === 0 ? 0 : (this.#endUs - this.#startUs) / 1e6;
    const rate = seconds > 0 ? rounded((this.#bytes * 8) / seconds / 1e3, 1) : null;
    return { chunks: this.#chunks, key_chunks: this.#keys, duration: rounded(seconds, 3), kbit_s: rate };
  }
}

const rounded = (number: number, digits: number): number => Number(number.toFixed(digits));

async function facts(track: AnyTrack): Promise<Omit<Row, keyof ReturnType<Count['facts']>>> {
  const { index, kind, config } = track;
  const own = { track: index, kind, codec: config.codec };
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

function print(rows: readonly Row[]): void {
  const keys = Object.keys(HEAD) as (keyof typeof HEAD)[];
  const lines = [Object.values(HEAD) as string[], ...rows.map((row) => keys.map((key) => cell(row[key])))];
  const widths = keys.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  for (const line of lines) console.log(line.map((text, column) => text.padStart(widths[column]!)).join('  '));
}

function cell(value: Row[keyof Row]): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return value === null ? '' : typeof value === 'number' ? String(rounded(value, 3)) : value;
}
