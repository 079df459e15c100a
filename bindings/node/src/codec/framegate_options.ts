/** The member `framegate` of configurations: what they have beside W3C's, for those who know what they want. */
import {
  FRAMEGATE_AUDIO_DECODER,
  FRAMEGATE_DECODER,
  FRAMEGATE_ENCODER,
  type FramegateAudioDecoderMembers,
  type FramegateDecoderMembers,
  type FramegateEncoderMembers,
} from '../native/generated';
import { dictionary, domString, type Conversion } from '../webidl';
import { dictionaryOf } from './dictionary';

/** What all codecs have, also those of sound. */
export interface FramegateFfmpegOptions {
  /**
   * FFmpeg's own: `encoder` or `decoder` name one, everything else is an AVOption (`{ preset: 'ultrafast' }`). What the
   * configuration says in its own words and what names a file is refused.
   */
  ffmpeg?: Record<string, string | number>;
}

/** And those of pictures. */
export interface FramegateOptions
  extends FramegateFfmpegOptions,
    Pick<FramegateEncoderMembers, keyof FramegateEncoderMembers & keyof FramegateDecoderMembers> {}

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

/** Encoders of sound. */
export interface FramegateAudioEncoderOptions extends FramegateFfmpegOptions {}

/** And decoders: what an encoder has added to the sound, and how much a stream may make them take. */
export interface FramegateAudioDecoderOptions extends FramegateFfmpegOptions, FramegateAudioDecoderMembers {}

const avOptions: Conversion<Record<string, string>> = (value, context, name) =>
  Object.fromEntries(
    Object.entries(dictionary(value, context, name)).map(([key, option]) => [key, domString(option, context, key)]),
  );

const own = { ffmpeg: { convert: avOptions } };

export const framegateEncoderOptions = dictionaryOf<FramegateEncoderOptions>(FRAMEGATE_ENCODER, own);
export const framegateDecoderOptions = dictionaryOf<FramegateDecoderOptions>(FRAMEGATE_DECODER, own);
export const framegateAudioEncoderOptions = dictionaryOf<FramegateAudioEncoderOptions>([], own);
export const framegateAudioDecoderOptions = dictionaryOf<FramegateAudioDecoderOptions>(FRAMEGATE_AUDIO_DECODER, own);
