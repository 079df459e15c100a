import { bufferSource, defineInterface, inspectable, refuseCloning, requireArguments, strangerError, type AllowSharedBufferSource } from '../webidl';
import { audioCopyOptions, copySamples, planAudioCopy, type AudioDataCopyToOptions } from './audio_copy';
import { soundFromInit, type AudioDataInit } from './audio_data_init';
import { unwatch, watch } from './forgotten';
import type { FrameReference } from './frame_reference';
import { handleOf, markReachable, requireOpen } from './resource';
import type { AudioSampleFormat } from './sample_format';
import { closedSound, nativeSound, Sound, type SoundFacts } from './sound';

const CONSTRUCT = "Failed to construct 'AudioData'";
const execute = (method: string): string => `Failed to execute '${method}' on 'AudioData'`;

/** Only inside the class; for the codecs, see the functions below it. */
let soundIn: (data: AudioData) => Sound | null;

/**
 * W3C AudioData: samples of all channels, and their time. A frame of sound is a sample of each channel. They are not in
 * JavaScript's memory, so close() it as soon as it is no longer needed: the garbage collector does not know how large it is.
 */
export class AudioData {
  #facts: SoundFacts;
  /** null once closed. */
  #sound: Sound | null;

  static {
    soundIn = (data) => {
      if (typeof data === 'object' && data !== null && #sound in data) return data.#sound;
      throw strangerError(data, 'the argument is not an AudioData');
    };
  }

  /** From bytes, which are copied, or adopted if their buffer is in `transfer`. */
  constructor(init: AudioDataInit) {
    requireArguments(arguments.length, 1, CONSTRUCT);
    const sound = (init as unknown) instanceof Sound ? (init as unknown as Sound) : soundFromInit(init, CONSTRUCT);
    this.#facts = sound.facts;
    this.#sound = sound;
    watch(this, sound.reference, 'AudioData');
    refuseCloning(this);
  }

  /** null once closed. */
  get format(): AudioSampleFormat | null {
    return this.#facts.format;
  }
  /** Samples a second of each channel; 0 once closed, as every number but the timestamp. */
  get sampleRate(): number {
    return this.#facts.sampleRate;
  }
  /** Samples of each channel. */
  get numberOfFrames(): number {
    return this.#facts.numberOfFrames;
  }
  get numberOfChannels(): number {
    return this.#facts.numberOfChannels;
  }
  /** Microseconds, rounded down. */
  get duration(): number {
    const { numberOfFrames, sampleRate } = this.#facts;
    return sampleRate === 0 ? 0 : Math.floor((numberOfFrames * 1e6) / sampleRate);
  }
  /** When the first sample is heard, microseconds. */
  get timestamp(): number {
    return this.#facts.timestamp;
  }

  /**
   * How many bytes copyTo() needs with the same options. InvalidStateError once closed, RangeError for a plane or frames that
   * it does not have.
   */
  allocationSize(options: AudioDataCopyToOptions): number {
    const context = execute('allocationSize');
    requireArguments(arguments.length, 1, context);
    const given = audioCopyOptions(options, context);
    return planAudioCopy(requireOpen(this.#sound, context, 'the data').facts, given, context).size;
  }

  /**
   * Copies samples to `destination`, in any format: one channel of a planar one, all channels of another. What a format cannot say
   * exactly is rounded to the nearest, what is beyond its ends becomes its end. RangeError as allocationSize(), and if
   * `destination` is too small.
   */
  copyTo(destination: AllowSharedBufferSource, options: AudioDataCopyToOptions): void {
    const context = execute('copyTo');
    requireArguments(arguments.length, 2, context);
    const bytes = bufferSource(destination, context, 'destination');
    const given = audioCopyOptions(options, context);
    const { facts, reference } = requireOpen(this.#sound, context, 'the data');
    copySamples(reference.pointer, planAudioCopy(facts, given, context), bytes, context);
  }

  /** Another AudioData of the same samples, to be closed on its own. InvalidStateError once closed. */
  clone(): AudioData {
    const { facts, reference } = requireOpen(this.#sound, execute('clone'), 'the data');
    return fromSound(new Sound(facts, reference.retain()));
  }

  /** Lets go of the samples, whose memory is free as soon as no clone and no codec needs it. May be called again. */
  close(): void {
    if (!this.#sound) return;
    const { facts, reference } = this.#sound;
    this.#sound = null;
    this.#facts = closedSound(facts);
    unwatch(reference);
    reference.release();
  }
}
defineInterface(AudioData);
inspectable(AudioData);

const fromSound = (sound: Sound): AudioData => new (AudioData as unknown as new (sound: Sound) => AudioData)(sound);

// For the codecs.

/** The data of a native frame. Takes over the reference; nothing is copied. */
export const audioDataFromNative = (reference: FrameReference): AudioData => fromSound(nativeSound(reference));

/** Says whether the program can reach the data. */
export const setDataReachable = (data: AudioData, isReachable: boolean): void => markReachable(soundIn(data), isReachable);

/** The native frame, valid until the data is closed; 0 if it is closed. */
export const dataHandle = (data: AudioData): number => handleOf(soundIn(data));
