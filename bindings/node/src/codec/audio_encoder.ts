import { dataHandle, type AudioData } from '../media/audio_data';
import { AUDIO_CHUNK, type EncodedAudioChunk } from '../media/encoded_audio_chunk';
import { FG, native, type Output } from '../native';
import { typeError } from '../native/errors';
import { refuseCloning, requireArguments } from '../webidl';
import { audioDecoderConfigFromNative, type AudioDecoderConfig } from './audio_decoder_config';
import {
  audioEncoderConfig,
  nativeAudioEncoderConfig,
  type AudioEncoderConfig,
  type AudioEncoderSupport,
} from './audio_encoder_config';
import { defineCodec, supportOf, type Encoder } from './codec';
import { EncoderFilling, type EncoderInput } from './encoder_filling';
import type { GateInit } from './gate';
import { codecInit, type ErrorCallback } from './init';
import type { CodecKind } from './kind';
import { Machine } from './machine';

export interface EncodedAudioChunkMetadata {
  /** With the first chunk, and whenever it changes. */
  decoderConfig?: AudioDecoderConfig;
  /** Not W3C. */
  framegate: {
    /** Samples at the beginning of what the chunk decodes to that the encoder has put in front of its input. */
    priming: number;
    /** And at the end, behind it; 0 where FFmpeg's encoder does not tell (Vorbis). */
    padding: number;
  };
}

export type EncodedAudioChunkOutputCallback = (chunk: EncodedAudioChunk, metadata: EncodedAudioChunkMetadata) => void;

export interface AudioEncoderInit extends GateInit {
  output: EncodedAudioChunkOutputCallback;
  error: ErrorCallback;
}

const KIND: CodecKind<AudioEncoderConfig> = {
  name: 'AudioEncoder',
  side: 'encoder',
  outputs: 'chunks',
  convert: audioEncoderConfig,
  toNative: nativeAudioEncoderConfig,
};
const ENCODE = "Failed to execute 'encode' on 'AudioEncoder'";

class AudioEncoderFilling extends EncoderFilling<AudioEncoderConfig, EncoderInput, EncodedAudioChunkOutputCallback> {
  enqueue(handle: number, { frame }: EncoderInput): number {
    return native.fg_encoder_enqueue(handle, frame, null, 0);
  }

  deliver(output: Output): void {
    const { priming, padding } = output;
    const metadata: EncodedAudioChunkMetadata = { framegate: { priming, padding } };
    if ((output.flags & FG.OUTPUT_CONFIG) !== 0) metadata.decoderConfig = audioDecoderConfigFromNative(output.config);
    this.init.output(AUDIO_CHUNK.fromOutput(output), metadata);
  }
}

/** W3C AudioEncoder, with a gate. */
export interface AudioEncoder extends Encoder<AudioEncoderConfig> {}

export class AudioEncoder extends EventTarget {
  readonly #machine: Machine<AudioEncoderConfig, EncoderInput>;

  static {
    defineCodec(this, KIND, (codec) => (#machine in codec ? codec.#machine : null));
  }

  constructor(init: AudioEncoderInit) {
    const parsed = codecInit<EncodedAudioChunkOutputCallback>(KIND, init, arguments.length);
    super();
    this.#machine = new Machine(new AudioEncoderFilling(KIND, this, parsed), parsed.gate);
    refuseCloning(this);
  }

  static async isConfigSupported(config: AudioEncoderConfig): Promise<AudioEncoderSupport> {
    return supportOf(KIND, config);
  }

  /**
   * Takes a reference: the data may be closed at once. It takes a slot for each chunk that it makes. On a full gate it does what
   * `backpressure` says.
   */
  encode(data: AudioData): void {
    requireArguments(arguments.length, 1, ENCODE);
    const frame = dataHandle(data);
    if (frame === 0) throw typeError(`${ENCODE}: the data is closed`);
    this.#machine.submit({ frame });
  }
}
