// Codecs and descriptors that nobody needs any more: each in a process of its own.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { ends } from './support/program.mjs';

test('the descriptors go with the last codec, and come with the next', () =>
  ends(`
    import assert from 'node:assert/strict';
    import { readdirSync, readlinkSync } from 'node:fs';
    const sockets = () => readdirSync('/proc/self/fd').filter((fd) => {
      try { return readlinkSync('/proc/self/fd/' + fd).startsWith('socket:'); } catch { return false; }
    }).length;
    const before = sockets();
    for (let round = 0; round < 3; round += 1) {
      const codecs = [video.collectChunks(), video.collectChunks()];
      for (const { encoder } of codecs) {
        encoder.configure(video.H264);
        video.encode(encoder, 0);
      }
      await Promise.all(codecs.map(({ encoder }) => encoder.flush()));
      codecs[0].encoder.close();
      for (let n = 0; n < 20; n += 1) await video.nextTask();
      assert.equal(sockets(), before + 2, 'one codec is left');
      video.encode(codecs[1].encoder, 1);
      await codecs[1].encoder.flush();
      assert.deepEqual(codecs.map(({ outputs }) => outputs.length), [1, 2]);
      codecs[1].encoder.close();
      while (sockets() > before) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    // A codec that is refused before it has a handle.
    const { encoder, errors } = video.collectChunks();
    encoder.configure({ ...video.H264, codec: 'bogus' });
    while (errors.length === 0 || sockets() > before) await new Promise((resolve) => setTimeout(resolve, 5));
  `));

describe('garbage collection', () => {
  test('a codec that nobody holds goes, with its thread', async () => {
    const stdout = await ends(`
      import { readdirSync } from 'node:fs';
      const threads = () => readdirSync('/proc/self/task').length;
      await video.stream(1);
      const before = threads();
      const make = async () => {
        const encoders = [];
        for (let i = 0; i < 50; i += 1) {
          const { encoder } = video.collectChunks();
          encoder.configure({ ...video.H264, framegate: { threads: 1 } });
          video.encode(encoder, 0);
          await encoder.flush();
          encoders.push(encoder);
        }
        console.log(threads() - before, encoders.every(({ state }) => state === 'configured'));
      };
      await make();
      while (threads() > before + 4) { // ends as soon as they are gone, and not otherwise
        gc();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    `, { args: ['--expose-gc'] });
    const [most, alive] = stdout.trim().split(' ');
    assert.ok(Number(most) >= 50 - 4, `${most} threads`); // four of those that were there before may have ended
    assert.equal(alive, 'true');
  });

  test('one with work under way does not, though nobody holds it', async () => {
    const stdout = await ends(`
      let chunks = 0;
      (() => {
        const encoder = new VideoEncoder({ output() { chunks += 1; }, error: console.error });
        encoder.configure(video.H264);
        for (let n = 0; n < 12; n += 1) video.encode(encoder, n);
        void encoder.flush();
      })();
      for (let i = 0; i < 5; i += 1) { gc(); await video.nextTask(); }
      process.on('exit', () => console.log(chunks));
    `, { args: ['--expose-gc'] });
    assert.equal(stdout.trim(), '12');
  });
});
