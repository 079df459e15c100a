// The package in Bun and Deno: encodes and decodes, waits for ready, and ends by itself.
import { VideoDecoder, VideoEncoder, VideoFrame } from '../../index.mjs';

const times = [];
let chunks = 0;

async function transcode(first, last) {
  const decoder = new VideoDecoder({
    output(frame) {
      times.push(frame.timestamp);
      frame.close();
    },
    error: (error) => console.error(error),
  });
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
  for (let n = first; n < last; n += 1) {
    const data = new Uint8Array(64 * 48 * 4).fill(n);
    const more = n % 2 ? {} : { transfer: [data.buffer], metadata: { rtpTimestamp: n } };
    const frame = new VideoFrame(data, { format: 'RGBA', codedWidth: 64, codedHeight: 48, timestamp: n, ...more });
    if (n < (first + last) / 2) await encoder.ready; // and then a tight loop
    encoder.encode(frame);
    frame.close();
  }
  await encoder.flush();
  await decoder.flush();
  encoder.close();
  decoder.close();
}

// Twice: with the last codec goes what all share, and the next one makes it anew.
await transcode(0, 60);
await new Promise((resolve) => setTimeout(resolve, 100));
await transcode(60, 100);
const ordered = times.every((time, n) => time === n);
console.log(`${chunks} chunks, ${times.length} frames, ${ordered ? 'in order' : 'out of order'}`);
