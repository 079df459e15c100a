// Runs small programs in processes of their own, where exit, memory and uncaught exceptions are theirs.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));

const PREAMBLE = `
import * as framegate from 'framegate';
import * as video from './video.mjs';
const { VideoDecoder, VideoEncoder, VideoFrame } = framegate;
`;

/** Ends a program that hangs. No test measures time, and a busy machine is slow. */
const HANG_MS = 1_800_000;

/** Runs the text of an ES module beside this file. Gives { code, signal, stdout, stderr }. */
export function run(program, { args = [] } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...args, '--input-type=module', '-e', PREAMBLE + program], {
      cwd: here,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: HANG_MS,
      killSignal: 'SIGKILL',
    });
    const text = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', (data) => (text[name] += data));
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, ...text }));
  });
}

/** Runs it, and wants it to end by itself, without a word on stderr. */
export async function ends(program, options) {
  const { code, signal, stdout, stderr } = await run(program, options);
  assert.equal(signal, null, `killed: it does not end by itself, or crashed. ${stderr}`);
  assert.equal(code, 0, stderr);
  assert.equal(stderr, '');
  return stdout;
}
