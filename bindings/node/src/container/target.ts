/** Where a muxer's bytes go. */
import type { Writable } from 'node:stream';
import { WritableStream } from 'node:stream/web';

import { typeError } from '../native/errors';
import { FileTarget } from './file_target';
import { MemoryTarget } from './memory_target';
import { isNodeWritable, NodeTarget } from './node_target';
import type { Piece, Place } from './muxed_bytes';
import { pathOf } from './source';

/** A path, a WritableStream, a Writable, or null for memory. */
export type MuxerTarget = string | URL | WritableStream<Uint8Array> | Writable | null;

export interface Target extends Place {
  /** Resolves when it wants more. */
  write(piece: Piece): Promise<void> | void;
  /** All is written. What finish() gives. */
  end(): Promise<Buffer | undefined>;
  /** What was written is not complete, and will not be. */
  abort(reason: unknown): Promise<void>;
}

/** The path that a target is, or null. */
export const targetPath = (target: MuxerTarget, context: string): string | null =>
  typeof target === 'string' || target instanceof URL ? pathOf(target, context) : null;

/** A TypeError for what is no target. Nothing is opened before everything else is right. */
export function targetOf(target: MuxerTarget, context: string): (isReadBack: boolean) => Promise<Target> {
  const path = targetPath(target, context);
  if (path !== null) return (isReadBack) => FileTarget.open(path, isReadBack);
  if (target === null) return async () => new MemoryTarget();
  if (target instanceof WritableStream) return async () => streamTarget(target as WritableStream<Uint8Array>);
  if (isNodeWritable(target)) return async () => new NodeTarget(target);
  throw typeError(`${context}: target is no path, no WritableStream, no Writable, and not null (memory)`);
}

/** One write at a time: the stream's backpressure is the muxer's. */
function streamTarget(stream: WritableStream<Uint8Array>): Target {
  const writer = stream.getWriter();
  writer.closed.catch(() => undefined); // told by the write that failed
  return {
    canSeek: false,
    async write({ bytes }) {
      await writer.ready;
      await writer.write(bytes);
    },
    async end() {
      await writer.close();
      return undefined;
    },
    abort: (reason) => writer.abort(reason),
  };
}
