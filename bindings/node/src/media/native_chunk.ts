import { addressOf, FG, type Chunk } from '../native';
import type { ChunkContents } from './encoded_chunk';

/** Makes the library's struct say what a chunk is, but for when to decode it. Its bytes must outlive the struct's use. */
export function fillChunk(chunk: Chunk, contents: ChunkContents): void {
  const { type, timestamp, duration, bytes, alpha, discard } = contents;
  chunk.flags = (type === 'key' ? FG.CHUNK_KEY : 0) | (discard ? FG.CHUNK_DISCARD : 0);
  chunk.timestamp_us = timestamp;
  chunk.duration_us = duration ?? -1;
  chunk.data = addressOf(bytes);
  chunk.size = bytes.byteLength;
  chunk.alpha_data = alpha ? addressOf(alpha) : 0;
  chunk.alpha_size = alpha?.byteLength ?? 0;
}
