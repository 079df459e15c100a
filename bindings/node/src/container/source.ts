/** Where a demuxer's bytes come from. */
import { fileURLToPath } from 'node:url';

import { isBufferSource, isDetached, type AllowSharedBufferSource } from '../webidl';
import { typeError } from '../native/errors';
import { StreamBytes, type ByteIterable } from './stream_bytes';

/** Bytes that are asked for on the program's thread. */
export interface Bytes {
  /** How many there are; null where they come one after the other. */
  readonly size: number | null;
  /** Whether the process may end while they are awaited: what brings them keeps it, or nothing does. */
  readonly mayEnd: boolean;
  /** Some bytes, at least one unless the end is reached. */
  read(position: number, size: number): Uint8Array | Promise<Uint8Array>;
  /** No more are wanted. */
  cancel(): Promise<void>;
}

export type DemuxerSource = string | URL | AllowSharedBufferSource | Blob | ByteIterable;

/** A path, or bytes; a TypeError for what is neither. */
export function sourceOf(source: DemuxerSource, context: string): string | Bytes {
  if (typeof source === 'string' || source instanceof URL) return pathOf(source, context);
  if (isBufferSource(source)) return memoryBytes(source);
  if (source instanceof Blob) return blobBytes(source);
  if (StreamBytes.takes(source)) return new StreamBytes(source);
  throw typeError(`${context}: source is no path, no bytes, no Blob, no ReadableStream, and not async iterable`);
}

/** The path that a string or a URL is. */
export function pathOf(path: string | URL, context: string): string {
  const name = typeof path === 'string' ? path : fileURLToPath(path);
  if (name.includes('\0')) throw typeError(`${context}: the path ${JSON.stringify(name)} has a NUL in it`);
  return name;
}

const nothing = async (): Promise<void> => undefined;

/** Of a program's memory, which is not copied: it must stay as it is. */
function memoryBytes(source: AllowSharedBufferSource): Bytes {
  const buffer = ArrayBuffer.isView(source) ? source.buffer : source;
  const { byteOffset, byteLength } = ArrayBuffer.isView(source) ? source : { byteOffset: 0, byteLength: buffer.byteLength };
  return {
    size: byteLength,
    mayEnd: false,
    read(position, size) {
      if (isDetached(buffer)) throw typeError('the buffer is detached');
      const start = Math.min(position, byteLength);
      return new Uint8Array(buffer, byteOffset + start, Math.min(size, byteLength - start));
    },
    cancel: nothing,
  };
}

const blobBytes = (blob: Blob): Bytes => ({
  size: blob.size,
  mayEnd: false,
  read: async (position, size) => new Uint8Array(await blob.slice(position, position + size).arrayBuffer()),
  cancel: nothing,
});
