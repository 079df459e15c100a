// IVF, the simplest file of VP8 and VP9: a head of 32 bytes, and before each chunk its size and time.
import { EncodedVideoChunk } from 'framegate';

const FILE_HEAD = 32;
const CHUNK_HEAD = 12;

/** The file, with times in microseconds. `tag` is VP80 or VP90. */
export function ivf(tag, { width, height }, chunks) {
  const head = Buffer.alloc(FILE_HEAD);
  head.write(`DKIF\0\0${String.fromCharCode(FILE_HEAD)}\0${tag}`, 'latin1');
  head.writeUInt16LE(width, 12);
  head.writeUInt16LE(height, 14);
  head.writeUInt32LE(1_000_000, 16);
  head.writeUInt32LE(1, 20);
  head.writeUInt32LE(chunks.length, 24);
  const parts = chunks.map((chunk) => {
    const part = Buffer.alloc(CHUNK_HEAD + chunk.byteLength);
    part.writeUInt32LE(chunk.byteLength, 0);
    part.writeBigUInt64LE(BigInt(chunk.timestamp), 4);
    chunk.copyTo(part.subarray(CHUNK_HEAD));
    return part;
  });
  return Buffer.concat([head, ...parts]);
}

/** The chunks of a file, the first a key; their times are their numbers. */
export function chunksOfIvf(file) {
  const chunks = [];
  for (let at = FILE_HEAD; at < file.length; at += CHUNK_HEAD + file.readUInt32LE(at)) {
    const data = file.subarray(at + CHUNK_HEAD, at + CHUNK_HEAD + file.readUInt32LE(at));
    chunks.push(new EncodedVideoChunk({ type: chunks.length === 0 ? 'key' : 'delta', timestamp: chunks.length, data }));
  }
  return chunks;
}
