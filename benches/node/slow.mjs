// A consumer that takes 10 ms a chunk: what memory and the event loop do meanwhile.
//   slow.mjs --library framegate|@napi-rs/webcodecs --raw file --width w --height h --frames n --way loop|ready
// Way "loop" is a tight loop as browser code has it; "ready" awaits encoder.ready, which only framegate has.
import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

import { argumentsOf, busyWait, pictures, report, webcodecs } from './common.mjs';

const options = argumentsOf();
const { VideoEncoder, VideoFrame } = webcodecs(options.library);
const [width, height, frames] = [options.width, options.height, options.frames].map(Number);
const picture = pictures(options.raw, width * height * 4);
let chunks = 0;
const encoder = new VideoEncoder({
  output: () => {
    chunks += 1;
    busyWait(10);
  },
  error: (error) => {
    throw error;
  },
});
encoder.configure({ codec: 'avc1.640028', width, height, bitrate: 5_000_000, framerate: 30, ...JSON.parse(options.ours ?? '{}') });

// When the event loop turned, in ms since the beginning: the gaps are its delays.
const turns = [];
const delay = monitorEventLoopDelay({ resolution: 1 });
const residentBefore = process.memoryUsage().rss;
const began = performance.now();
const ticker = setInterval(() => turns.push(Math.round((performance.now() - began) * 10) / 10), 1);
delay.enable();
process.stdout.write(`${JSON.stringify({ began: Date.now(), pid: process.pid })}\n`);

for (let i = 0; i < frames; i++) {
  if (options.way === 'ready') await encoder.ready;
  const frame = new VideoFrame(picture(i), { format: 'RGBA', codedWidth: width, codedHeight: height, timestamp: i * 33333 });
  encoder.encode(frame);
  frame.close();
}
await encoder.flush();
delay.disable();
clearInterval(ticker);
const seconds = (performance.now() - began) / 1e3;
encoder.close();
if (chunks !== frames) throw new Error(`${chunks} of ${frames} chunks`);
const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024;
const gaps = [...turns, seconds * 1e3].map((at, i) => at - (turns[i - 1] ?? 0));
report({
  frames, seconds, turns,
  growth_bytes: peak - residentBefore,
  delay_ms: { p50: delay.percentile(50) / 1e6, p99: delay.percentile(99) / 1e6, longest: Math.max(...gaps) },
});
