/** Configurations of tracks, as muxers of the library's take them. */
import { audioDecoderConfig, type AudioDecoderConfig } from '../codec/audio_decoder_config';
import { dictionaryOf } from '../codec/dictionary';
import { newConfig } from '../codec/native_config';
import { videoDecoderConfig, type VideoDecoderConfig } from '../codec/video_decoder_config';
import { parseRotation } from '../media/orientation';
import { native } from '../native';
import { FRAMEGATE_AUDIO_DECODER } from '../native/generated';
import { dictionary, domString, required } from '../webidl';
import type { FramegateTrackMembers } from './messages';
import type { AudioTrackConfig, VideoTrackConfig } from './track';
import { mediumOf, TRACK } from './track_facts';

/** Opus is decoded at this rate, whichever its encoder took (RFC 7845, 5.1). */
const OPUS_RATE = 48_000;

const ofVideo = dictionaryOf<FramegateTrackMembers>(TRACK);
const ofAudio = dictionaryOf([...TRACK, ...FRAMEGATE_AUDIO_DECODER.filter(({ name }) => name.startsWith('priming') && name !== 'priming')]);

/** The library's configuration, to be freed by the caller. TypeErrors, and what the library says of one that it does not take. */
export function nativeTrackConfig(given: VideoTrackConfig | AudioTrackConfig, context: string): number {
  const members = dictionary(given, context, 'config');
  const codec = required(members, 'codec', domString, context);
  const own = members['framegate'];
  if (kindOf(codec) === 'audio') return newConfig(codec, { ...audioMembers(audioDecoderConfig(given, context)), ...ofAudio(own, context, 'framegate') });
  return newConfig(codec, { ...videoMembers(videoDecoderConfig(given, context)), ...ofVideo(own, context, 'framegate') });
}

function kindOf(codec: string): 'video' | 'audio' {
  const config = newConfig(codec, {});
  try {
    return mediumOf(config);
  } finally {
    native.fg_config_free(config);
  }
}

/** What says how it is to be decoded is no fact of the track. */
function videoMembers(config: VideoDecoderConfig): object {
  const { codec, framegate, hardwareAcceleration, optimizeForLatency, rotation = 0, ...members } = config;
  return { ...members, rotation: parseRotation(rotation) };
}

function audioMembers(config: AudioDecoderConfig): object {
  const { codec, framegate, ...members } = config;
  return codec === 'opus' ? { ...members, sampleRate: OPUS_RATE } : members;
}
