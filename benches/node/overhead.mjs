// Our own time a frame: an encoder that does nothing, small frames, from new VideoFrame to the output callback.
//   overhead.mjs --frames n        FRAMEGATE_FFI chooses the backend
import { argumentsOf, report, stopwatch, webcodecs } from './common.mjs';

const options = argumentsOf();
const frames = Number(options.frames);
const { VideoEncoder, VideoFrame } = webcodecs('framegate');
const [width, height] = [32, 16];
const picture = new Uint8Array((width * height * 3) / 2);
let chunks = 0;
const encoder = new VideoEncoder({
  output: () => {
    chunks += 1;
  },
  error: (error) => {
    throw error;
  },
});
encoder.configure({ codec: 'framegate.null', width, height });

async function run(count) {
  const wanted = chunks + count;
  for (let i = 0; i < count; i++) {
    const frame = new VideoFrame(picture, { format: 'I420', codedWidth: width, codedHeight: height, timestamp: i });
    encoder.encode(frame);
    frame.close();
  }
  await encoder.flush();
  if (chunks !== wanted) throw new Error(`${chunks} of ${wanted} chunks`);
}

await run(2000); // the JIT
const clock = stopwatch();
await run(frames);
report({ frames, ...clock() });
