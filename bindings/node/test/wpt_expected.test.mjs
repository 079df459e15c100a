// How `make wpt` compares with its list of expected results (the W3C's tests themselves are not in the repository).
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { differences, readExpected, writeExpected } from '../wpt/expected.mjs';

const ROWS = [
  { file: 'a.js', name: 'one', status: 'PASS' },
  { file: 'a.js', name: 'two\nlines', status: 'FAIL', reason: 'class', message: 'AudioData is not defined' },
  { file: 'b.js', name: 'three', status: 'FAIL' },
];
const FILES = new Set(['a.js', 'b.js']);

function listOf(context, text) {
  const folder = mkdtempSync(join(tmpdir(), 'framegate-wpt-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'expected.tsv');
  writeFileSync(path, text);
  return path;
}

test('a list that was written anew needs reasons, and keeps those that people wrote', (context) => {
  const path = listOf(context, 'file\ttest\tstatus\treason\n');
  writeExpected(path, ROWS, new Map());
  assert.deepEqual(differences(ROWS, readExpected(path), FILES), ['the list does not say why: b.js | three']);
  const before = readExpected(path);
  before.get('b.js\tthree').reason = 'a machine has no eyes';
  writeExpected(path, ROWS, before);
  assert.deepEqual(differences(ROWS, readExpected(path), FILES), []);
  assert.equal(readExpected(path).get('b.js\tthree').reason, 'a machine has no eyes');
});

test('a reason that people wrote is better than what is found out, which does not stay', (context) => {
  const path = listOf(context, 'file\ttest\tstatus\treason\na.js\ttwo lines\tFAIL\tcut off, not rounded\nb.js\tthree\tFAIL\tclass\n');
  writeExpected(path, ROWS, readExpected(path));
  assert.deepEqual([...readExpected(path).values()].map(({ reason }) => reason), ['cut off, not rounded', '?']);
});

test('what fails, what passes and what does not run, against the list', (context) => {
  const list = readExpected(listOf(context, 'file\ttest\tstatus\treason\na.js\tone\tFAIL\tcodec\nb.js\tgone\tFAIL\tcodec\nc.js\tother\tFAIL\tcodec\n'));
  assert.deepEqual(differences(ROWS, list, FILES), [
    'PASS instead of FAIL: a.js | one',
    'FAIL instead of PASS: a.js | two lines\n    AudioData is not defined',
    'FAIL instead of PASS: b.js | three',
    'did not run: b.js | gone',
  ]);
});

test('the list that is committed says of each test why it does not pass', () => {
  const list = readExpected(fileURLToPath(new URL('../wpt/expected.tsv', import.meta.url)));
  assert.ok(list.size > 0);
  for (const { file, name, status, reason } of list.values()) {
    assert.match(status, /^(FAIL|TIMEOUT|SKIP|ERROR)$/, `${file} ${name}`);
    assert.match(reason, /\w/, `${file} ${name}`);
  }
});
