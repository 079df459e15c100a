// A pool of worker threads, each with its own codecs. Frames stay where they are: their bytes are sent.
import assert from 'node:assert/strict';
import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { Piscina } from 'piscina';

import { root } from './command.mjs';

const newPool = (more) => new Piscina({ filename: join(root, 'suite/piscina_worker.cjs'), minThreads: 2, maxThreads: 2, ...more });

const sockets = () =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith('socket:');
    } catch {
      return false;
    }
  }).length;

test('tasks of several threads, and descriptors that go with the pool', async () => {
  const before = sockets();
  const pool = newPool();
  const sizes = await Promise.all(Array.from({ length: 12 }, (_, n) => pool.run({ frames: 10 + n }, { name: 'encode' })));
  assert.deepEqual(sizes.map(({ frames }) => frames), Array.from({ length: 12 }, (_, n) => 10 + n));
  assert.ok(new Set(sizes.map(({ thread }) => thread)).size > 0);
  await pool.destroy();
  assert.ok(sockets() <= before, `${sockets()} sockets, ${before} before`);
});

test('a task that is aborted with work under way ends its thread, and the pool goes on', async () => {
  const pool = newPool();
  const controller = new AbortController();
  const task = pool.run({}, { name: 'forever', signal: controller.signal });
  await pool.run({ frames: 5 }, { name: 'encode' });
  controller.abort();
  await assert.rejects(task, { name: 'AbortError' });
  assert.equal((await pool.run({ frames: 7 }, { name: 'encode' })).frames, 7);
  await pool.destroy();
});
