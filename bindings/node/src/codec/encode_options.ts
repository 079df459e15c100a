/** What encode() takes beside the frame: W3C's members, and of each codec its own. */
import { boolean, dictionary, nullable, optional, unsignedLong } from '../webidl';

/** With bitrateMode `quantizer`: 0 to 51. */
export interface VideoEncoderEncodeOptionsForAvc {
  quantizer?: number | null;
}

/** With bitrateMode `quantizer`: 0 to 127. Not W3C, whose VP8 has no options. */
export interface VideoEncoderEncodeOptionsForVp8 {
  quantizer?: number | null;
}

/** With bitrateMode `quantizer`: 0 to 255. */
export interface VideoEncoderEncodeOptionsForVp9 {
  quantizer?: number | null;
}

/** Of the codecs' members, only that of the configured codec counts. */
export interface VideoEncoderEncodeOptions {
  keyFrame?: boolean;
  avc?: VideoEncoderEncodeOptionsForAvc;
  vp8?: VideoEncoderEncodeOptionsForVp8;
  vp9?: VideoEncoderEncodeOptionsForVp9;
}

type CodecMember = Exclude<keyof VideoEncoderEncodeOptions, 'keyFrame'>;

/** Which member is whose, by what codec strings begin with. */
const MEMBERS: Readonly<Record<string, CodecMember>> = { avc1: 'avc', avc3: 'avc', vp8: 'vp8', vp09: 'vp9' };

/** Converted, for a codec. */
export interface EncodeChoice {
  readonly keyFrame: boolean;
  /** -1 for none. Whether the codec has such a one, the library tells. */
  readonly quantizer: number;
}

/** All members are converted, in the order of their names as Web IDL has it, also those of other codecs. */
export function parseEncodeOptions(options: unknown, codec: string, context: string): EncodeChoice {
  const members = dictionary(options, context, 'options');
  const quantizerOf = (member: CodecMember): number => {
    const own = optional(members, member, dictionary, context, {});
    return optional(own, 'quantizer', nullable(unsignedLong), context, null) ?? -1;
  };
  const avc = quantizerOf('avc');
  const keyFrame = optional(members, 'keyFrame', boolean, context, false);
  const quantizers: Readonly<Record<CodecMember, number>> = { avc, vp8: quantizerOf('vp8'), vp9: quantizerOf('vp9') };
  const member = MEMBERS[tagOf(codec)];
  return { keyFrame, quantizer: member === undefined ? -1 : quantizers[member] };
}

const tagOf = (codec: string): string => codec.split('.', 1)[0]!;
