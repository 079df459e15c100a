// sound.mjs: encodes three seconds of a tone to out.aac (ADTS), with at most 16 AAC frames in flight.
import { createWriteStream } from 'node:fs';
import { AudioData, AudioEncoder } from 'framegate';

const file = createWriteStream('out.aac');
const encoder = new AudioEncoder({
  output(chunk) {
    const bytes = new Uint8Array(chunk.byteLength);
    chunk.copyTo(bytes);
    file.write(bytes);
  },
  error: console.error,
});
encoder.configure({ codec: 'mp4a.40.2', sampleRate: 48000, numberOfChannels: 1, aac: { format: 'adts' } });
for (let sent = 0; sent < 3 * 48000; sent += 960) {
  await encoder.ready;                                                          // there is room; the event loop runs on
  const samples = Int16Array.from({ length: 960 }, (_, i) => Math.floor((((sent + i) * 600) % 65536) / 4) - 8192);      // 440 Hz
  const data = new AudioData({
    format: 's16', sampleRate: 48000, numberOfChannels: 1, numberOfFrames: 960, timestamp: Math.floor((sent * 1e6) / 48000), data: samples,
  });
  encoder.encode(data);
  data.close();
}
await encoder.flush();
file.end();
