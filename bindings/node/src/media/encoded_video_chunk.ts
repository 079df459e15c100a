import { bufferSource, dictionary, optional, type AllowSharedBufferSource, type Conversion } from '../webidl';
import { ChunkContents, chunkInterface, unlessEmpty, type EncodedChunk, type EncodedChunkInit, type EncodedChunkType } from './encoded_chunk';

export type EncodedVideoChunkType = EncodedChunkType;

export interface EncodedVideoChunkInit extends EncodedChunkInit {
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

const alphaSideData: Conversion<Uint8Array | null> = (value, context, name) =>
  optional(dictionary(value, context, name), 'alphaSideData', bufferSource, context, null);

/** W3C EncodedVideoChunk. */
export interface EncodedVideoChunk extends EncodedChunk {}

export const VIDEO_CHUNK = chunkInterface<EncodedVideoChunk, EncodedVideoChunkInit>('EncodedVideoChunk', (members, context) =>
  // Of a dictionary without it nothing is read but what W3C reads.
  'framegate' in members ? optional(members, 'framegate', alphaSideData, context, null) : null,
);

export const EncodedVideoChunk = VIDEO_CHUNK.type;

/** The same chunk with an alpha plane. Nothing is copied: neither changes. */
export function withAlpha(chunk: EncodedVideoChunk, alpha: Uint8Array): EncodedVideoChunk {
  const { type, timestamp, duration, bytes, decodeTimestamp, discard } = VIDEO_CHUNK.contentsOf(chunk);
  return VIDEO_CHUNK.fromContents(new ChunkContents(type, timestamp, duration, bytes, unlessEmpty(alpha), decodeTimestamp, discard));
}
