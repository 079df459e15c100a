// Runs the W3C's web-platform-tests (folder webcodecs) on the package: an emulation of testharness.js and of the little
// of a dedicated worker's scope that the tests use. The tests themselves stay as they are, and out of the repository.
//
//   WPT_ROOT=<checkout of web-platform-tests> CANVAS_MODULE=<folder of @napi-rs/canvas> node main.mjs [options] [part of a file's name ...]
//
//   --write        writes the list of expected results (expected.tsv) anew, instead of comparing with it
//   --out FILE     every result as a tab-separated line: file, test, status, reason, message
//   --limit S      seconds a file may take (60)      --test-limit S   seconds a test may take (20)
//
// One process a file and variant. A status is PASS, FAIL, TIMEOUT, SKIP (assert_implements_optional) or ERROR
// (something outside of any test). The reason of what did not pass is `class` (an interface that the package lacks),
// `codec` (a configuration that it refuses), `browser` (something that no Node has), else what the list says.
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { differences, readExpected, writeExpected } from './expected.mjs';
import { metaOf, ROOT } from './suite.mjs';

const RESULTS_FD = 3;
const EXPECTED = join(import.meta.dirname, 'expected.tsv');

function parseArguments(args) {
  const options = { filters: [], limit: 60, testLimit: 20, out: undefined, write: false };
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '--out') options.out = args[++i];
    else if (args[i] === '--limit') options.limit = Number(args[++i]);
    else if (args[i] === '--test-limit') options.testLimit = Number(args[++i]);
    else if (args[i] === '--write') options.write = true;
    else options.filters.push(args[i]);
  }
  if (options.write && options.filters.length > 0) throw new Error('--write needs a run of all files');
  return options;
}

function findTests(filters) {
  const folder = join(ROOT, 'webcodecs');
  const files = readdirSync(folder).filter((name) => /\.(any|worker)\.js$/.test(name)).sort();
  const tests = [];
  for (const file of files) {
    const variants = metaOf(readFileSync(join(folder, file), 'utf8')).variant;
    for (const variant of variants.length ? variants : ['']) {
      if (!filters.length || filters.some((filter) => (file + variant).includes(filter))) tests.push({ file, variant });
    }
  }
  return tests;
}

/** Runs one file and variant in a process of its own. */
function runChild({ file, variant }, { limit, testLimit }) {
  return new Promise((done) => {
    const started = Date.now();
    const child = spawn(process.execPath, ['--expose-gc', join(import.meta.dirname, 'child.mjs'), file, variant, String(testLimit)], {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    let [text, noise, timedOut] = ['', '', false];
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, limit * 1000);
    child.stdio[RESULTS_FD].on('data', (data) => (text += data));
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (noise = (noise + data).slice(-2000)));
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const rows = text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
      if (!rows.some((row) => row.end)) {
        const what = timedOut ? `longer than ${limit} s` : `process ended with ${signal ?? code}: ${noise.trim().slice(-600)}`;
        rows.push({ name: '(the file)', status: timedOut ? 'TIMEOUT' : 'ERROR', message: what });
      }
      const own = rows.filter((row) => !row.end).map((row) => ({ file: file + variant, ...row }));
      done({ file: file + variant, rows: own, seconds: (Date.now() - started) / 1000 });
    });
  });
}

function writeResults(path, rows) {
  const lines = rows.map(({ file, name, status, reason = '', message = '' }) => {
    return [file, name, status, reason, message].map((field) => field.replace(/[\t\n\r]+/g, ' ')).join('\t');
  });
  writeFileSync(path, ['file\ttest\tstatus\treason\tmessage', ...lines, ''].join('\n'));
}

const COLUMNS = ['pass', 'class', 'codec', 'browser', 'other'];

function summaryOf({ file, rows, seconds }) {
  const count = (choose) => rows.filter(choose).length;
  return {
    file,
    pass: count(({ status }) => status === 'PASS'),
    class: count(({ reason }) => reason === 'class'),
    codec: count(({ reason }) => reason === 'codec'),
    browser: count(({ reason }) => reason === 'browser'),
    other: count(({ status, reason }) => status !== 'PASS' && !reason),
    seconds,
  };
}

function printSummary(results) {
  const summary = results.map(summaryOf);
  const total = { file: 'total' };
  for (const column of [...COLUMNS, 'seconds']) total[column] = summary.reduce((sum, row) => sum + row[column], 0);
  console.log(['file'.padEnd(72), ...[...COLUMNS, 'seconds'].map((column) => column.padStart(8))].join(''));
  for (const row of [...summary, total]) {
    const counts = COLUMNS.map((column) => String(row[column]).padStart(8));
    console.log([row.file.padEnd(72), ...counts, row.seconds.toFixed(1).padStart(8)].join(''));
  }
}

const options = parseArguments(process.argv.slice(2));
const results = [];
for (const test of findTests(options.filters)) results.push(await runChild(test, options));
const rows = results.flatMap((result) => result.rows);
if (options.out) writeResults(options.out, rows);
printSummary(results);
const expected = readExpected(EXPECTED);
if (options.write) writeExpected(EXPECTED, rows, expected);
const found = differences(rows, readExpected(EXPECTED), new Set(results.map(({ file }) => file)));
for (const each of found) console.log(each);
if (found.length > 0) {
  console.log(`wpt: ${found.length} differences from the list of expected results, expected.tsv`);
  process.exitCode = 1;
} else console.log('wpt: all as the list of expected results says');
