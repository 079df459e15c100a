// Compiled, never run: what the package gives fits where lib.dom's types are expected, as by muxers for browsers.
import * as framegate from 'framegate';
import { ArrayBufferTarget as Mp4Target, Muxer as Mp4Muxer } from 'mp4-muxer';
import { ArrayBufferTarget as WebMTarget, Muxer as WebMMuxer } from 'webm-muxer';

/** A compile-time error unless ours is theirs, too. */
type Fits<Ours extends Browser, Browser> = Ours;

export type Interfaces = [
  Fits<framegate.AudioData, AudioData>,
  Fits<framegate.AudioDecoder, AudioDecoder>,
  Fits<framegate.AudioEncoder, AudioEncoder>,
  Fits<framegate.EncodedAudioChunk, EncodedAudioChunk>,
  Fits<framegate.EncodedAudioChunkMetadata, EncodedAudioChunkMetadata>,
  Fits<framegate.DOMRectReadOnly, DOMRectReadOnly>,
  Fits<framegate.EncodedVideoChunk, EncodedVideoChunk>,
  Fits<framegate.EncodedVideoChunkMetadata, EncodedVideoChunkMetadata>,
  Fits<framegate.VideoColorSpace, VideoColorSpace>,
  Fits<framegate.VideoDecoder, VideoDecoder>,
  Fits<framegate.VideoEncoder, VideoEncoder>,
  Fits<framegate.VideoFrame, VideoFrame>,
];

export function muxers(): framegate.VideoEncoder {
  const size = { width: 64, height: 48 };
  const mp4 = new Mp4Muxer({ target: new Mp4Target(), video: { codec: 'avc', ...size }, fastStart: 'in-memory' });
  const webm = new WebMMuxer({ target: new WebMTarget(), video: { codec: 'V_MPEG4/ISO/AVC', ...size } });
  return new framegate.VideoEncoder({
    output(chunk, metadata) {
      mp4.addVideoChunk(chunk, metadata);
      webm.addVideoChunk(chunk, metadata);
    },
    error: console.error,
  });
}

export function soundMuxers(): framegate.AudioEncoder {
  const sound = { numberOfChannels: 2, sampleRate: 48_000 };
  const mp4 = new Mp4Muxer({ target: new Mp4Target(), audio: { codec: 'aac', ...sound }, fastStart: 'in-memory' });
  const webm = new WebMMuxer({ target: new WebMTarget(), audio: { codec: 'A_OPUS', ...sound } });
  return new framegate.AudioEncoder({
    output(chunk, metadata) {
      mp4.addAudioChunk(chunk, metadata);
      webm.addAudioChunk(chunk, metadata);
    },
    error: console.error,
  });
}

// What lib.dom has no word for is taken all the same.
export const deep = new framegate.VideoFrame(new Uint8Array(6), {
  format: 'I420P10',
  codedWidth: 2,
  codedHeight: 1,
  timestamp: 0,
  colorSpace: { primaries: 'bt2020', transfer: 'pq', matrix: 'bt2020-ncl' },
});

// Options and alpha of codecs that lib.dom does not know.
export function transparent(encoder: framegate.VideoEncoder, decoder: framegate.VideoDecoder, frame: framegate.VideoFrame): void {
  const vp9: framegate.VideoEncoderEncodeOptionsForVp9 = { quantizer: 120 };
  encoder.encode(frame, { keyFrame: true, vp9, vp8: { quantizer: null }, avc: {} });
  const framegateOptions: framegate.FramegateChunkOptions = { alphaSideData: new Uint8Array(4) };
  decoder.decode(new framegate.EncodedVideoChunk({ type: 'key', timestamp: 0, data: new Uint8Array(4), framegate: framegateOptions }));
  // @ts-expect-error: no such member
  encoder.encode(frame, { vp9: { quantiser: 1 } });
}
