// Writes dist/globals: types that framegate/polyfill makes global where the program's `lib` has none of that name. An
// interface may be declared beside lib.dom's, see src/polyfill.ts, but another type may not. Only `export as namespace`
// gives way to a global that is there already, and it takes a file for each name.
import { mkdirSync, writeFileSync } from 'node:fs';

const NAMES = [
  'AacBitstreamFormat', 'AacEncoderConfig', 'AllowSharedBufferSource', 'AlphaOption', 'AudioDataOutputCallback', 'AudioDecoderSupport',
  'AudioEncoderSupport', 'AudioSampleFormat', 'AvcBitstreamFormat', 'AvcEncoderConfig', 'BitrateMode', 'CanvasImageSource', 'CodecState',
  'DOMRectInit', 'EncodedAudioChunkMetadata', 'EncodedAudioChunkOutputCallback', 'EncodedAudioChunkType',
  'EncodedVideoChunkMetadata', 'EncodedVideoChunkOutputCallback', 'EncodedVideoChunkType', 'FlacEncoderConfig', 'HardwareAcceleration',
  'LatencyMode', 'OpusApplication', 'OpusBitstreamFormat', 'OpusSignal', 'PlaneLayout', 'PredefinedColorSpace',
  'VideoColorPrimaries', 'VideoColorSpaceInit', 'VideoDecoderSupport', 'VideoEncoderBitrateMode',
  'VideoEncoderEncodeOptionsForAvc', 'VideoEncoderEncodeOptionsForVp9', 'VideoEncoderSupport', 'VideoFrameBufferInit', 'VideoFrameCopyToOptions',
  'VideoFrameMetadata', 'VideoFrameOutputCallback', 'VideoMatrixCoefficients', 'VideoPixelFormat',
  'VideoTransferCharacteristics', 'WebCodecsErrorCallback',
];

const folder = new URL('../dist/globals/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const name of NAMES) {
  const text = `import { ${name} } from '../index';\nexport = ${name};\nexport as namespace ${name};\n`;
  writeFileSync(new URL(`${name}.d.ts`, folder), text);
}
writeFileSync(new URL('index.d.ts', folder), NAMES.map((name) => `/// <reference path="${name}.d.ts" />\n`).join(''));
