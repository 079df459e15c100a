/** Codecs as TransformStreams: what the gate does not let in, the stream before it keeps. */
import { TransformStream, type TransformStreamDefaultController } from 'node:stream/web';

import type { EncodedVideoChunk } from '../media/encoded_video_chunk';
import type { VideoFrame } from '../media/video_frame';
import type { GateInit } from './gate';
import { VideoDecoder } from './video_decoder';
import type { VideoDecoderConfig } from './video_decoder_config';
import { VideoEncoder, type EncodedVideoChunkMetadata, type VideoEncoderEncodeOptions } from './video_encoder';
import type { VideoEncoderConfig } from './video_encoder_config';

/** The width of the gate. What it does when it is full is the stream's affair. */
export type StreamGateInit = Omit<GateInit, 'backpressure'>;

export interface EncodedVideo {
  chunk: EncodedVideoChunk;
  metadata: EncodedVideoChunkMetadata;
}

/** The part of a codec that a stream needs. */
interface StreamCodec {
  readonly ready: Promise<void>;
  readonly state: string;
  flush(): Promise<void>;
  close(): void;
}

/** Connects a codec's callbacks to a stream. The codec is closed when the stream ends, whichever way. */
class Connection<Output> {
  #controller: TransformStreamDefaultController<Output> | undefined;

  constructor(readonly codec: () => StreamCodec) {}

  readonly start = (controller: TransformStreamDefaultController<Output>): void => {
    this.#controller = controller;
  };

  /** Gives an output to the stream. False if nobody wants it any more: the stream was cancelled or aborted. */
  enqueue(output: Output): boolean {
    try {
      this.#controller?.enqueue(output);
      return true;
    } catch {
      this.close();
      return false;
    }
  }

  readonly error = (error: DOMException): void => {
    this.#controller?.error(error);
  };

  readonly flush = async (): Promise<void> => {
    if (this.codec().state === 'configured') await this.codec().flush();
    this.close();
  };

  close(): void {
    if (this.codec().state !== 'closed') this.codec().close();
  }
}

/** Frames in, chunks with their metadata out. Frames are closed when they are taken. */
export class VideoEncoderStream extends TransformStream<VideoFrame, EncodedVideo> {
  /** `options` are those of each encode(). */
  constructor(config: VideoEncoderConfig, { options, ...gate }: StreamGateInit & { options?: VideoEncoderEncodeOptions } = {}) {
    const connection: Connection<EncodedVideo> = new Connection(() => encoder);
    const encoder = new VideoEncoder({
      ...gate,
      output: (chunk, metadata) => void connection.enqueue({ chunk, metadata }),
      error: connection.error,
    });
    encoder.configure(config);
    super({
      start: connection.start,
      flush: connection.flush,
      async transform(frame) {
        try {
          await encoder.ready;
          encoder.encode(frame, options);
        } finally {
          frame.close();
        }
      },
    });
  }
}

/**
 * Chunks in, frames out. Without a configuration it takes that of the metadata which a VideoEncoderStream gives with
 * its chunks.
 */
export class VideoDecoderStream extends TransformStream<EncodedVideo | EncodedVideoChunk, VideoFrame> {
  constructor(config?: VideoDecoderConfig, gate: StreamGateInit = {}) {
    const connection: Connection<VideoFrame> = new Connection(() => decoder);
    const decoder = new VideoDecoder({
      ...gate,
      output: (frame) => void (connection.enqueue(frame) || frame.close()),
      error: connection.error,
    });
    if (config) decoder.configure(config);
    super({
      start: connection.start,
      flush: connection.flush,
      async transform(input) {
        const { chunk, metadata }: { chunk: EncodedVideoChunk; metadata?: EncodedVideoChunkMetadata } =
          'chunk' in input ? input : { chunk: input };
        if (metadata?.decoderConfig && !config) decoder.configure(metadata.decoderConfig);
        await decoder.ready;
        decoder.decode(chunk);
      },
    });
  }
}
