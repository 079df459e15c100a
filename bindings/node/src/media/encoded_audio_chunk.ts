import { chunkInterface, type EncodedChunk, type EncodedChunkInit, type EncodedChunkType } from './encoded_chunk';

export type EncodedAudioChunkType = EncodedChunkType;

export interface EncodedAudioChunkInit extends EncodedChunkInit {}

/** W3C EncodedAudioChunk. */
export interface EncodedAudioChunk extends EncodedChunk {}

export const AUDIO_CHUNK = chunkInterface<EncodedAudioChunk, EncodedAudioChunkInit>('EncodedAudioChunk');

export const EncodedAudioChunk = AUDIO_CHUNK.type;
