// node:cluster: each process has its own codecs, and one that ends, or is killed, takes nothing of the others with it.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { run } from './support/program.mjs';

/** A primary with an encoder at work forks two that do `work`; `onMessage` is what it does when `worker` says something. */
const primary = (work, onMessage = '') => run(`
  import cluster from 'node:cluster';
  import { resolve as path } from 'node:path';

  cluster.setupPrimary({ exec: path('cluster_worker.mjs'), execArgv: [], args: ['${work}'] });
  const { encoder, outputs, errors } = video.collectChunks();
  encoder.configure(video.H264);
  for (let n = 0; n < 10; n += 1) video.encode(encoder, n);
  const messages = [];
  const ends = Promise.all(['A', 'B'].map((NAME) => new Promise((resolve) => {
    const worker = cluster.fork({ NAME });
    worker.on('message', (message) => {
      messages.push(message);
      ${onMessage}
    });
    worker.on('exit', (code, signal) => resolve(signal ?? code));
  })));
  for (let n = 10; n < 40; n += 1) {
    await encoder.ready;
    video.encode(encoder, n);
  }
  console.log((await ends).join());
  await encoder.flush();
  encoder.close();
  console.log(messages.sort().join(), outputs.length, errors.length);
`);

for (const [what, work, onMessage, stdout] of [
  ['work in each', 'decode', '', '0,0\nA20,B20 40 0\n'],
  ['killed with work under way', 'encode', "worker.process.kill('SIGKILL');", 'SIGKILL,SIGKILL\nA,B 40 0\n'],
  ['disconnected with work under way', 'encode', 'worker.disconnect();', '0,0\nA,B 40 0\n'],
]) {
  test(what, async () => {
    const result = await primary(work, onMessage);
    assert.deepEqual([result.code, result.stdout, result.stderr], [0, stdout, '']);
  });
}
