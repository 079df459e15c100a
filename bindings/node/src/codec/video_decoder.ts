import { VIDEO_CHUNK, type EncodedVideoChunk } from '../media/encoded_video_chunk';
import { videoFrameFromNative, type VideoFrame } from '../media/video_frame';
import { refuseCloning } from '../webidl';
import { defineCodec, supportOf, type Decoder } from './codec';
import { DecoderMachine, type DecoderKind } from './decoder_machine';
import type { FrameGateInit } from './gate';
import { codecInit, type ErrorCallback } from './init';
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

const KIND: DecoderKind<VideoDecoderConfig, EncodedVideoChunk, VideoFrame> = {
  name: 'VideoDecoder',
  side: 'decoder',
  outputs: 'frames',
  convert: videoDecoderConfig,
  toNative: nativeVideoDecoderConfig,
  contentsOf: VIDEO_CHUNK.contentsOf,
  frameOf: videoFrameFromNative,
};

/** W3C VideoDecoder, with a gate. */
export interface VideoDecoder extends Decoder<VideoDecoderConfig> {}

export class VideoDecoder extends EventTarget {
  readonly #machine: DecoderMachine<VideoDecoderConfig, EncodedVideoChunk, VideoFrame>;

  static {
    defineCodec(this, KIND, (codec) => (#machine in codec ? codec.#machine : null));
  }

  constructor(init: VideoDecoderInit) {
    const parsed = codecInit<VideoFrameOutputCallback>(KIND, init, arguments.length);
    super();
    this.#machine = new DecoderMachine(KIND, this, parsed);
    refuseCloning(this);
  }

  static async isConfigSupported(config: VideoDecoderConfig): Promise<VideoDecoderSupport> {
    return supportOf(KIND, config);
  }

  /** On a full gate it does what `backpressure` says. */
  decode(chunk: EncodedVideoChunk): void {
    this.#machine.decode(chunk, arguments.length);
  }
}
