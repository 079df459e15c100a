/** A demuxer of the library's, on a thread that may wait for it. */
import { Chunk, copyOfMemory, FG, Limits as NativeLimits, native, ResultSlot } from '../native';
import { fileFacts, NO_TIMESTAMP } from './file_facts';
import { HostIo } from './host_io';
import type { Failure, Limits, Opened, ReadChunk, Reply } from './messages';
import { packedChunks } from './packed_chunks';
import { RemoteFile } from './remote_file';

/** What is read in one go, so that threads need not talk for each chunk. */
const BATCH_CHUNKS = 64;
const BATCH_BYTES = 256 * 1024;

const slot = new ResultSlot();
const nativeChunk = new Chunk();

export type Send = (reply: Reply, transfer?: ArrayBuffer[]) => void;

export class FileReader {
  readonly #id: number;
  readonly #isStopped: () => boolean;
  readonly #send: Send;
  #io: HostIo | null = null;
  #demuxer = 0;
  #batch: ReadChunk[] = [];
  /** Chunks that were read. */
  #count = 0;

  /** `isStopped` says whether the process ends, and nobody gives bytes any more. */
  constructor(id: number, isStopped: () => boolean, send: Send) {
    this.#id = id;
    this.#isStopped = isStopped;
    this.#send = send;
  }

  open(source: Opened, limits: Limits): void {
    const status = 'path' in source ? native.fg_demuxer_open_limits(source.path, limitsOf(limits), slot.bytes) : this.#openIo(source, limits);
    if (status < 0) {
      this.#send({ id: this.#id, kind: 'failed', failure: failureOf(status) });
      return;
    }
    this.#demuxer = slot.value;
    this.#send({ id: this.#id, kind: 'opened', file: fileFacts(this.#demuxer) });
  }

  #openIo({ answers, size }: Exclude<Opened, { path: string }>, limits: Limits): number {
    const file = new RemoteFile(answers, size, (position, address, wanted) => {
      if (this.#isStopped()) throw new Error('the process ends');
      this.#flush({ isLast: false });
      this.#send({ id: this.#id, kind: 'pull', position, address, size: wanted });
    });
    this.#io = new HostIo(file);
    return native.fg_demuxer_open_io_limits(this.#io.struct.bytes, limitsOf(limits), slot.bytes);
  }

  /** Reads a few chunks. What has been read goes off before anything is waited for. */
  read(): void {
    let bytes = 0;
    for (let count = 0; count < BATCH_CHUNKS && bytes < BATCH_BYTES && !this.#isStopped(); count += 1) {
      const status = native.fg_demuxer_read(this.#demuxer, slot.bytes, nativeChunk.bytes);
      if (status !== FG.OK) {
        this.#flush({ isLast: true, ended: status === FG.END, failure: status < 0 ? failureOf(status) : null });
        return;
      }
      const chunk = readChunk(slot.value32, (this.#count += 1));
      bytes += chunk.data.length;
      this.#batch.push(chunk);
    }
    this.#flush({ isLast: true });
  }

  #flush({ isLast, ended = false, failure = null }: { isLast: boolean; ended?: boolean; failure?: Failure | null }): void {
    const chunks = this.#batch;
    if (chunks.length === 0 && !isLast) return;
    this.#batch = [];
    const { packed, buffers } = packedChunks(chunks);
    this.#send({ id: this.#id, kind: 'chunks', chunks: packed, isLast, ended, failure }, buffers);
  }

  /** To the key chunk of a track at or before a time. */
  seek(track: number, timestamp: number): void {
    const status = native.fg_demuxer_seek(this.#demuxer, track, timestamp);
    this.#send({ id: this.#id, kind: 'sought', failure: status < 0 ? failureOf(status) : null });
  }

  close(): void {
    native.fg_demuxer_free(this.#demuxer);
    this.#io?.end();
    this.#send({ id: this.#id, kind: 'closed' });
  }
}

const failureOf = (status: number): Failure => ({ status, text: native.fg_last_error() });

function limitsOf(limits: Limits): Uint8Array {
  const struct = new NativeLimits();
  struct.max_streams = limits.maxStreams;
  struct.probe_bytes = limits.probeBytes;
  struct.max_pixels = limits.maxPixels;
  struct.max_side = limits.maxSide;
  struct.max_samples = limits.maxSamples;
  return struct.bytes;
}

function readChunk(track: number, number: number): ReadChunk {
  const { flags, timestamp_us, duration_us, dts_us, data, size, alpha_data, alpha_size } = nativeChunk;
  return {
    track,
    number,
    isKey: (flags & FG.CHUNK_KEY) !== 0,
    discard: (flags & FG.CHUNK_DISCARD) !== 0,
    timestamp: timestamp_us,
    duration: duration_us < 0 ? null : duration_us,
    decodeTimestamp: dts_us === NO_TIMESTAMP ? null : dts_us,
    data: copyOfMemory(data, size),
    alpha: alpha_size > 0 ? copyOfMemory(alpha_data, alpha_size) : null,
  };
}
