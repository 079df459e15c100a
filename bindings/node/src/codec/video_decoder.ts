import { chunkAlpha, chunkBytes, chunkFlags, type EncodedVideoChunk } from '../media/encoded_video_chunk';
import { FrameReference, type Lease } from '../media/frame_reference';
import { videoFrameFromNative, type VideoFrame } from '../media/video_frame';
import { addressOf, Chunk, domException, native, type Output } from '../native';
import { refuseCloning, requireArguments, strangerError } from '../webidl';
import { defineCodec, isSupported, type Codec } from './codec';
import { newEvent } from './events';
import type { Filling } from './filling';
import type { FrameGateInit } from './gate';
import { DECODER } from './handle';
import { codecInit, type CodecInit, type ErrorCallback } from './init';
import { Machine } from './machine';
import {
  nativeVideoDecoderConfig,
  videoDecoderConfig,
  type VideoDecoderConfig,
  type VideoDecoderSupport,
} from './video_decoder_config';

export type VideoFrameOutputCallback = (frame: VideoFrame) => void;

export interface VideoDecoderInit extends FrameGateInit {
  output: VideoFrameOutputCallback;
  error: ErrorCallback;
}

const nativeChunk = new Chunk();
const DECODE = "Failed to execute 'decode' on 'VideoDecoder'";

class VideoDecoderFilling implements Filling<VideoDecoderConfig, EncodedVideoChunk> {
  readonly functions = DECODER;
  /** W3C [[key chunk required]]. */
  keyRequired = true;

  constructor(
    readonly target: EventTarget,
    readonly init: CodecInit<VideoFrameOutputCallback>,
  ) {}

  toNative(config: VideoDecoderConfig): number {
    return nativeVideoDecoderConfig(config, this.init.gate);
  }

  enqueue(handle: number, chunk: EncodedVideoChunk): number {
    const bytes = chunkBytes(chunk);
    const alpha = chunkAlpha(chunk);
    nativeChunk.flags = chunkFlags(chunk);
    nativeChunk.timestamp_us = chunk.timestamp;
    nativeChunk.duration_us = chunk.duration ?? -1;
    nativeChunk.data = addressOf(bytes);
    nativeChunk.size = bytes.byteLength;
    nativeChunk.alpha_data = alpha ? addressOf(alpha) : 0;
    nativeChunk.alpha_size = alpha?.byteLength ?? 0;
    return native.fg_decoder_enqueue(handle, nativeChunk.bytes, 0);
  }

  /** Chunks do not change. */
  keep(chunk: EncodedVideoChunk): EncodedVideoChunk {
    return chunk;
  }

  drop(): void {}

  deliver(output: Output, slot: Lease | null): void {
    this.init.output(videoFrameFromNative(new FrameReference(native.fg_frame_retain(output.frame), slot)));
  }

  fail(error: DOMException): void {
    this.init.error(error);
  }

  flushing(): void {
    this.keyRequired = true;
  }

  resetting(): void {}

  dequeued(): void {
    this.target.dispatchEvent(newEvent('dequeue'));
  }
}

/** W3C VideoDecoder, with a gate. */
export interface VideoDecoder extends Codec {}

export class VideoDecoder extends EventTarget {
  readonly #filling: VideoDecoderFilling;
  readonly #machine: Machine<VideoDecoderConfig, EncodedVideoChunk>;

  static {
    defineCodec(this, (codec) => {
      if (#machine in codec) return codec.#machine;
      throw strangerError(codec, 'this is not a VideoDecoder');
    });
  }

  constructor(init: VideoDecoderInit) {
    requireArguments(arguments.length, 1, "Failed to construct 'VideoDecoder'");
    const parsed = codecInit<VideoFrameOutputCallback>('VideoDecoder', init, ['callback', 'close']);
    super();
    this.#filling = new VideoDecoderFilling(this, parsed);
    this.#machine = new Machine(this.#filling, parsed.gate);
    refuseCloning(this);
  }

  static async isConfigSupported(config: VideoDecoderConfig): Promise<VideoDecoderSupport> {
    const checked = videoDecoderConfig(config, "Failed to execute 'isConfigSupported' on 'VideoDecoder'");
    const check = native.fg_decoder_is_config_supported;
    return { supported: await isSupported(() => nativeVideoDecoderConfig(checked), check), config: checked };
  }

  /** Chunks that the decoder has not begun with. */
  get decodeQueueSize(): number {
    return this.#machine.queueSize;
  }

  configure(config: VideoDecoderConfig): void {
    const context = "Failed to execute 'configure' on 'VideoDecoder'";
    requireArguments(arguments.length, 1, context);
    this.#machine.configure(videoDecoderConfig(config, context));
    this.#filling.keyRequired = true;
  }

  /** On a full gate it does what `backpressure` says. */
  decode(chunk: EncodedVideoChunk): void {
    requireArguments(arguments.length, 1, DECODE);
    chunkBytes(chunk); // a TypeError if it is none
    this.#machine.checkConfigured();
    const required = this.#filling.keyRequired;
    if (required && chunk.type !== 'key') {
      throw domException('DataError', `${DECODE}: a key chunk is required after configure and flush, this is a delta chunk`);
    }
    this.#filling.keyRequired = false;
    try {
      this.#machine.submit(chunk);
    } catch (error) {
      this.#filling.keyRequired = required;
      throw error;
    }
  }
}
