// Exit, exceptions, garbage collection, workers: each in a process of its own.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { run } from './support/program.mjs';

/** Runs it, and wants it to end by itself, without a word on stderr. */
async function ends(program, options) {
  const { code, signal, stdout, stderr } = await run(program, options);
  assert.equal(signal, null, `killed: it does not end by itself, or crashed. ${stderr}`);
  assert.equal(code, 0, stderr);
  assert.equal(stderr, '');
  return stdout;
}

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

describe('exceptions in callbacks', () => {
  test('an output callback that throws is an uncaughtException, and harms neither gate nor flush', async () => {
    const stdout = await ends(`
      const seen = [];
      process.on('uncaughtException', (error) => seen.push(error.message));
      let calls = 0;
      const encoder = new VideoEncoder({ output() { calls += 1; throw new Error('mine'); }, error() {}, slots: 2 });
      encoder.configure(video.NULL);
      for (let n = 0; n < 20; n += 1) video.encode(encoder, n); // never out of encode()
      await encoder.flush();
      await video.nextTask();
      console.log(JSON.stringify([calls, seen.length, seen[0], encoder.state, encoder.desiredSize]));
    `);
    assert.deepEqual(JSON.parse(stdout), [20, 20, 'mine', 'configured', 2]);
  });

  test('nobody listens: the process ends as with any uncaught exception', async () => {
    const { code, stderr } = await run(`
      const encoder = new VideoEncoder({ output() { throw new Error('mine'); }, error() {} });
      encoder.configure(video.NULL);
      video.encode(encoder, 0);
      await encoder.flush();
    `);
    assert.equal(code, 1);
    assert.match(stderr, /Error: mine/);
  });

  test('error callbacks and dequeue listeners that throw, too', async () => {
    const stdout = await ends(`
      const seen = [];
      process.on('uncaughtException', (error) => seen.push(error.message));
      const encoder = new VideoEncoder({ output() {}, error() { throw new Error('in error'); } });
      encoder.ondequeue = () => { throw new Error('in dequeue'); };
      encoder.configure({ ...video.NULL, codec: 'bogus' });
      video.encode(encoder, 0);
      await video.rejection(encoder.flush());
      for (let i = 0; i < 5; i += 1) await video.nextTask();
      console.log(JSON.stringify([seen.sort(), encoder.state]));
    `);
    assert.deepEqual(JSON.parse(stdout), [['in dequeue', 'in error'], 'closed']);
  });
});

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

describe('worker_threads', () => {
  /** A program that starts workers of the text `body`, and does `main` with start() and ended(worker). */
  const worker = (body, main) => `
    import { Worker } from 'node:worker_threads';
    const text = ${JSON.stringify(`
      import { VideoEncoder } from 'framegate';
      import { parentPort } from 'node:worker_threads';
      import * as video from './video.mjs';
      ${body}
    `)};
    const start = () => new Worker(text, { eval: true });
    const ended = (worker) => new Promise((resolve, reject) => worker.on('exit', resolve).on('error', reject));
    ${main}
  `;
  const WORK = `
    const { encoder, outputs } = video.collectChunks();
    encoder.configure(video.H264);
    for (let n = 0; n < 20; n += 1) video.encode(encoder, n);
    await encoder.flush();
    parentPort.postMessage(outputs.length);
  `;

  test('each has its own hub, and ends by itself; several at once, beside the main thread', async () => {
    const stdout = await ends(worker(WORK, `
      const own = video.stream(20);
      const workers = Array.from({ length: 3 }, start);
      const counts = [];
      for (const one of workers) one.on('message', (count) => counts.push(count));
      const codes = await Promise.all(workers.map(ended));
      console.log(JSON.stringify([counts, codes, (await own).chunks.length]));
    `));
    assert.deepEqual(JSON.parse(stdout), [[20, 20, 20], [0, 0, 0], 20]);
  });

  test('process.exit() in a worker with work pending frees its codecs', async () => {
    const stdout = await ends(worker(`
      const { encoder } = video.collectChunks();
      encoder.configure(video.H264);
      for (let n = 0; n < 20; n += 1) video.encode(encoder, n);
      process.exit(7);
    `, `
      const { readdirSync, readFileSync } = await import('node:fs');
      const codecs = () => readdirSync('/proc/self/task').filter((task) => {
        try { return readFileSync('/proc/self/task/' + task + '/comm', 'utf8').startsWith('framegate'); } catch { return false; }
      }).length;
      const code = await ended(start());
      console.log(JSON.stringify([code, codecs()]));
    `));
    assert.deepEqual(JSON.parse(stdout), [7, 0]);
  });

  /** Starts workers, a few at a time, and counts before and after. Threads end by themselves: they are waited for. */
  const counted = (body, end) => worker(body, `
    const { readdirSync, readFileSync } = await import('node:fs');
    const [descriptors, threads] = ['fd', 'task'].map((what) => () => readdirSync('/proc/self/' + what).length);
    const message = (worker) => new Promise((resolve) => worker.once('message', resolve));
    const five = () => Promise.all(Array.from({ length: 5 }, async (_, n) => {
      const one = start();
      const end = ended(one);
      await message(one);
      ${end}
      await end;
    }));
    await five(); // the process has its own threads and descriptors now
    while (threads() > 30) await video.nextTask();
    const before = descriptors();
    for (let round = 0; round < 10; round += 1) await five();
    const left = descriptors() - before;
    console.log(left);
    if (left > 0) process.exit();
    const names = () => readdirSync('/proc/self/task').filter((task) => {
      try { return readFileSync('/proc/self/task/' + task + '/comm', 'utf8').startsWith('framegate'); } catch { return false; }
    });
    while (names().length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  `);

  test('50 that used a codec and ended leave no descriptor and no codec behind', async () => {
    assert.equal((await ends(counted(WORK, ''))).trim(), '0');
  });

  test('50 that are terminated in the middle of a codec leave no descriptor and no codec behind', async () => {
    const stdout = await ends(counted(`
      const { encoder, outputs } = video.collectChunks({ slots: 4 });
      const { decoder } = video.collectFrames({ slots: 4 });
      encoder.configure(video.H264);
      let told = false;
      for (let n = 0; ; n += 1) {
        if (n % 3 === 0) await encoder.ready; // or stays in encode()
        video.encode(encoder, n);
        if (n === 0) continue;
        for (const { chunk, metadata } of outputs.splice(0)) {
          if (metadata.decoderConfig) decoder.configure(metadata.decoderConfig);
          decoder.decode(chunk);
        }
        if (told || decoder.state !== 'configured') continue;
        told = true;
        parentPort.postMessage('working');
        video.stayOutOfRefNapi();
      }
    `, 'await new Promise((resolve) => setTimeout(resolve, n)); void one.terminate();'));
    assert.equal(stdout.trim(), '0');
  });

  test('process.exit() in a worker: a listener that comes after ours finds its codecs closed', async () => {
    const stdout = await ends(worker(`
      const { encoder } = video.collectChunks();
      encoder.configure(video.H264);
      video.encode(encoder, 0);
      process.on('exit', () => {
        try { video.encode(encoder, 1); } catch (error) { parentPort.postMessage([error.name, encoder.encodeQueueSize]); }
      });
      process.exit(0);
    `, `
      const one = start();
      one.on('message', (message) => console.log(JSON.stringify(message)));
      await ended(one);
    `));
    assert.deepEqual(JSON.parse(stdout), ['InvalidStateError', 0]);
  });

  test('terminate() with work pending does not crash', async () => {
    const stdout = await ends(worker(`
      const { encoder } = video.collectChunks({}, () => video.busyWait(1));
      encoder.configure(video.H264);
      for (let n = 0; ; n += 1) {
        await encoder.ready;
        video.encode(encoder, n);
        if (n !== 5) continue;
        parentPort.postMessage('working');
        video.stayOutOfRefNapi();
      }
    `, `
      for (let i = 0; i < 5; i += 1) {
        const one = start();
        await new Promise((resolve) => one.once('message', resolve));
        await new Promise((resolve) => setTimeout(resolve, 20 * i));
        await one.terminate();
      }
      console.log((await video.stream(5)).chunks.length);
    `));
    assert.equal(stdout.trim(), '5');
  });
});
