import { chunkBytes, chunkFlags, type EncodedVideoChunk } from '../media/encoded_video_chunk';
import { videoFrameFromNative, type VideoFrame } from '../media/video_frame';
import { addressOf, Chunk, domException, native, type Output } from '../native';
import { defineInterface, requireArguments } from '../webidl';
import { Codec, isSupported } from './codec';
import type { Filling } from './filling';
import type { GateInit } from './gate';
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

export interface VideoDecoderInit extends GateInit {
  output: VideoFrameOutputCallback;
  error: ErrorCallback;
}

const nativeChunk = new Chunk();
const DECODE = "Failed to execute 'decode' on 'VideoDecoder'";

class VideoDecoderFilling implements Filling<VideoDecoderConfig, EncodedVideoChunk> {
  readonly functions = DECODER;

  constructor(
    readonly target: EventTarget,
    readonly init: CodecInit<VideoFrameOutputCallback>,
  ) {}

  toNative(config: VideoDecoderConfig): number {
    return nativeVideoDecoderConfig(config, this.init.gate);
  }

  enqueue(handle: number, chunk: EncodedVideoChunk): number {
    const bytes = chunkBytes(chunk);
    nativeChunk.flags = chunkFlags(chunk);
    nativeChunk.timestamp_us = chunk.timestamp;
    nativeChunk.duration_us = chunk.duration ?? -1;
    nativeChunk.data = addressOf(bytes);
    nativeChunk.size = bytes.byteLength;
    return native.fg_decoder_enqueue(handle, nativeChunk.bytes, 0);
  }

  /** Chunks do not change. */
  keep(chunk: EncodedVideoChunk): EncodedVideoChunk {
    return chunk;
  }

  drop(): void {}

  deliver(output: Output): void {
    this.init.output(videoFrameFromNative(native.fg_frame_retain(output.frame)));
  }

  fail(error: DOMException): void {
    this.init.error(error);
  }

  dequeued(): void {
    this.target.dispatchEvent(new Event('dequeue'));
  }
}

/** W3C VideoDecoder, with a gate. */
export class VideoDecoder extends Codec {
  readonly #machine: Machine<VideoDecoderConfig, EncodedVideoChunk>;
  /** W3C [[key chunk required]]. */
  #keyRequired = true;

  constructor(init: VideoDecoderInit) {
    const parsed = codecInit<VideoFrameOutputCallback>('VideoDecoder', init);
    let machine!: Machine<VideoDecoderConfig, EncodedVideoChunk>;
    super((target) => (machine = new Machine(new VideoDecoderFilling(target, parsed), parsed.gate)));
    this.#machine = machine;
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
    this.#keyRequired = true;
  }

  /** On a full gate it does what `backpressure` says. */
  decode(chunk: EncodedVideoChunk): void {
    requireArguments(arguments.length, 1, DECODE);
    chunkBytes(chunk); // a TypeError if it is none
    this.#machine.checkConfigured();
    const required = this.#keyRequired;
    if (required && chunk.type !== 'key') {
      throw domException('DataError', `${DECODE}: a key chunk is required after configure and flush, this is a delta chunk`);
    }
    this.#keyRequired = false;
    try {
      this.#machine.submit(chunk);
    } catch (error) {
      this.#keyRequired = required;
      throw error;
    }
  }

  override flush(): Promise<void> {
    if (this.state === 'configured') this.#keyRequired = true;
    return super.flush();
  }
}
defineInterface(VideoDecoder);
