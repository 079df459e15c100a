import { audioDataFromNative, type AudioData } from '../media/audio_data';
import { AUDIO_CHUNK, type EncodedAudioChunk } from '../media/encoded_audio_chunk';
import { refuseCloning } from '../webidl';
import {
  audioDecoderConfig,
  nativeAudioDecoderConfig,
  type AudioDecoderConfig,
  type AudioDecoderSupport,
} from './audio_decoder_config';
import { defineCodec, supportOf, type Decoder } from './codec';
import { DecoderMachine, type DecoderKind } from './decoder_machine';
import type { FrameGateInit } from './gate';
import { codecInit, type ErrorCallback } from './init';

export type AudioDataOutputCallback = (data: AudioData) => void;

export interface AudioDecoderInit extends FrameGateInit {
  output: AudioDataOutputCallback;
  error: ErrorCallback;
}

const KIND: DecoderKind<AudioDecoderConfig, EncodedAudioChunk, AudioData> = {
  name: 'AudioDecoder',
  side: 'decoder',
  outputs: 'AudioData objects',
  convert: audioDecoderConfig,
  toNative: nativeAudioDecoderConfig,
  contentsOf: AUDIO_CHUNK.contentsOf,
  frameOf: audioDataFromNative,
};

/** W3C AudioDecoder, with a gate. */
export interface AudioDecoder extends Decoder<AudioDecoderConfig> {}

export class AudioDecoder extends EventTarget {
  readonly #machine: DecoderMachine<AudioDecoderConfig, EncodedAudioChunk, AudioData>;

  static {
    defineCodec(this, KIND, (codec) => (#machine in codec ? codec.#machine : null));
  }

  constructor(init: AudioDecoderInit) {
    const parsed = codecInit<AudioDataOutputCallback>(KIND, init, arguments.length);
    super();
    this.#machine = new DecoderMachine(KIND, this, parsed);
    refuseCloning(this);
  }

  static async isConfigSupported(config: AudioDecoderConfig): Promise<AudioDecoderSupport> {
    return supportOf(KIND, config);
  }

  /** On a full gate it does what `backpressure` says. */
  decode(chunk: EncodedAudioChunk): void {
    this.#machine.decode(chunk, arguments.length);
  }
}
