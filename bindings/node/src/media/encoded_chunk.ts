/** W3C EncodedAudioChunk and EncodedVideoChunk, which are the same but for their names. */
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
  withArticle,
  type AllowSharedBufferSource,
  type Conversion,
  type Members,
} from '../webidl';

const TYPES = ['key', 'delta'] as const;
export type EncodedChunkType = (typeof TYPES)[number];

/** Encoded bytes and their time. It never changes. */
export interface EncodedChunk {
  readonly type: EncodedChunkType;
  /** Microseconds. */
  readonly timestamp: number;
  /** Microseconds; null if it is not known. */
  readonly duration: number | null;
  readonly byteLength: number;
  /** Copies the bytes. TypeError if `destination` is too small. */
  copyTo(destination: AllowSharedBufferSource): void;
}

/** Times are in microseconds. */
export interface EncodedChunkInit {
  type: EncodedChunkType;
  timestamp: number;
  duration?: number;
  data: AllowSharedBufferSource;
  /** Buffers that are detached. What is in one of them is not copied. */
  transfer?: ArrayBuffer[];
}

/** The internal slots. */
export class ChunkContents {
  constructor(
    readonly type: EncodedChunkType,
    readonly timestamp: number,
    readonly duration: number | null,
    readonly bytes: Uint8Array,
    /** The encoded alpha plane. */
    readonly alpha: Uint8Array | null,
    /** When it is to be decoded, microseconds, where that is known. */
    readonly decodeTimestamp: number | null = null,
    /** It is decoded and not shown. */
    readonly discard = false,
  ) {}
}

/** A class of chunks, and what the codecs need of it. */
export interface ChunkInterface<Chunk extends EncodedChunk, Init extends EncodedChunkInit> {
  readonly type: { new (init: Init): Chunk; readonly prototype: Chunk };
  /** A TypeError for what is no chunk of this class. */
  contentsOf(chunk: Chunk): ChunkContents;
  fromContents(contents: ChunkContents): Chunk;
  /** The chunk of an encoder's output, whose bytes are copied. */
  fromOutput(output: Output): Chunk;
}

/** What a class's dictionary has beside W3C's members: bytes that are kept with the data, null for none. */
type AlphaOf = (members: Members, context: string) => Uint8Array | null;

/** Makes the class of this name. */
export function chunkInterface<Chunk extends EncodedChunk, Init extends EncodedChunkInit>(
  name: string,
  alphaOf: AlphaOf = () => null,
): ChunkInterface<Chunk, Init> {
  const construct = `Failed to construct '${name}'`;
  const copyTo = `Failed to execute 'copyTo' on '${name}'`;
  const contentsFrom = contentsConversion(name, alphaOf, construct);
  let contentsOf!: (chunk: unknown) => ChunkContents;

  const type = class implements EncodedChunk {
    readonly #contents: ChunkContents;

    static {
      Object.defineProperty(this, 'name', { value: name });
      contentsOf = (chunk) => {
        if (typeof chunk === 'object' && chunk !== null && #contents in chunk) return chunk.#contents;
        throw strangerError(chunk, `the argument is not ${withArticle(name)}`);
      };
    }

    constructor(init: Init | ChunkContents) {
      requireArguments(arguments.length, 1, construct);
      this.#contents = init instanceof ChunkContents ? init : contentsFrom(init);
      refuseCloning(this);
    }

    get type(): EncodedChunkType {
      return this.#contents.type;
    }
    get timestamp(): number {
      return this.#contents.timestamp;
    }
    get duration(): number | null {
      return this.#contents.duration;
    }
    get byteLength(): number {
      return this.#contents.bytes.byteLength;
    }

    copyTo(destination: AllowSharedBufferSource): void {
      requireArguments(arguments.length, 1, copyTo);
      const target = bufferSource(destination, copyTo, 'destination');
      const { bytes } = this.#contents;
      if (target.byteLength < bytes.byteLength) {
        const sizes = `${target.byteLength} bytes, the chunk has ${bytes.byteLength}`;
        throw typeError(`${copyTo}: destination is too small: ${sizes}`);
      }
      target.set(bytes);
    }
  };
  defineInterface(type);
  inspectable(type);
  const fromContents = (contents: ChunkContents): Chunk => new type(contents) as EncodedChunk as Chunk;
  return {
    type: type as unknown as ChunkInterface<Chunk, Init>['type'],
    contentsOf,
    fromContents,
    fromOutput: (output) => fromContents(contentsOfOutput(output)),
  };
}

/** Members in the order of their names, as Web IDL converts them. */
function contentsConversion(name: string, alphaOf: AlphaOf, context: string): (init: unknown) => ChunkContents {
  const chunkType: Conversion<EncodedChunkType> = enumeration(`${name}Type`, TYPES);
  return (init) => {
    const members = dictionary(init, context, 'init');
    const data = required(members, 'data', bufferSource, context);
    const duration = optional(members, 'duration', unsignedLongLong, context, null);
    const alpha = alphaOf(members, context);
    const timestamp = required(members, 'timestamp', longLong, context);
    const transfer = optional(members, 'transfer', transferList, context, []);
    const type = required(members, 'type', chunkType, context);
    checkTransferList(transfer, context);
    const owned = ownBytes([data, alpha ?? NOTHING], transfer, context);
    detachAll(transfer, context);
    return new ChunkContents(type, timestamp, duration, owned[0]!, unlessEmpty(owned[1]!));
  };
}

const NOTHING = new Uint8Array(0);
export const unlessEmpty = (bytes: Uint8Array): Uint8Array | null => (bytes.byteLength === 0 ? null : bytes);

/** The bytes, as nobody else has them: without a copy if their buffer, which all may share, is transferred. */
function ownBytes(sources: readonly Uint8Array[], transfer: readonly ArrayBuffer[], context: string): Uint8Array[] {
  const places = sources.map(({ buffer, byteOffset, byteLength }) => ({ buffer, byteOffset, byteLength }));
  const listed = transfer.filter((buffer) => places.some((place) => place.buffer === buffer));
  const moved = new Map<ArrayBufferLike, ArrayBuffer>(listed.map((buffer) => [buffer, takeOver(buffer, context)]));
  return places.map(({ buffer, byteOffset, byteLength }, index) => {
    const owned = moved.get(buffer);
    return owned ? new Uint8Array(owned, byteOffset, byteLength) : new Uint8Array(sources[index]!);
  });
}

function contentsOfOutput(output: Output): ChunkContents {
  const duration = output.duration_us < 0 ? null : output.duration_us;
  const type = output.flags & FG.OUTPUT_KEY ? 'key' : 'delta';
  return new ChunkContents(type, output.timestamp_us, duration, copyOfMemory(output.data, output.size), null, output.dts_us);
}
