// What keeps a process alive, and how it ends: each in a process of its own.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { ends, run } from './support/program.mjs';

describe('the end of the process', () => {
  test('an idle codec does not keep it alive', () =>
    ends(`
      const { encoder } = video.collectChunks();
      encoder.configure(video.H264);
      video.encode(encoder, 0);
      await encoder.flush();
    `));

  test('frames that an encoder keeps for its lookahead do not keep it alive', () =>
    ends(`
      const { encoder } = video.collectChunks();
      encoder.configure(video.H264);
      video.encode(encoder, 0);
    `));

  test('work under way does, until its outputs were delivered', async () => {
    const stdout = await ends(`
      let chunks = 0;
      const { encoder } = video.collectChunks({}, () => (chunks += 1));
      encoder.configure({ ...video.H264, latencyMode: 'realtime' });
      for (let n = 0; n < 10; n += 1) video.encode(encoder, n);
      process.on('exit', () => console.log(chunks));
    `);
    assert.equal(stdout.trim(), '10');
  });

  for (const then of ['', 'encoder.reset()', 'encoder.close()']) {
    test(`who waited for a slot and was woken does not any more${then && `, after ${then}`}`, async () => {
      const stdout = await ends(`
        const { encoder } = video.collectChunks({ slots: 1 });
        encoder.configure(video.NULL);
        video.encode(encoder, 0);
        const all = [encoder.ready, encoder.ready, encoder.ready];
        await all[0];
        ${then};
        await all[2];
        console.log('ready');
      `);
      assert.equal(stdout, 'ready\n');
    });
  }

  test('a flush under way does', async () => {
    const stdout = await ends(`
      const { encoder, outputs } = video.collectChunks();
      encoder.configure(video.H264);
      for (let n = 0; n < 10; n += 1) video.encode(encoder, n);
      encoder.flush().then(() => console.log(outputs.length));
    `);
    assert.equal(stdout.trim(), '10');
  });

  for (const method of ['close', 'reset']) {
    test(`a flush that nobody awaits, and ${method}(): its rejection ends the process, unless it is handled`, async () => {
      const program = (caught) => `
        const { encoder, outputs } = video.collectChunks();
        process.on('exit', () => console.log(outputs.length));
        encoder.configure(video.H264);
        for (let n = 0; n < 10; n += 1) video.encode(encoder, n);
        encoder.flush()${caught};
        encoder.${method}();
      `;
      const { code, stdout, stderr } = await run(program(''));
      assert.deepEqual([code, stdout], [1, '0\n']);
      assert.match(stderr, new RegExp(`AbortError.*${method}\\(\\) was called before this flush was done: await flush`));
      assert.equal(await ends(program('.catch(() => undefined)')), '0\n');
    });
  }

  for (const mode of ['block', 'queue']) {
    test(`process.exit() with work pending, mode ${mode}`, () =>
      ends(`
        const size = { width: 1280, height: 720 };
        const { encoder } = video.collectChunks({ backpressure: '${mode}' });
        encoder.configure({ codec: 'avc1.640028', ...size });
        const { chunks, config } = await video.stream(30);
        const { decoder } = video.collectFrames({ keep: true, backpressure: '${mode}' });
        decoder.configure(config);
        for (let n = 0; n < 30; n += 1) { video.encode(encoder, n, size); decoder.decode(chunks[n]); }
        process.exit(0);
      `));
  }

  test('process.exit() in an output callback', () =>
    ends(`
      const { encoder } = video.collectChunks({}, () => process.exit(0));
      encoder.configure(video.H264);
      for (let n = 0; n < 100; n += 1) video.encode(encoder, n);
      await encoder.flush();
    `));

  test('SIGTERM with work pending kills it at once', async () => {
    const { signal } = await run(`
      const size = { width: 1280, height: 720 };
      const { encoder } = video.collectChunks();
      encoder.configure({ codec: 'avc1.640028', ...size });
      for (let n = 0; n < 30; n += 1) video.encode(encoder, n, size);
      process.kill(process.pid, 'SIGTERM');
    `);
    assert.equal(signal, 'SIGTERM');
  });

  test('a listener of `exit` that comes after ours finds its codecs closed, and may make others', async () => {
    const stdout = await ends(`
      const { encoder } = video.collectChunks();
      encoder.configure(video.H264);
      video.encode(encoder, 0);
      process.on('exit', () => {
        const again = video.collectChunks().encoder;
        again.configure(video.H264);
        for (const one of [encoder, again]) {
          for (let n = 1; n < 40; n += 1) try { video.encode(one, n); } catch (error) { console.log(error.name); break; }
          void one.flush().catch(() => undefined);
          console.log(one.encodeQueueSize);
          one.close();
        }
      });
      process.exit(0);
    `);
    assert.deepEqual(stdout.trim().split('\n'), ['InvalidStateError', '0', 'InvalidStateError', '0']);
  });
});
