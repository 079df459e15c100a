/** Chunks on their way between threads: every buffer that is sent has its price, so that small ones share one. */
import type { ReadChunk } from './messages';

/** What is smaller is copied, which costs less. */
const SMALL_BYTES = 16 * 1024;

interface Packed {
  readonly packed: readonly ReadChunk[];
  /** To be transferred. */
  readonly buffers: ArrayBuffer[];
}

export function packedChunks(chunks: readonly ReadChunk[]): Packed {
  const small = chunks.filter(({ data }) => data.length < SMALL_BYTES);
  const shared = new Uint8Array(small.reduce((sum, { data }) => sum + data.length, 0));
  const buffers = [shared.buffer];
  let end = 0;
  const packed = chunks.map((chunk) => {
    const { data, alpha } = chunk;
    if (alpha) buffers.push(alpha.buffer as ArrayBuffer);
    if (data.length >= SMALL_BYTES) {
      buffers.push(data.buffer as ArrayBuffer);
      return chunk;
    }
    shared.set(data, end);
    end += data.length;
    return { ...chunk, data: shared.subarray(end - data.length, end) };
  });
  return { packed, buffers };
}

/** With bytes of its own, so that a chunk that a program keeps keeps no other. */
export const unpacked = (chunk: ReadChunk): ReadChunk =>
  chunk.data.length === chunk.data.buffer.byteLength ? chunk : { ...chunk, data: chunk.data.slice() };
