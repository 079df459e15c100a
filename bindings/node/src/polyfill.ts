/** Puts the WebCodecs interfaces on globalThis, so that a browser's code runs unchanged. */
import * as framegate from './index';

const INTERFACES = [
  'AudioData', 'AudioDecoder', 'AudioEncoder', 'EncodedAudioChunk',
  'EncodedVideoChunk', 'VideoColorSpace', 'VideoDecoder', 'VideoEncoder', 'VideoFrame',
] as const;

for (const name of INTERFACES) define(name);
if (!('DOMRectReadOnly' in globalThis)) define('DOMRectReadOnly');

function define(name: (typeof INTERFACES)[number] | 'DOMRectReadOnly'): void {
  Object.defineProperty(globalThis, name, { value: framegate[name], writable: true, configurable: true });
}

// The types are those of the DOM where the program's `lib` has it, with what the gate adds to them. (Types that are no
// interfaces cannot be declared twice: see scripts/global_types.mjs.)
type Own<Interface, Addition = {}> = typeof globalThis extends { onmessage: any } ? Addition : Interface;
type Gated = Pick<framegate.VideoEncoder, 'ready' | 'desiredSize'>;

type _AudioData = Own<framegate.AudioData>;
type _AudioDataCopyToOptions = Own<framegate.AudioDataCopyToOptions>;
type _AudioDataInit = Own<framegate.AudioDataInit>;
type _AudioDecoder = Own<framegate.AudioDecoder, Gated>;
type _AudioDecoderConfig = Own<framegate.AudioDecoderConfig, Pick<framegate.AudioDecoderConfig, 'framegate'>>;
type _AudioDecoderInit = Own<framegate.AudioDecoderInit, framegate.FrameGateInit>;
type _AudioEncoder = Own<framegate.AudioEncoder, Gated>;
type _AudioEncoderConfig = Own<framegate.AudioEncoderConfig, Pick<framegate.AudioEncoderConfig, 'flac' | 'framegate'>>;
type _AudioEncoderInit = Own<framegate.AudioEncoderInit, framegate.GateInit>;
type _DOMRectReadOnly = Own<framegate.DOMRectReadOnly>;
type _EncodedAudioChunk = Own<framegate.EncodedAudioChunk>;
type _EncodedAudioChunkInit = Own<framegate.EncodedAudioChunkInit>;
type _EncodedVideoChunk = Own<framegate.EncodedVideoChunk>;
type _EncodedVideoChunkInit = Own<framegate.EncodedVideoChunkInit, Pick<framegate.EncodedVideoChunkInit, 'framegate'>>;
type _OpusEncoderConfig = Own<framegate.OpusEncoderConfig, Pick<framegate.OpusEncoderConfig, 'application' | 'signal'>>;
type _VideoColorSpace = Own<framegate.VideoColorSpace>;
type _VideoDecoder = Own<framegate.VideoDecoder, Gated>;
type _VideoDecoderConfig = Own<framegate.VideoDecoderConfig, Pick<framegate.VideoDecoderConfig, 'framegate'>>;
type _VideoDecoderInit = Own<framegate.VideoDecoderInit, framegate.GateInit>;
type _VideoEncoder = Own<framegate.VideoEncoder, Gated>;
type _VideoEncoderConfig = Own<framegate.VideoEncoderConfig, Pick<framegate.VideoEncoderConfig, 'framegate'>>;
type _VideoEncoderEncodeOptions = Own<framegate.VideoEncoderEncodeOptions, Pick<framegate.VideoEncoderEncodeOptions, 'vp8' | 'vp9'>>;
type _VideoEncoderInit = Own<framegate.VideoEncoderInit, framegate.GateInit>;
type _VideoFrame = Own<framegate.VideoFrame>;
type _VideoFrameInit = Own<framegate.VideoFrameInit, Pick<framegate.VideoFrameInit, 'framegate'>>;

declare global {
  interface AudioData extends _AudioData {}
  interface AudioDataCopyToOptions extends _AudioDataCopyToOptions {}
  interface AudioDataInit extends _AudioDataInit {}
  interface AudioDecoder extends _AudioDecoder {}
  interface AudioDecoderConfig extends _AudioDecoderConfig {}
  interface AudioDecoderInit extends _AudioDecoderInit {}
  interface AudioEncoder extends _AudioEncoder {}
  interface AudioEncoderConfig extends _AudioEncoderConfig {}
  interface AudioEncoderInit extends _AudioEncoderInit {}
  interface DOMRectReadOnly extends _DOMRectReadOnly {}
  interface EncodedAudioChunk extends _EncodedAudioChunk {}
  interface EncodedAudioChunkInit extends _EncodedAudioChunkInit {}
  interface EncodedVideoChunk extends _EncodedVideoChunk {}
  interface EncodedVideoChunkInit extends _EncodedVideoChunkInit {}
  interface OpusEncoderConfig extends _OpusEncoderConfig {}
  interface VideoColorSpace extends _VideoColorSpace {}
  interface VideoDecoder extends _VideoDecoder {}
  interface VideoDecoderConfig extends _VideoDecoderConfig {}
  interface VideoDecoderInit extends _VideoDecoderInit {}
  interface VideoEncoder extends _VideoEncoder {}
  interface VideoEncoderConfig extends _VideoEncoderConfig {}
  interface VideoEncoderEncodeOptions extends _VideoEncoderEncodeOptions {}
  interface VideoEncoderInit extends _VideoEncoderInit {}
  interface VideoFrame extends _VideoFrame {}
  interface VideoFrameInit extends _VideoFrameInit {}

  var AudioData: typeof globalThis extends { onmessage: any; AudioData: infer T } ? T : typeof framegate.AudioData;
  var AudioDecoder: typeof globalThis extends { onmessage: any; AudioDecoder: infer T } ? T : typeof framegate.AudioDecoder;
  var AudioEncoder: typeof globalThis extends { onmessage: any; AudioEncoder: infer T } ? T : typeof framegate.AudioEncoder;
  var DOMRectReadOnly: typeof globalThis extends { onmessage: any; DOMRectReadOnly: infer T } ? T : typeof framegate.DOMRectReadOnly;
  var EncodedAudioChunk: typeof globalThis extends { onmessage: any; EncodedAudioChunk: infer T } ? T : typeof framegate.EncodedAudioChunk;
  var EncodedVideoChunk: typeof globalThis extends { onmessage: any; EncodedVideoChunk: infer T } ? T : typeof framegate.EncodedVideoChunk;
  var VideoColorSpace: typeof globalThis extends { onmessage: any; VideoColorSpace: infer T } ? T : typeof framegate.VideoColorSpace;
  var VideoDecoder: typeof globalThis extends { onmessage: any; VideoDecoder: infer T } ? T : typeof framegate.VideoDecoder;
  var VideoEncoder: typeof globalThis extends { onmessage: any; VideoEncoder: infer T } ? T : typeof framegate.VideoEncoder;
  var VideoFrame: typeof globalThis extends { onmessage: any; VideoFrame: infer T } ? T : typeof framegate.VideoFrame;
}
