// encode.mjs: encodes 90 frames to out.h264, with at most 16 in flight: W3C WebCodecs as in a browser, and `ready`.
import { createWriteStream } from 'node:fs';
import { VideoEncoder, VideoFrame } from 'framegate';

const file = createWriteStream('out.h264');
const encoder = new VideoEncoder({
  output(chunk) {
    const bytes = new Uint8Array(chunk.byteLength);
    chunk.copyTo(bytes);
    file.write(bytes);
  },
  error: console.error,
});
encoder.configure({ codec: 'avc1.42001f', width: 640, height: 360, avc: { format: 'annexb' } });
for (let i = 0; i < 90; i++) {
  await encoder.ready;                                                          // a slot is free; the event loop runs on
  const pixels = new Uint8Array(640 * 360 * 4).fill(2 * i);                     // draw
  const frame = new VideoFrame(pixels, { format: 'RGBA', codedWidth: 640, codedHeight: 360, timestamp: Math.floor((i * 1e6) / 30) });
  encoder.encode(frame);
  frame.close();
}
await encoder.flush();
file.end();
