/** The part of a file that a command takes: `--start`, `--end`. */
import type { AudioTrackConfig, Demuxed, Demuxer, VideoTrackConfig } from '../container';
import { AudioData } from '../media/audio_data';
import type { AudioDataInit } from '../media/audio_data_init';
import { clockText, microseconds } from './times';
import { UsageError } from './usage_error';

/** What is read before the start: decoders of sound need some to be right again (Opus 80 ms). */
const BEFORE_US = 100_000;
/** How far the times of chunks without a decode time may go back. */
const REORDERED_US = 2_000_000;

/** From the start on, up to the end; a file's beginning is what it says it is. */
export class Cut {
  /** Microseconds; null: from the beginning on. */
  readonly start: number | null;
  readonly #start: number;
  readonly #end: number;

  constructor(start: string | undefined, end: string | undefined) {
    this.start = start === undefined ? null : microseconds('--start', start);
    this.#start = this.start ?? -Infinity;
    this.#end = end === undefined ? Infinity : microseconds('--end', end);
    if (this.#end > Math.max(this.#start, 0)) return;
    throw new UsageError(`--end is ${clockText(this.#end)}, it must be beyond --start, ${clockText(this.start ?? 0)}`);
  }

  /** How much of a part is done by a time; null where nobody knows how long it is. */
  progress(time: number, duration: number | null): number | null {
    const [from, to] = [this.start ?? 0, Math.min(this.#end, duration ?? Infinity)];
    return Number.isFinite(to) && to > from ? Math.min(Math.max((time - from) / (to - from), 0), 1) : null;
  }

  /** What begins then is taken. */
  has(timestamp: number): boolean {
    return this.#start <= timestamp && timestamp < this.#end;
  }

  /** The chunks from the key before the start on, up to the end or a little beyond it. */
  async *read(demuxer: Demuxer): AsyncGenerator<Demuxed> {
    if (this.start !== null) await demuxer.seek(Math.max(0, this.start - BEFORE_US) / 1e6);
    const ended = new Set();
    for await (const demuxed of demuxer) {
      if (this.#isBeyond(demuxed)) ended.add(demuxed.track);
      else yield demuxed;
      if (ended.size === demuxer.tracks.length) return;
    }
  }

  /** Of a track, of which the beginning is left out: and with it what the encoder has put there. */
  config<C extends VideoTrackConfig | AudioTrackConfig>(config: C): C {
    if (this.start === null || !config.framegate || !('primingSamples' in config.framegate)) return config;
    const { primingSamples, ...framegate } = config.framegate;
    return { ...config, framegate };
  }

  /** The samples that are taken; null: none. Others than what is given are the caller's to close. */
  sound(data: AudioData): AudioData | null {
    const { sampleRate, timestamp, numberOfFrames, numberOfChannels } = data;
    const place = (time: number): number => Math.min(Math.max(Math.round(((time - timestamp) * sampleRate) / 1e6), 0), numberOfFrames);
    const [first, end] = [place(this.#start), place(this.#end)];
    if (first === 0 && end === numberOfFrames) return data;
    if (first >= end) return null;
    const format = data.format!.replace('-planar', '') as AudioDataInit['format'];
    const options = { planeIndex: 0, frameOffset: first, frameCount: end - first, format };
    const samples = new Uint8Array(data.allocationSize(options));
    data.copyTo(samples, options);
    const time = timestamp + Math.floor((first * 1e6) / sampleRate);
    return new AudioData({ format, sampleRate, numberOfChannels, numberOfFrames: end - first, timestamp: time, data: samples, transfer: [samples.buffer] });
  }

  #isBeyond({ chunk: { timestamp }, metadata }: Demuxed): boolean {
    return Math.min(metadata.framegate.decodeTimestamp ?? timestamp - REORDERED_US, timestamp) >= this.#end;
  }
}
