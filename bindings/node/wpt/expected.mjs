// The list of the tests that do not pass: file, test, status and reason, one a line.
import { readFileSync, writeFileSync } from 'node:fs';

const HEAD = 'file\ttest\tstatus\treason';
/** Of a test that nobody has looked at yet. */
const UNKNOWN = '?';
/** What main.mjs finds out itself, each time anew. */
const AUTOMATIC = ['class', 'codec', 'browser'];

const oneLine = (text) => text.replace(/[\t\n\r]+/g, ' ');
const keyOf = ({ file, name }) => `${file}\t${oneLine(name)}`;

export function readExpected(path) {
  const lines = readFileSync(path, 'utf8').split('\n').slice(1).filter(Boolean);
  return new Map(lines.map((line) => {
    const [file, name, status, reason] = line.split('\t');
    return [keyOf({ file, name }), { file, name, status, reason }];
  }));
}

/** Writes the list anew. Reasons that people wrote stay. */
export function writeExpected(path, rows, before) {
  const failed = new Map(rows.filter(({ status }) => status !== 'PASS').map((row) => [keyOf(row), row]));
  const lines = [...failed].map(([key, { status, reason }]) => {
    const written = before.get(key)?.reason ?? UNKNOWN;
    const isOurs = written !== UNKNOWN && !AUTOMATIC.includes(written);
    return `${key}\t${status}\t${isOurs ? written : (reason ?? UNKNOWN)}`;
  });
  writeFileSync(path, [HEAD, ...lines, ''].join('\n'));
}

/** What is not as the list says. `files` are those that ran. */
export function differences(rows, expected, files) {
  const seen = new Map(rows.map((row) => [keyOf(row), row]));
  const found = [];
  for (const [key, { status, message }] of seen) {
    const wanted = expected.get(key)?.status ?? 'PASS';
    if (status !== wanted) found.push(`${status} instead of ${wanted}: ${key.replace('\t', ' | ')}${message ? `\n    ${message.slice(0, 400)}` : ''}`);
  }
  for (const [key, { file, reason }] of expected) {
    if (files.has(file) && !seen.has(key)) found.push(`did not run: ${key.replace('\t', ' | ')}`);
    if (!reason || reason === UNKNOWN) found.push(`the list does not say why: ${key.replace('\t', ' | ')}`);
  }
  return found;
}
