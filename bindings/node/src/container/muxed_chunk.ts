import { AUDIO_CHUNK, type EncodedAudioChunk } from '../media/encoded_audio_chunk';
import { ChunkContents } from '../media/encoded_chunk';
import { EncodedVideoChunk, VIDEO_CHUNK } from '../media/encoded_video_chunk';
import { bufferSource, dictionary, longLong, optional } from '../webidl';

/** A chunk with what its metadata says of it. */
export function contentsToWrite(chunk: EncodedVideoChunk | EncodedAudioChunk, metadata: unknown, context: string): ChunkContents {
  const contents = chunk instanceof EncodedVideoChunk ? VIDEO_CHUNK.contentsOf(chunk) : AUDIO_CHUNK.contentsOf(chunk);
  const members = dictionary(metadata, context, 'metadata');
  const own = dictionary(members['framegate'], context, 'framegate');
  const alpha = optional(members, 'alphaSideData', bufferSource, context, contents.alpha);
  const known = own['decodeTimestamp'] === null ? undefined : own['decodeTimestamp'];
  const decodeTimestamp = known === undefined ? contents.decodeTimestamp : longLong(known, context, 'decodeTimestamp');
  const discard = Boolean(own['discard'] ?? contents.discard);
  const { type, timestamp, duration, bytes } = contents;
  return new ChunkContents(type, timestamp, duration, bytes, alpha as Uint8Array | null, decodeTimestamp, discard);
}
