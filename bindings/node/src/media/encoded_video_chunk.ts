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
  type Conversion,
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
  /** Buffers that are detached. What is in one of them, data or alpha, is not copied. */
  transfer?: ArrayBuffer[];
  framegate?: FramegateChunkOptions;
}

/** Not W3C. */
export interface FramegateChunkOptions {
  /**
   * The encoded alpha plane, as an encoder's `metadata.alphaSideData` and a WebM file's BlockAdditional have it: decoded
   * frames have alpha, too. A stream has it from a key chunk on, with every chunk, or not at all.
   */
  alphaSideData?: AllowSharedBufferSource;
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
    /** The encoded alpha plane. */
    readonly alpha: Uint8Array | null,
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

const alphaSideData: Conversion<Uint8Array | null> = (value, context, name) =>
  optional(dictionary(value, context, name), 'alphaSideData', bufferSource, context, null);

/** Members in the order of their names, as Web IDL converts them. */
function contentsFrom(init: unknown): Contents {
  const members = dictionary(init, CONSTRUCT, 'init');
  const data = required(members, 'data', bufferSource, CONSTRUCT);
  const duration = optional(members, 'duration', unsignedLongLong, CONSTRUCT, null);
  // Of a dictionary without it nothing is read but what W3C reads.
  const alpha = 'framegate' in members ? optional(members, 'framegate', alphaSideData, CONSTRUCT, null) : null;
  const timestamp = required(members, 'timestamp', longLong, CONSTRUCT);
  const transfer = optional(members, 'transfer', transferList, CONSTRUCT, []);
  const type = required(members, 'type', encodedVideoChunkType, CONSTRUCT);
  checkTransferList(transfer, CONSTRUCT);
  const owned = ownBytes([data, alpha ?? NOTHING], transfer);
  detachAll(transfer, CONSTRUCT);
  return new Contents(type, timestamp, duration, owned[0]!, unlessEmpty(owned[1]!));
}

const NOTHING = new Uint8Array(0);
const unlessEmpty = (bytes: Uint8Array): Uint8Array | null => (bytes.byteLength === 0 ? null : bytes);

/** The bytes, as nobody else has them: without a copy if their buffer, which all may share, is transferred. */
function ownBytes(sources: readonly Uint8Array[], transfer: readonly ArrayBuffer[]): Uint8Array[] {
  const places = sources.map(({ buffer, byteOffset, byteLength }) => ({ buffer, byteOffset, byteLength }));
  const listed = transfer.filter((buffer) => places.some((place) => place.buffer === buffer));
  const moved = new Map<ArrayBufferLike, ArrayBuffer>(listed.map((buffer) => [buffer, takeOver(buffer, CONSTRUCT)]));
  return places.map(({ buffer, byteOffset, byteLength }, index) => {
    const owned = moved.get(buffer);
    return owned ? new Uint8Array(owned, byteOffset, byteLength) : new Uint8Array(sources[index]!);
  });
}

const fromContents = (contents: Contents): EncodedVideoChunk =>
  new (EncodedVideoChunk as unknown as new (contents: Contents) => EncodedVideoChunk)(contents);

// For the codecs.

/** The chunk of an encoder's output, whose bytes are copied. */
export function encodedVideoChunkFromOutput(output: Output): EncodedVideoChunk {
  const duration = output.duration_us < 0 ? null : output.duration_us;
  const type = output.flags & FG.OUTPUT_KEY ? 'key' : 'delta';
  return fromContents(new Contents(type, output.timestamp_us, duration, copyOfMemory(output.data, output.size), null));
}

/** The same chunk with an alpha plane. Nothing is copied: neither changes. */
export function withAlpha(chunk: EncodedVideoChunk, alpha: Uint8Array): EncodedVideoChunk {
  const { type, timestamp, duration, bytes } = contentsOf(chunk);
  return fromContents(new Contents(type, timestamp, duration, bytes, unlessEmpty(alpha)));
}

/** The chunk's bytes, not copied; only to be read. */
export const chunkBytes = (chunk: EncodedVideoChunk): Uint8Array => contentsOf(chunk).bytes;

/** Its encoded alpha plane, likewise; null if it has none. */
export const chunkAlpha = (chunk: EncodedVideoChunk): Uint8Array | null => contentsOf(chunk).alpha;

/** fg_chunk.flags of a chunk. */
export const chunkFlags = (chunk: EncodedVideoChunk): number => (chunk.type === 'key' ? FG.CHUNK_KEY : 0);
