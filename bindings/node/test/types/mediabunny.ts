// Compiled, never run: mediabunny with the package's classes. (Its declarations come with their own of WebCodecs, which no
// lib.dom agrees with: they can only be skipped.)
import { type EncodedVideoChunk, VideoEncoder, VideoFrame } from 'framegate';
import { transformVideoSample } from 'framegate/mediabunny';
import { EncodedPacket, EncodedVideoPacketSource, registerVideoSampleTransformer, VideoSample } from 'mediabunny';

registerVideoSampleTransformer(transformVideoSample);

const source = new EncodedVideoPacketSource('avc');
export const encoder = new VideoEncoder({
  output: (chunk: EncodedVideoChunk, metadata) => void source.add(EncodedPacket.fromEncodedChunk(chunk), metadata),
  error: console.error,
});

const frame = new VideoFrame(new Uint8Array(6), { format: 'I420', codedWidth: 2, codedHeight: 2, timestamp: 0 });
export const sample: VideoSample = new VideoSample(frame);

export async function halved(): Promise<VideoSample | null> {
  const crop = { left: 0, top: 0, width: 2, height: 2 };
  return transformVideoSample(sample, { width: 1, height: 1, fit: 'fill', rotation: 0, flip: false, crop, alpha: 'keep' });
}
