import { SAMPLE_FORMATS } from '../native/generated';
import { enumeration } from '../webidl';

/** W3C AudioSampleFormat. The planar ones have a plane for each channel, the others one of all channels in turn. */
export type AudioSampleFormat = (typeof SAMPLE_FORMATS)[number]['name'];

export interface SampleFormat {
  readonly name: AudioSampleFormat;
  /** FG_SAMPLE_... */
  readonly number: number;
  readonly sampleBytes: number;
  readonly isPlanar: boolean;
}

const BY_NAME: ReadonlyMap<string, SampleFormat> = new Map(SAMPLE_FORMATS.map((format) => [format.name, format]));
const BY_NUMBER: ReadonlyMap<number, SampleFormat> = new Map(SAMPLE_FORMATS.map((format) => [format.number, format]));

export const audioSampleFormat = enumeration('AudioSampleFormat', SAMPLE_FORMATS.map(({ name }) => name));

export const sampleFormat = (name: AudioSampleFormat): SampleFormat => BY_NAME.get(name)!;

/** The format of an FG_SAMPLE_... number. */
export const sampleFormatOfNumber = (number: number): SampleFormat => BY_NUMBER.get(number)!;
