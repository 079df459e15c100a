// process.exit() in the middle of a codec: each in a process of its own.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { ends, run } from './support/program.mjs';

describe('process.exit() waits for no codec', () => {
  test('with slow frames in the middle: its thread is at work when all listeners of `exit` have run', async () => {
    const stdout = await ends(`
      import { readdirSync, readFileSync } from 'node:fs';
      const size = { width: 1280, height: 720 };
      const { encoder } = video.collectChunks();
      encoder.configure({ codec: 'avc1.640028', ...size, framegate: { ffmpeg: { preset: 'veryslow' } } });
      for (let n = 0; n < 28; n += 1) video.encode(encoder, n, size); // 12 that it keeps, and the slots
      process.on('exit', () => { // after ours, which has closed it
        const names = readdirSync('/proc/self/task').map((task) => readFileSync('/proc/self/task/' + task + '/comm', 'utf8'));
        console.log(names.some((name) => name.startsWith('framegate')), encoder.encodeQueueSize);
      });
      process.exit(0);
    `);
    assert.equal(stdout, 'true 0\n');
  });

  // The codec's thread is in the middle of something in each, at another place every time.
  const WORKING = `
    const size = { width: 320, height: 180 };
    const { encoder } = video.collectChunks({}, () => onOutput());
    let onOutput = () => {};
    encoder.configure({ codec: 'avc1.640028', ...size });
    const work = (count) => { for (let n = 0; n < count; n += 1) video.encode(encoder, n, size); };
  `;
  const MOMENTS = {
    'in an output callback': (n) => `onOutput = () => process.exit(0); work(${14 + n}); await encoder.flush();`,
    'right after encode()': (n) => `work(${1 + n}); process.exit(0);`,
    'in a promise': (n) => `work(${1 + n}); await encoder.ready; process.exit(0);`,
    'while a flush is under way': (n) => `work(${1 + n}); void encoder.flush(); await video.nextTask(); process.exit(0);`,
    'in an output callback of a decoder': (n) => `
      const { chunks, config } = await video.stream(20, { ...video.H264, ...size });
      const { decoder } = video.collectFrames({}, () => process.exit(0));
      decoder.configure(config);
      work(${1 + n});
      for (const chunk of chunks) decoder.decode(chunk);
      await decoder.flush();`,
    'by an exception that nobody catches': (n) => `work(${1 + n}); setImmediate(() => { throw new Error('mine'); });`,
    'beside a worker that is at work': (n) => `
      import { Worker } from 'node:worker_threads';
      const worker = new Worker(\`
        import { parentPort } from 'node:worker_threads';
        import * as video from './video.mjs';
        const { encoder } = video.collectChunks({ slots: 4 });
        encoder.configure(video.H264);
        for (let n = 0; ; n += 1) {
          video.encode(encoder, n);
          if (n !== ${n}) continue;
          parentPort.postMessage('working');
          video.stayOutOfRefNapi();
        }
      \`, { eval: true });
      await new Promise((resolve) => worker.once('message', resolve));
      work(${1 + n});
      process.exit(0);`,
    'by itself, when the encoder was closed while it read buffers that were transferred': (n) => `
      for (let i = 0; i < ${1 + n}; i += 1) {
        const data = new Uint8Array(320 * 180 * 1.5).fill(i * 9);
        const frame = new VideoFrame(data, { format: 'I420', codedWidth: 320, codedHeight: 180, timestamp: i, transfer: [data.buffer] });
        encoder.encode(frame);
        frame.close();
      }
      encoder.close();`,
  };
  const TIMES = 7; // 224 exits on two Nodes with two backends
  for (const [moment, program] of Object.entries(MOMENTS)) {
    test(`${TIMES} times ${moment}: none crashes`, async () => {
      const code = moment.includes('exception') ? 1 : 0;
      for (let n = 0; n < TIMES; n += 2) {
        const runs = [n, n + 1].filter((each) => each < TIMES).map((each) => run(WORKING + program(each)));
        for (const ended of await Promise.all(runs)) assert.deepEqual([ended.code, ended.signal], [code, null], ended.stderr);
      }
    });
  }
});
