/** The member `framegate` of configurations: what they have beside W3C's, for those who know what they want. */
import {
  FRAMEGATE_DECODER,
  FRAMEGATE_ENCODER,
  type FramegateDecoderMembers,
  type FramegateEncoderMembers,
} from '../native/generated';
import { dictionary, domString, type Conversion } from '../webidl';
import { dictionaryOf } from './dictionary';

/** What all codecs have. */
export interface FramegateOptions extends Pick<FramegateEncoderMembers, keyof FramegateEncoderMembers & keyof FramegateDecoderMembers> {
  /**
   * FFmpeg's own: `encoder` or `decoder` name one, everything else is an AVOption (`{ preset: 'ultrafast' }`). What the
   * configuration says in its own words and what names a file is refused.
   */
  ffmpeg?: Record<string, string | number>;
}

/** And encoders. */
export interface FramegateEncoderOptions extends FramegateOptions, FramegateEncoderMembers {
  /**
   * How many B-frames may stand in a row, 0 to 16. Default 0, as in browsers, where chunks come in the order in which they
   * are shown; with more they come in decode order, at the times of `metadata.framegate.decodeTimestamp`.
   */
  bFrames?: number;
}

/** And decoders: how much a stream may make them take. One beyond it is a NotSupportedError that names the member. */
export interface FramegateDecoderOptions extends FramegateOptions, FramegateDecoderMembers {}

const avOptions: Conversion<Record<string, string>> = (value, context, name) =>
  Object.fromEntries(
    Object.entries(dictionary(value, context, name)).map(([key, option]) => [key, domString(option, context, key)]),
  );

const own = { ffmpeg: { convert: avOptions } };

export const framegateEncoderOptions = dictionaryOf<FramegateEncoderOptions>(FRAMEGATE_ENCODER, own);
export const framegateDecoderOptions = dictionaryOf<FramegateDecoderOptions>(FRAMEGATE_DECODER, own);
