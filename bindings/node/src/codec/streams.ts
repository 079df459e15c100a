/** Codecs as pairs of streams: what the gate does not let in, the stream before it keeps. */
import type { ReadableStream, WritableStream } from 'node:stream/web';

import { setDataReachable, type AudioData } from '../media/audio_data';
import type { EncodedAudioChunk } from '../media/encoded_audio_chunk';
import { withAlpha, type EncodedVideoChunk } from '../media/encoded_video_chunk';
import { setReachable, type VideoFrame } from '../media/video_frame';
import { AudioDecoder } from './audio_decoder';
import type { AudioDecoderConfig } from './audio_decoder_config';
import { AudioEncoder, type EncodedAudioChunkMetadata } from './audio_encoder';
import type { AudioEncoderConfig } from './audio_encoder_config';
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

interface Encoded<Chunk, Metadata> {
  chunk: Chunk;
  metadata: Metadata;
}

export interface EncodedVideo extends Encoded<EncodedVideoChunk, EncodedVideoChunkMetadata> {}
export interface EncodedAudio extends Encoded<EncodedAudioChunk, EncodedAudioChunkMetadata> {}

/** What a decoder's stream takes: chunks, with or without their metadata. */
type DecoderInput<Chunk, Metadata> = Encoded<Chunk, Metadata> | Chunk;

interface Closable {
  close(): void;
}

const nothing = (): void => undefined;
const close = (one: Closable): void => one.close();

/** An encoder closes what it takes. */
const ENCODES = { endInput: close, endOutput: nothing, setReachable: nothing };
/** A decoder closes what nobody will read. */
const DECODES = { endInput: nothing, endOutput: close };

type Filled<Out> = Pick<CodecStream<never, Out>, 'fail' | 'push'>;

/** An encoder's callbacks, which fill its stream. */
const fillEncoded = <Chunk, Metadata>(stream: () => Filled<Encoded<Chunk, Metadata>>) => ({
  output: (chunk: Chunk, metadata: Metadata) => stream().push({ chunk, metadata }),
  error: (error: DOMException) => stream().fail(error),
});

/** And a decoder's. */
const fillDecoded = <Frame>(stream: () => Filled<Frame>) => ({
  output: (frame: Frame) => stream().push(frame),
  error: (error: DOMException) => stream().fail(error),
});

/** A chunk and the metadata that came with it. */
function parts<Chunk extends object, Metadata>(input: DecoderInput<Chunk, Metadata>): { chunk: Chunk; metadata?: Metadata } {
  return 'chunk' in input ? (input as Encoded<Chunk, Metadata>) : { chunk: input };
}

/** Frames in, chunks with their metadata out. Frames are closed when they are taken, or when the stream ends before. */
export class VideoEncoderStream {
  readonly readable: ReadableStream<EncodedVideo>;
  readonly writable: WritableStream<VideoFrame>;

  /** `options` are those of each encode(). */
  constructor(config: VideoEncoderConfig, { options, ...gate }: StreamGateInit & { options?: VideoEncoderEncodeOptions } = {}) {
    const encoder = new VideoEncoder({ ...gate, ...fillEncoded(() => stream) });
    const take = (frame: VideoFrame): void => encoder.encode(frame, options);
    const stream = new CodecStream<VideoFrame, EncodedVideo>(encoder, { ...ENCODES, take });
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
  readonly writable: WritableStream<DecoderInput<EncodedVideoChunk, EncodedVideoChunkMetadata>>;

  constructor(config?: VideoDecoderConfig, gate: FrameStreamGateInit = {}) {
    const decoder = new VideoDecoder({ ...gate, ...fillDecoded(() => stream) });
    const stream = new CodecStream<DecoderInput<EncodedVideoChunk, EncodedVideoChunkMetadata>, VideoFrame>(decoder, {
      ...DECODES,
      setReachable,
      take(input) {
        const { chunk, metadata } = parts(input);
        if (metadata?.decoderConfig && !config) decoder.configure(metadata.decoderConfig);
        decoder.decode(metadata?.alphaSideData ? withAlpha(chunk, metadata.alphaSideData) : chunk);
      },
    });
    if (config) decoder.configure(config);
    this.readable = stream.readable;
    this.writable = stream.writable;
  }
}

/** AudioData in, chunks with their metadata out. AudioData is closed when it is taken, or when the stream ends before. */
export class AudioEncoderStream {
  readonly readable: ReadableStream<EncodedAudio>;
  readonly writable: WritableStream<AudioData>;

  constructor(config: AudioEncoderConfig, gate: StreamGateInit = {}) {
    const encoder = new AudioEncoder({ ...gate, ...fillEncoded(() => stream) });
    const take = (data: AudioData): void => encoder.encode(data);
    const stream = new CodecStream<AudioData, EncodedAudio>(encoder, { ...ENCODES, take });
    encoder.configure(config);
    this.readable = stream.readable;
    this.writable = stream.writable;
  }
}

/**
 * Chunks in, AudioData out. Without a configuration it takes that of the metadata which an AudioEncoderStream gives with its
 * chunks, and leaves out what the encoder has added to the sound. AudioData that nobody has read is closed when the stream is
 * cancelled or aborted.
 */
export class AudioDecoderStream {
  readonly readable: ReadableStream<AudioData>;
  readonly writable: WritableStream<DecoderInput<EncodedAudioChunk, EncodedAudioChunkMetadata>>;

  constructor(config?: AudioDecoderConfig, gate: FrameStreamGateInit = {}) {
    const decoder = new AudioDecoder({ ...gate, ...fillDecoded(() => stream) });
    const stream = new CodecStream<DecoderInput<EncodedAudioChunk, EncodedAudioChunkMetadata>, AudioData>(decoder, {
      ...DECODES,
      setReachable: setDataReachable,
      take(input) {
        const { chunk, metadata } = parts(input);
        if (metadata?.decoderConfig && !config) decoder.configure(withoutPriming(metadata.decoderConfig));
        decoder.decode(chunk);
      },
    });
    if (config) decoder.configure(config);
    this.readable = stream.readable;
    this.writable = stream.writable;
  }
}

const withoutPriming = (config: AudioDecoderConfig): AudioDecoderConfig => ({
  ...config,
  framegate: { ...config.framegate, priming: 'drop' },
});
