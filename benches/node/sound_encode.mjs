// Stereo of 48 kHz to Opus or AAC with W3C's classes: the same code for framegate and for its peer.
//   sound_encode.mjs --library framegate|@napi-rs/webcodecs --codec string --raw file --samples n --format f32|f32-planar --bitrate n
import { argumentsOf, report, soundParts, stopwatch, webcodecs } from './common.mjs';

const options = argumentsOf();
const { AudioEncoder, AudioData } = webcodecs(options.library);
const samples = Number(options.samples);
const parts = soundParts(options.raw, samples, options.format);
let chunks = 0;
const encoder = new AudioEncoder({
  output: (chunk) => {
    chunk.copyTo(new Uint8Array(chunk.byteLength));
    chunks += 1;
  },
  error: (error) => {
    throw error;
  },
});
encoder.configure({ codec: options.codec, sampleRate: 48000, numberOfChannels: 2, bitrate: Number(options.bitrate) });

const clock = stopwatch();
for (const [index, data] of parts.entries()) {
  const timestamp = Math.round((index * samples * 1e6) / 48000);
  const part = new AudioData({ format: options.format, sampleRate: 48000, numberOfChannels: 2, numberOfFrames: samples, timestamp, data });
  encoder.encode(part);
  part.close();
}
await encoder.flush();
const times = clock();
encoder.close();
if (chunks < parts.length) throw new Error(`${chunks} chunks of ${parts.length} parts`);
report({ frames: chunks, ...times });
