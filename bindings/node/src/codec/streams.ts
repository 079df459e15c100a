/** Codecs as pairs of streams: what the gate does not let in, the stream before it keeps. */
import type { ReadableStream, WritableStream } from 'node:stream/web';

import { withAlpha, type EncodedVideoChunk } from '../media/encoded_video_chunk';
import { setReachable, type VideoFrame } from '../media/video_frame';
import { CodecStream } from './codec_stream';
import type { VideoEncoderEncodeOptions } from './encode_options';
import type { FrameGateInit, GateInit } from './gate';
import { VideoDecoder } from './video_decoder';
import type { VideoDecoderConfig } from './video_decoder_config';
import { VideoEncoder, type EncodedVideoChunkMetadata } from './video_encoder';
import type { VideoEncoderConfig } from './video_encoder_config';

/** The width of the gate. What it does when it is full is the stream's affair. */
export type StreamGateInit = Omit<GateInit, 'backpressure'>;
export type FrameStreamGateInit = Omit<FrameGateInit, 'backpressure'>;

export interface EncodedVideo {
  chunk: EncodedVideoChunk;
  metadata: EncodedVideoChunkMetadata;
}

/** What a VideoDecoderStream takes: chunks, with or without their metadata. */
type DecoderInput = EncodedVideo | EncodedVideoChunk;

const nothing = (): void => undefined;

/** Frames in, chunks with their metadata out. Frames are closed when they are taken, or when the stream ends before. */
export class VideoEncoderStream {
  readonly readable: ReadableStream<EncodedVideo>;
  readonly writable: WritableStream<VideoFrame>;

  /** `options` are those of each encode(). */
  constructor(config: VideoEncoderConfig, { options, ...gate }: StreamGateInit & { options?: VideoEncoderEncodeOptions } = {}) {
    const encoder = new VideoEncoder({
      ...gate,
      output: (chunk, metadata) => stream.push({ chunk, metadata }),
      error: (error) => stream.fail(error),
    });
    const stream = new CodecStream<VideoFrame, EncodedVideo>(encoder, {
      take: (frame) => encoder.encode(frame, options),
      endInput: (frame) => frame.close(),
      endOutput: nothing,
      setReachable: nothing,
    });
    encoder.configure(config);
    this.readable = stream.readable;
    this.writable = stream.writable;
  }
}

/**
 * Chunks in, frames out. Without a configuration it takes that of the metadata which a VideoEncoderStream gives with
 * its chunks; from there it has their alpha, too. Frames that nobody has read are closed when the stream is cancelled or aborted.
 */
export class VideoDecoderStream {
  readonly readable: ReadableStream<VideoFrame>;
  readonly writable: WritableStream<DecoderInput>;

  constructor(config?: VideoDecoderConfig, gate: FrameStreamGateInit = {}) {
    const decoder = new VideoDecoder({
      ...gate,
      output: (frame) => stream.push(frame),
      error: (error) => stream.fail(error),
    });
    const stream = new CodecStream<DecoderInput, VideoFrame>(decoder, {
      take(input) {
        const { chunk, metadata }: { chunk: EncodedVideoChunk; metadata?: EncodedVideoChunkMetadata } =
          'chunk' in input ? input : { chunk: input };
        if (metadata?.decoderConfig && !config) decoder.configure(metadata.decoderConfig);
        decoder.decode(metadata?.alphaSideData ? withAlpha(chunk, metadata.alphaSideData) : chunk);
      },
      endInput: nothing,
      endOutput: (frame) => frame.close(),
      setReachable,
    });
    if (config) decoder.configure(config);
    this.readable = stream.readable;
    this.writable = stream.writable;
  }
}
