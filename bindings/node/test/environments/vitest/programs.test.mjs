// In each of Vitest's pools and environments: see suite/vitest.test.mjs.
import { afterEach, describe, expect, test, vi } from 'vitest';

import * as framegate from 'framegate';
import program from '../program.cjs';

const { leave, PROGRAMS } = program;

for (const [name, run] of Object.entries(PROGRAMS)) test(name, () => run(framegate));

describe('fake timers', () => {
  afterEach(() => vi.useRealTimers());

  test('in one test', async () => {
    vi.useFakeTimers();
    await PROGRAMS.transcode(framegate);
    await PROGRAMS.stream(framegate);
  });

  test('every one that there is', async () => {
    vi.useFakeTimers({ toFake: ['setImmediate', 'setTimeout', 'setInterval', 'queueMicrotask', 'performance', 'Date'] });
    await PROGRAMS.transcode(framegate);
  });
});

test('modules reset, and loaded again', async () => {
  vi.resetModules();
  await PROGRAMS.transcode(await import('framegate'));
});

test('ends with work under way', () => {
  leave(framegate);
  expect(process.env.POOL).toBeDefined();
});
