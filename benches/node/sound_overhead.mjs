// Our own time a chunk of sound: a codec that only copies, from new AudioData to the output callback.
//   sound_overhead.mjs --chunks n        FRAMEGATE_FFI chooses the backend
import { argumentsOf, report, stopwatch, webcodecs } from './common.mjs';

const options = argumentsOf();
const { AudioEncoder, AudioData } = webcodecs('framegate');
const data = new Int16Array(960);
let chunks = 0;
const encoder = new AudioEncoder({
  output: () => {
    chunks += 1;
  },
  error: (error) => {
    throw error;
  },
});
encoder.configure({ codec: 'pcm-s16', sampleRate: 48000, numberOfChannels: 1 });

async function run(count) {
  const wanted = chunks + count;
  for (let i = 0; i < count; i++) {
    const part = new AudioData({ format: 's16', sampleRate: 48000, numberOfChannels: 1, numberOfFrames: 960, timestamp: i * 20000, data });
    encoder.encode(part);
    part.close();
  }
  await encoder.flush();
  if (chunks !== wanted) throw new Error(`${chunks} of ${wanted} chunks`);
}

await run(2000); // the JIT
const count = Number(options.chunks);
const clock = stopwatch();
await run(count);
report({ frames: count, ...clock() });
