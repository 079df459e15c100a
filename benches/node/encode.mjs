// RGBA to H.264 with W3C's classes: the same code for framegate and for its peer.
//   encode.mjs --library framegate|@napi-rs/webcodecs --raw file --width w --height h --frames n --out file [--ours json]
import { writeFileSync } from 'node:fs';

import { argumentsOf, pictures, report, stopwatch, webcodecs } from './common.mjs';

const options = argumentsOf();
const { VideoEncoder, VideoFrame } = webcodecs(options.library);
const [width, height, frames] = [options.width, options.height, options.frames].map(Number);
const picture = pictures(options.raw, width * height * 4);
const chunks = [];
const encoder = new VideoEncoder({
  output: (chunk) => {
    const bytes = new Uint8Array(chunk.byteLength);
    chunk.copyTo(bytes);
    chunks.push(bytes);
  },
  error: (error) => {
    throw error;
  },
});
encoder.configure({
  codec: 'avc1.640028',
  width,
  height,
  bitrate: Number(options.bitrate),
  framerate: 30,
  avc: { format: 'annexb' },
  ...JSON.parse(options.ours ?? '{}'),
});

const clock = stopwatch();
for (let i = 0; i < frames; i++) {
  const frame = new VideoFrame(picture(i), {
    format: 'RGBA',
    codedWidth: width,
    codedHeight: height,
    timestamp: Math.round((i * 1e6) / 30),
  });
  encoder.encode(frame);
  frame.close();
}
await encoder.flush();
const times = clock();
encoder.close();
if (chunks.length !== frames) throw new Error(`${chunks.length} of ${frames} chunks`);
writeFileSync(options.out, Buffer.concat(chunks));
report({ frames, ...times, bytes: chunks.reduce((sum, chunk) => sum + chunk.length, 0) });
