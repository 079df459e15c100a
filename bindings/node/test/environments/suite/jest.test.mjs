// Jest loads the package anew for each file, in a realm of its own.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { binOf, node, root } from './command.mjs';

const jest = binOf('jest');

/** Runs Jest on `files` in each of `projects`, and gives what it counts and prints. */
async function run(projects, files, args = ['--runInBand']) {
  const work = mkdtempSync(join(root, 'jest-'));
  try {
    for (const file of files) cpSync(join(root, 'jest', file.from), join(work, 'tests', file.to ?? file.from));
    cpSync(join(root, 'program.cjs'), join(work, 'program.cjs'));
    const config = { projects: projects.map((project, n) => ({ displayName: `${n}`, rootDir: work, transform: {}, ...project })) };
    writeFileSync(join(work, 'jest.config.json'), JSON.stringify(config));
    const results = join(work, 'results.json');
    const arguments_ = ['--config', join(work, 'jest.config.json'), '--cacheDirectory', join(root, 'jest-cache'), '--json', '--outputFile', results];
    const { code, stdout, stderr } = await node([jest, ...arguments_, '--testTimeout=600000', ...args], { cwd: work });
    const { numPassedTests: passed, numTotalTests: total } = JSON.parse(readFileSync(results, 'utf8'));
    return { code, passed, total, text: stdout + stderr, stdout };
  } finally {
    rmSync(work, { recursive: true });
  }
}

const TESTS = 8;
const ENVIRONMENTS = ['node', 'jsdom'];

for (const testEnvironment of ENVIRONMENTS) {
  describe(testEnvironment, () => {
    test('programs, with Jest\'s fake timers in one test and in all, files in one process', async () => {
      const projects = [false, true].map((enableGlobally) => ({ testEnvironment, fakeTimers: { enableGlobally } }));
      const { code, passed, total, text } = await run(projects, [{ from: 'programs.test.js' }]);
      assert.deepEqual([code, passed, total], [0, 2 * TESTS, 2 * TESTS], text);
    });

    test('what a callback throws fails the test', async () => {
      const { code, passed, text } = await run([{ testEnvironment }], [{ from: 'throws.test.js' }]);
      assert.deepEqual([code, passed], [1, 0], text);
      assert.match(text, /thrown by output/);
    });

    test('eight files in one process leave no descriptor', async () => {
      const files = Array.from({ length: 8 }, (_, n) => ({ from: 'descriptors.test.js', to: `${n}.test.js` }));
      const { code, passed, text } = await run([{ testEnvironment }], files);
      assert.deepEqual([code, passed], [0, 8], text);
    });

    test('the end of the process closes codecs', async () => {
      const { code, stdout, text } = await run([{ testEnvironment }], [{ from: 'exit.test.js' }]);
      assert.equal(code, 0, text);
      assert.match(stdout, /at exit: InvalidStateError\n$/);
    });
  });
}

test('files in processes and in threads of their own', async () => {
  const files = [1, 2].map((n) => ({ from: 'programs.test.js', to: `${n}.test.js` }));
  for (const more of [[], ['--workerThreads']]) {
    const { code, passed, text } = await run([{ testEnvironment: 'node' }], files, ['--maxWorkers=2', ...more]);
    assert.deepEqual([code, passed], [0, 2 * TESTS], text);
  }
});
