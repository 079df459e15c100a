import type { VideoColorSpaceJSON } from '../media/color_space';
import { VIDEO_CHUNK, type EncodedVideoChunk } from '../media/encoded_video_chunk';
import type { Orientation } from '../media/orientation';
import { frameHandle, type VideoFrame } from '../media/video_frame';
import { copyOfMemory, domException, EncodeOptions, FG, native, type Output } from '../native';
import { typeError } from '../native/errors';
import { refuseCloning, requireArguments } from '../webidl';
import { defineCodec, supportOf, type Encoder } from './codec';
import { parseEncodeOptions, type EncodeChoice, type VideoEncoderEncodeOptions } from './encode_options';
import { EncoderFilling, type EncoderInput } from './encoder_filling';
import type { GateInit } from './gate';
import { codecInit, type ErrorCallback } from './init';
import type { CodecKind } from './kind';
import { Layers } from './layers';
import { Machine } from './machine';
import { decoderConfigFromNative, type VideoDecoderConfig } from './video_decoder_config';
import {
  nativeVideoEncoderConfig,
  videoEncoderConfig,
  type VideoEncoderConfig,
  type VideoEncoderSupport,
} from './video_encoder_config';

export interface EncodedVideoChunkMetadata {
  /** With the first chunk, and whenever it changes. */
  decoderConfig?: VideoDecoderConfig & { colorSpace?: Partial<VideoColorSpaceJSON> };
  /** With several temporal layers, which of them: 0 is the lowest. */
  svc?: { temporalLayerId: number };
  /** With `alpha: 'keep'`, the encoded alpha plane: a picture of its own. */
  alphaSideData?: Uint8Array;
  /** Not W3C. */
  framegate: {
    /** When the chunk is to be decoded, microseconds: the chunk's own time unless `config.framegate.bFrames` lets chunks be reordered. */
    decodeTimestamp: number;
  };
}

export type EncodedVideoChunkOutputCallback = (chunk: EncodedVideoChunk, metadata: EncodedVideoChunkMetadata) => void;

export interface VideoEncoderInit extends GateInit {
  output: EncodedVideoChunkOutputCallback;
  error: ErrorCallback;
}

interface Input extends EncodeChoice, EncoderInput {}

const KIND: CodecKind<VideoEncoderConfig> = {
  name: 'VideoEncoder',
  side: 'encoder',
  outputs: 'chunks',
  convert: videoEncoderConfig,
  toNative: nativeVideoEncoderConfig,
};
const encodeOptions = new EncodeOptions();
const ENCODE = "Failed to execute 'encode' on 'VideoEncoder'";

class VideoEncoderFilling extends EncoderFilling<VideoEncoderConfig, Input, EncodedVideoChunkOutputCallback> {
  /** W3C [[active orientation]]: turn and flip of the first frame since configure. */
  orientation: Orientation | null = null;
  /** The codec string of the last configuration. */
  codec = '';
  readonly #layers = new Layers();

  override toNative(config: VideoEncoderConfig): number {
    const nativeConfig = super.toNative(config);
    this.#layers.configure(config.scalabilityMode);
    return nativeConfig;
  }

  enqueue(handle: number, { frame, keyFrame, quantizer }: Input): number {
    encodeOptions.key_frame = Number(keyFrame);
    encodeOptions.quantizer = quantizer;
    const status = native.fg_encoder_enqueue(handle, frame, encodeOptions.bytes, 0);
    if (status === FG.OK) this.#layers.frameTaken();
    return status;
  }

  deliver(output: Output): void {
    const metadata: EncodedVideoChunkMetadata = { framegate: { decodeTimestamp: output.dts_us } };
    if ((output.flags & FG.OUTPUT_CONFIG) !== 0) metadata.decoderConfig = decoderConfigFromNative(output.config);
    if (this.#layers.chunkGiven()) metadata.svc = { temporalLayerId: output.temporal_layer };
    if (output.alpha_size > 0) metadata.alphaSideData = copyOfMemory(output.alpha_data, output.alpha_size);
    this.init.output(VIDEO_CHUNK.fromOutput(output), metadata);
  }

  override configuring(config: VideoEncoderConfig): void {
    this.orientation = null;
    this.codec = config.codec;
  }

  override resetting(): void {
    this.#layers.reset();
  }
}

/** W3C VideoEncoder, with a gate. */
export interface VideoEncoder extends Encoder<VideoEncoderConfig> {}

export class VideoEncoder extends EventTarget {
  readonly #filling: VideoEncoderFilling;
  readonly #machine: Machine<VideoEncoderConfig, Input>;

  static {
    defineCodec(this, KIND, (codec) => (#machine in codec ? codec.#machine : null));
  }

  constructor(init: VideoEncoderInit) {
    const parsed = codecInit<EncodedVideoChunkOutputCallback>(KIND, init, arguments.length);
    super();
    this.#filling = new VideoEncoderFilling(KIND, this, parsed);
    this.#machine = new Machine(this.#filling, parsed.gate);
    refuseCloning(this);
  }

  static async isConfigSupported(config: VideoEncoderConfig): Promise<VideoEncoderSupport> {
    return supportOf(KIND, config);
  }

  /** Takes a reference: the frame may be closed at once. On a full gate it does what `backpressure` says. */
  encode(frame: VideoFrame, options: VideoEncoderEncodeOptions = {}): void {
    requireArguments(arguments.length, 1, ENCODE);
    frameHandle(frame); // a TypeError if it is no frame
    const given = parseEncodeOptions(options, this.#filling.codec, ENCODE); // may run code of the program, which may close the frame
    const handle = frameHandle(frame);
    if (handle === 0) throw typeError(`${ENCODE}: the frame is closed`);
    this.#machine.checkConfigured();
    const filling = this.#filling;
    const before = filling.orientation;
    const active = (filling.orientation = activeOrientation(before, frame));
    try {
      this.#machine.submit({ frame: handle, ...given });
    } catch (error) {
      if (filling.orientation === active) filling.orientation = before; // a frame that was refused fixes nothing
      throw error;
    }
  }
}

function activeOrientation(active: Orientation | null, { rotation, flip }: VideoFrame): Orientation {
  if (active === null) return { rotation, flip };
  if (active.rotation === rotation && active.flip === flip) return active;
  const text = `rotation ${rotation} and flip ${flip} are not those of the first frame, ${active.rotation} and ${active.flip}`;
  throw domException('DataError', `${ENCODE}: ${text}`);
}
