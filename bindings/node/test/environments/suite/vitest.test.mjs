// Vitest runs files in threads and in processes, with the globals of jsdom in place of Node's, and in realms of their own.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { binOf, node, root } from './command.mjs';

const vitest = binOf('vitest');
const FILES = 2;
const TESTS = 9;

for (const [pool, environment] of [
  ['threads', 'node'],
  ['threads', 'jsdom'],
  ['forks', 'node'],
  ['vmThreads', 'node'],
  ['vmThreads', 'jsdom'],
]) {
  test(`pool ${pool}, environment ${environment}`, async () => {
    const work = mkdtempSync(join(root, 'vitest-'));
    try {
      mkdirSync(join(work, 'tests'));
      for (let n = 0; n < FILES; n += 1) cpSync(join(root, 'vitest/programs.test.mjs'), join(work, 'tests', `${n}.test.mjs`));
      cpSync(join(root, 'program.cjs'), join(work, 'program.cjs'));
      writeFileSync(join(work, 'vitest.config.mjs'), 'export default {};'); // and none further up
      const results = join(work, 'results.json');
      const args = ['run', '--root', work, '--pool', pool, '--environment', environment, '--testTimeout', '600000'];
      const { code, stdout, stderr } = await node([vitest, ...args, '--reporter', 'json', '--outputFile', results], { env: { POOL: pool } });
      const text = `${stdout}\n${stderr}`;
      assert.equal(code, 0, text);
      const { numPassedTests, numTotalTests } = JSON.parse(readFileSync(results, 'utf8'));
      assert.deepEqual([numPassedTests, numTotalTests], [FILES * TESTS, FILES * TESTS], text);
      assert.doesNotMatch(text, /Unhandled/);
    } finally {
      rmSync(work, { recursive: true });
    }
  });
}
