// H.264 to frames with W3C's classes: the same code for framegate and for its peer. Every frame is closed as it comes.
//   decode.mjs --library framegate|@napi-rs/webcodecs --clip file [--copy I420|RGBA]
import { argumentsOf, chunksOf, report, stopwatch, webcodecs } from './common.mjs';

const options = argumentsOf();
const { EncodedVideoChunk, VideoDecoder } = webcodecs(options.library);
const { description, chunks } = chunksOf(options.clip);
let frames = 0;
const decoder = new VideoDecoder({
  output: (frame) => {
    frames += 1;
    frame.close();
  },
  error: (error) => {
    throw error;
  },
});
decoder.configure({ codec: 'avc1.640028', description });

const clock = stopwatch();
for (const { key, timestamp, data } of chunks) {
  decoder.decode(new EncodedVideoChunk({ type: key ? 'key' : 'delta', timestamp, data }));
}
await decoder.flush();
const times = clock();
decoder.close();
if (frames !== chunks.length) throw new Error(`${frames} of ${chunks.length} frames`);
report({ frames, ...times });
