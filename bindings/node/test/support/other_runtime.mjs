// The package in Bun and Deno: encodes and decodes, waits for ready, and ends by itself.
import { VideoDecoder, VideoEncoder, VideoFrame } from '../../index.mjs';

const times = [];
const decoder = new VideoDecoder({
  output(frame) {
    times.push(frame.timestamp);
    frame.close();
  },
  error: (error) => console.error(error),
});
let chunks = 0;
const encoder = new VideoEncoder({
  output(chunk, metadata) {
    chunks += 1;
    if (metadata.decoderConfig) decoder.configure(metadata.decoderConfig);
    decoder.decode(chunk);
  },
  error: (error) => console.error(error),
  slots: 4,
});
encoder.configure({ codec: 'avc1.42001f', width: 64, height: 48 });
for (let n = 0; n < 100; n += 1) {
  const init = { format: 'RGBA', codedWidth: 64, codedHeight: 48, timestamp: n };
  const frame = new VideoFrame(new Uint8Array(64 * 48 * 4).fill(n), init);
  if (n < 50) await encoder.ready; // and then a tight loop
  encoder.encode(frame);
  frame.close();
}
await encoder.flush();
await decoder.flush();
const ordered = times.every((time, n) => time === n);
console.log(`${chunks} chunks, ${times.length} frames, ${ordered ? 'in order' : 'out of order'}`);
