// A process of a cluster: what it does is its first argument.
import cluster from 'node:cluster';

import { collectChunks, collectFrames, encode, H264, stream } from './video.mjs';

const LARGE = { width: 640, height: 480 };

const WORK = {
  async decode() {
    const { chunks, config } = await stream(20);
    const { decoder, frames } = collectFrames();
    decoder.configure(config);
    for (const chunk of chunks) decoder.decode(chunk);
    await decoder.flush();
    process.send(process.env.NAME + frames.length);
    cluster.worker.disconnect();
  },
  /** Says so when there is work under way. */
  encode() {
    const { encoder } = collectChunks({ backpressure: 'queue' });
    encoder.configure({ ...H264, ...LARGE });
    for (let n = 0; n < 100; n += 1) encode(encoder, n, LARGE);
    process.send(process.env.NAME);
  },
};

await WORK[process.argv[2]]();
