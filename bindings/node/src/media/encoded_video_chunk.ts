import { copyOfMemory, FG, type Output } from '../native';
import { typeError } from '../native/errors';
import {
  bufferSource,
  checkTransferList,
  defineInterface,
  detachAll,
  dictionary,
  enumeration,
  inspectable,
  longLong,
  optional,
  refuseCloning,
  required,
  requireArguments,
  strangerError,
  takeOver,
  transferList,
  unsignedLongLong,
  type AllowSharedBufferSource,
} from '../webidl';

const TYPES = ['key', 'delta'] as const;
export type EncodedVideoChunkType = (typeof TYPES)[number];
const encodedVideoChunkType = enumeration('EncodedVideoChunkType', TYPES);

/** Times are in microseconds. */
export interface EncodedVideoChunkInit {
  type: EncodedVideoChunkType;
  timestamp: number;
  duration?: number;
  data: AllowSharedBufferSource;
  /** Buffers that are detached. If the data is in one of them it is not copied. */
  transfer?: ArrayBuffer[];
}

const CONSTRUCT = "Failed to construct 'EncodedVideoChunk'";
const COPY_TO = "Failed to execute 'copyTo' on 'EncodedVideoChunk'";

/** The internal slots. */
class Contents {
  constructor(
    readonly type: EncodedVideoChunkType,
    readonly timestamp: number,
    readonly duration: number | null,
    readonly bytes: Uint8Array,
  ) {}
}

let contentsOf: (chunk: EncodedVideoChunk) => Contents;

/** W3C EncodedVideoChunk: encoded bytes and their time. It never changes. */
export class EncodedVideoChunk {
  readonly #contents: Contents;

  static {
    contentsOf = (chunk) => {
      if (typeof chunk === 'object' && chunk !== null && #contents in chunk) return chunk.#contents;
      throw strangerError(chunk, 'the argument is not an EncodedVideoChunk');
    };
  }

  constructor(init: EncodedVideoChunkInit) {
    requireArguments(arguments.length, 1, CONSTRUCT);
    this.#contents = (init as unknown) instanceof Contents ? (init as unknown as Contents) : contentsFrom(init);
    refuseCloning(this);
  }

  get type(): EncodedVideoChunkType {
    return this.#contents.type;
  }
  /** Microseconds. */
  get timestamp(): number {
    return this.#contents.timestamp;
  }
  /** Microseconds; null if it is not known. */
  get duration(): number | null {
    return this.#contents.duration;
  }
  get byteLength(): number {
    return this.#contents.bytes.byteLength;
  }

  /** Copies the bytes. TypeError if `destination` is too small. */
  copyTo(destination: AllowSharedBufferSource): void {
    requireArguments(arguments.length, 1, COPY_TO);
    const target = bufferSource(destination, COPY_TO, 'destination');
    const { bytes } = this.#contents;
    if (target.byteLength < bytes.byteLength) {
      const sizes = `${target.byteLength} bytes, the chunk has ${bytes.byteLength}`;
      throw typeError(`${COPY_TO}: destination is too small: ${sizes}`);
    }
    target.set(bytes);
  }
}
defineInterface(EncodedVideoChunk);
inspectable(EncodedVideoChunk);

/** Members in the order of their names, as Web IDL converts them. */
function contentsFrom(init: unknown): Contents {
  const members = dictionary(init, CONSTRUCT, 'init');
  const data = required(members, 'data', bufferSource, CONSTRUCT);
  const duration = optional(members, 'duration', unsignedLongLong, CONSTRUCT, null);
  const timestamp = required(members, 'timestamp', longLong, CONSTRUCT);
  const transfer = optional(members, 'transfer', transferList, CONSTRUCT, []);
  const type = required(members, 'type', encodedVideoChunkType, CONSTRUCT);
  checkTransferList(transfer, CONSTRUCT);
  const contents = new Contents(type, timestamp, duration, ownBytes(data, transfer));
  detachAll(transfer, CONSTRUCT);
  return contents;
}

/** The bytes, as nobody else has them: without a copy if their buffer is transferred. */
function ownBytes(data: Uint8Array, transfer: readonly ArrayBuffer[]): Uint8Array {
  const { byteOffset, byteLength } = data;
  const buffer = transfer.find((listed) => listed === data.buffer);
  return buffer ? new Uint8Array(takeOver(buffer, CONSTRUCT), byteOffset, byteLength) : new Uint8Array(data);
}

const fromContents = (contents: Contents): EncodedVideoChunk =>
  new (EncodedVideoChunk as unknown as new (contents: Contents) => EncodedVideoChunk)(contents);

// For the codecs.

/** The chunk of an encoder's output, whose bytes are copied. */
export function encodedVideoChunkFromOutput(output: Output): EncodedVideoChunk {
  const duration = output.duration_us < 0 ? null : output.duration_us;
  const type = output.flags & FG.OUTPUT_KEY ? 'key' : 'delta';
  return fromContents(new Contents(type, output.timestamp_us, duration, copyOfMemory(output.data, output.size)));
}

/** The chunk's bytes, not copied; only to be read. */
export const chunkBytes = (chunk: EncodedVideoChunk): Uint8Array => contentsOf(chunk).bytes;

/** fg_chunk.flags of a chunk. */
export const chunkFlags = (chunk: EncodedVideoChunk): number => (chunk.type === 'key' ? FG.CHUNK_KEY : 0);
