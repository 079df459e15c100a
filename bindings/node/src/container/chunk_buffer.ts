import { domException } from '../native';
import type { ReadChunk } from './messages';

/** What is kept of tracks that are not read as far as others; of the bytes, the last chunk may be beyond. */
export interface BufferLimits {
  readonly maxBufferedChunks: number;
  readonly maxBufferedBytes: number;
}

/** Chunks that were read and not asked for yet: ahead of all loops, and of tracks that are read beside others. */
export class ChunkBuffer {
  readonly #limits: BufferLimits;
  /** In file order, behind everything that is kept. */
  #ahead: ReadChunk[] = [];
  /** By the number of the track. Those that are not here are passed over. */
  readonly #kept = new Map<number, ReadChunk[]>();
  #keptChunks = 0;
  #keptBytes = 0;

  constructor(limits: BufferLimits) {
    this.#limits = limits;
  }

  /** What is read, in file order. */
  add(chunks: readonly ReadChunk[]): void {
    this.#ahead.push(...chunks);
  }

  /** From now on chunks of a track are kept where others are looked for. */
  keep(track: number): void {
    if (!this.#kept.has(track)) this.#kept.set(track, []);
  }

  /** Nobody reads a track any more. */
  passOver(track: number): void {
    for (const chunk of this.#kept.get(track) ?? []) this.#count(chunk, -1);
    this.#kept.delete(track);
  }

  /** What was kept of any track stands before what follows, in file order: all are read together. */
  merge(): void {
    const kept = [...this.#kept.values()].flat().sort((a, b) => a.number - b.number);
    const ahead = this.#ahead;
    this.clear();
    this.#kept.clear();
    this.#ahead = [...kept, ...ahead];
  }

  /** Nothing of it is wanted. */
  clear(): void {
    this.#ahead = [];
    for (const track of this.#kept.keys()) this.#kept.set(track, []);
    this.#keptChunks = this.#keptBytes = 0;
  }

  /** Those that were read ahead of all loops. */
  get aheadCount(): number {
    return this.#ahead.length;
  }

  /** No more may be kept. */
  get isFull(): boolean {
    return this.#keptChunks >= this.#limits.maxBufferedChunks || this.#keptBytes >= this.#limits.maxBufferedBytes;
  }

  hasKept(track: number): boolean {
    return (this.#kept.get(track)?.length ?? 0) > 0;
  }

  /** The next chunk of a track, or of any for null; null if none is here. OperationError: the buffer is full. */
  take(track: number | null): ReadChunk | null {
    if (track === null) return this.#ahead.shift() ?? null;
    const kept = this.#kept.get(track)?.shift();
    if (kept) {
      this.#count(kept, -1);
      return kept;
    }
    for (let first; (first = this.#ahead[0]); this.#ahead.shift()) {
      if (first.track === track) return this.#ahead.shift()!;
      this.#put(first, track);
    }
    return null;
  }

  #put(chunk: ReadChunk, wanted: number): void {
    const chunks = this.#kept.get(chunk.track);
    if (!chunks) return;
    if (this.isFull) throw this.#full(wanted);
    this.#count(chunk, 1);
    chunks.push(chunk);
  }

  #count({ data }: ReadChunk, change: 1 | -1): void {
    this.#keptChunks += change;
    this.#keptBytes += change * data.length;
  }

  #full(wanted: number): DOMException {
    const { maxBufferedChunks, maxBufferedBytes } = this.#limits;
    const limit = this.#keptChunks >= maxBufferedChunks ? `maxBufferedChunks is ${maxBufferedChunks}` : `maxBufferedBytes is ${maxBufferedBytes}`;
    const [most] = [...this.#kept].sort(([, a], [, b]) => b.length - a.length)[0]!;
    const reason = `track ${wanted}: the buffer is full of chunks of tracks that are not read as far (${limit}): read track ${most}, or end the loop over it`;
    return domException('OperationError', reason);
  }
}
