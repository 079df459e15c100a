import { audioDataFromNative, dataHandle, type AudioData } from '../media/audio_data';
import { FrameReference } from '../media/frame_reference';
import { AudioInfo, check, FG, native, ResultSlot } from '../native';

const slot = new ResultSlot();

/** What sound becomes. */
export interface Wanted {
  readonly sampleRate: number;
  readonly numberOfChannels: number;
}

/** Sound at another rate, with other channels, by the library's resampler. */
export class Resampler {
  readonly #handle: number;

  constructor(first: AudioData, { sampleRate, numberOfChannels }: Wanted) {
    const [from, to] = [new AudioInfo(), new AudioInfo()];
    check(native.fg_frame_audio_info(dataHandle(first), from.bytes));
    check(native.fg_frame_audio_info(dataHandle(first), to.bytes));
    to.sample_rate = sampleRate;
    to.channels = numberOfChannels;
    check(native.fg_resampler_new(from.bytes, to.bytes, slot.bytes));
    this.#handle = slot.value;
  }

  /** Takes sound, or null for its end; gives what is ready. */
  push(data: AudioData | null): AudioData[] {
    check(native.fg_resampler_push(this.#handle, data ? dataHandle(data) : 0));
    const ready: AudioData[] = [];
    while (check(native.fg_resampler_pull(this.#handle, slot.bytes)) === FG.OK) ready.push(audioDataFromNative(new FrameReference(slot.value)));
    return ready;
  }

  close(): void {
    native.fg_resampler_free(this.#handle);
  }
}
