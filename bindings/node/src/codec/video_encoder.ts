import type { VideoColorSpaceJSON } from '../media/color_space';
import { encodedVideoChunkFromOutput, type EncodedVideoChunk } from '../media/encoded_video_chunk';
import type { Orientation } from '../media/orientation';
import { frameHandle, type VideoFrame } from '../media/video_frame';
import { copyOfMemory, domException, EncodeOptions, FG, native, type Output } from '../native';
import { typeError } from '../native/errors';
import { refuseCloning, requireArguments, strangerError } from '../webidl';
import { defineCodec, isSupported, type Codec } from './codec';
import { parseEncodeOptions, type EncodeChoice, type VideoEncoderEncodeOptions } from './encode_options';
import { newEvent } from './events';
import type { Filling } from './filling';
import type { GateInit } from './gate';
import { ENCODER } from './handle';
import { codecInit, type CodecInit, type ErrorCallback } from './init';
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

/** A frame on its way in: the caller's reference, or one of our own. */
interface Input extends EncodeChoice {
  readonly frame: number;
}

const encodeOptions = new EncodeOptions();
const ENCODE = "Failed to execute 'encode' on 'VideoEncoder'";

class VideoEncoderFilling implements Filling<VideoEncoderConfig, Input> {
  readonly functions = ENCODER;
  readonly #layers = new Layers();

  constructor(
    readonly target: EventTarget,
    readonly init: CodecInit<EncodedVideoChunkOutputCallback>,
  ) {}

  toNative(config: VideoEncoderConfig): number {
    const nativeConfig = nativeVideoEncoderConfig(config, this.init.gate);
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

  keep(input: Input): Input {
    native.fg_frame_retain(input.frame);
    return input;
  }

  drop(input: Input): void {
    native.fg_frame_release(input.frame);
  }

  deliver(output: Output): void {
    const metadata: EncodedVideoChunkMetadata = { framegate: { decodeTimestamp: output.dts_us } };
    if ((output.flags & FG.OUTPUT_CONFIG) !== 0) metadata.decoderConfig = decoderConfigFromNative(output.config);
    if (this.#layers.chunkGiven()) metadata.svc = { temporalLayerId: output.temporal_layer };
    if (output.alpha_size > 0) metadata.alphaSideData = copyOfMemory(output.alpha_data, output.alpha_size);
    this.init.output(encodedVideoChunkFromOutput(output), metadata);
  }

  fail(error: DOMException): void {
    this.init.error(error);
  }

  flushing(): void {}

  resetting(): void {
    this.#layers.reset();
  }

  dequeued(): void {
    this.target.dispatchEvent(newEvent('dequeue'));
  }
}

/** W3C VideoEncoder, with a gate. */
export interface VideoEncoder extends Codec {}

export class VideoEncoder extends EventTarget {
  readonly #machine: Machine<VideoEncoderConfig, Input>;
  /** W3C [[active orientation]]: turn and flip of the first frame since configure. */
  #orientation: Orientation | null = null;
  /** The codec string of the last configuration. */
  #codec = '';

  static {
    defineCodec(this, (codec) => {
      if (#machine in codec) return codec.#machine;
      throw strangerError(codec, 'this is not a VideoEncoder');
    });
  }

  constructor(init: VideoEncoderInit) {
    requireArguments(arguments.length, 1, "Failed to construct 'VideoEncoder'");
    const parsed = codecInit<EncodedVideoChunkOutputCallback>('VideoEncoder', init, ['callback']);
    super();
    this.#machine = new Machine(new VideoEncoderFilling(this, parsed), parsed.gate);
    refuseCloning(this);
  }

  static async isConfigSupported(config: VideoEncoderConfig): Promise<VideoEncoderSupport> {
    const checked = videoEncoderConfig(config, "Failed to execute 'isConfigSupported' on 'VideoEncoder'");
    const check = native.fg_encoder_is_config_supported;
    return { supported: await isSupported(() => nativeVideoEncoderConfig(checked), check), config: checked };
  }

  /** Frames that the encoder has not begun with. */
  get encodeQueueSize(): number {
    return this.#machine.queueSize;
  }

  configure(config: VideoEncoderConfig): void {
    const context = "Failed to execute 'configure' on 'VideoEncoder'";
    requireArguments(arguments.length, 1, context);
    const checked = videoEncoderConfig(config, context);
    this.#machine.configure(checked);
    this.#orientation = null;
    this.#codec = checked.codec;
  }

  /** Takes a reference: the frame may be closed at once. On a full gate it does what `backpressure` says. */
  encode(frame: VideoFrame, options: VideoEncoderEncodeOptions = {}): void {
    requireArguments(arguments.length, 1, ENCODE);
    frameHandle(frame); // a TypeError if it is no frame
    const given = parseEncodeOptions(options, this.#codec, ENCODE); // may run code of the program, which may close the frame
    const handle = frameHandle(frame);
    if (handle === 0) throw typeError(`${ENCODE}: the frame is closed`);
    this.#machine.checkConfigured();
    const before = this.#orientation;
    const active = (this.#orientation = activeOrientation(before, frame));
    try {
      this.#machine.submit({ frame: handle, ...given });
    } catch (error) {
      if (this.#orientation === active) this.#orientation = before; // a frame that was refused fixes nothing
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
