/** A track's configuration: what a demuxer gives, and a muxer takes. */
import { readConfig } from '../codec/native_config';
import { decoderConfigFromNative } from '../codec/video_decoder_config';
import { check, FG, native, ResultSlot } from '../native';
import { AUDIO_DECODER, FRAMEGATE_AUDIO_DECODER } from '../native/generated';
import type { KeyRow } from '../native/key_row';
import type { ConfigFacts, FramegateTrackMembers } from './messages';

/** What tracks have beside what decoders have. */
export const TRACK: readonly (KeyRow & { readonly name: keyof FramegateTrackMembers })[] = [
  { name: 'bitrate', form: 'unsigned long long', least: 1 },
  { name: 'framerate', form: 'double' },
  { name: 'language', form: 'DOMString' },
];

const slot = new ResultSlot();

/** Of what a configuration's codec is. */
export function mediumOf(config: number): 'video' | 'audio' {
  check(native.fg_config_medium(config, slot.bytes));
  return slot.value32 === FG.MEDIUM_VIDEO ? 'video' : 'audio';
}

/** Reads a configuration of the library's, and frees it. */
export function configFacts(config: number): ConfigFacts {
  try {
    const kind = mediumOf(config);
    return {
      kind,
      members: kind === 'video' ? decoderConfigFromNative(config) : readConfig(config, AUDIO_DECODER),
      framegate: readConfig(config, kind === 'video' ? TRACK : [...TRACK, ...FRAMEGATE_AUDIO_DECODER]),
    };
  } finally {
    native.fg_config_free(config);
  }
}
