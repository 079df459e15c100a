// A consumer that takes 10 ms a chunk of sound: what memory does meanwhile.
//   sound_slow.mjs --library framegate|@napi-rs/webcodecs --chunks n
import { readFileSync } from 'node:fs';

import { argumentsOf, busyWait, report, webcodecs } from './common.mjs';

const options = argumentsOf();
const { AudioEncoder, AudioData } = webcodecs(options.library);
const [channels, samples] = [8, 9600];
let chunks = 0;
const encoder = new AudioEncoder({
  output: () => {
    chunks += 1;
    busyWait(10);
  },
  error: (error) => {
    throw error;
  },
});
encoder.configure({ codec: 'pcm-f32', sampleRate: 48000, numberOfChannels: channels });
const rss = process.memoryUsage().rss;
for (let i = 0; i < Number(options.chunks); i++) {
  const data = new Float32Array(channels * samples).fill(0.1);
  const part = new AudioData({ format: 'f32', sampleRate: 48000, numberOfChannels: channels, numberOfFrames: samples, timestamp: i * 200000, data });
  encoder.encode(part);
  part.close();
}
await encoder.flush();
encoder.close();
const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024;
report({ chunks, growth_bytes: peak - rss, part_bytes: channels * samples * 4 });
