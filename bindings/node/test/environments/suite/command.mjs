import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The directory in which everything is installed. */
export const root = fileURLToPath(new URL('..', import.meta.url));

const require = createRequire(import.meta.url);

/** The program of a package's `bin`. */
export function binOf(name, bin = name) {
  let directory = dirname(require.resolve(name));
  while (!existsSync(join(directory, 'package.json')) || require(join(directory, 'package.json')).name !== name) directory = dirname(directory);
  const { bin: bins } = require(join(directory, 'package.json'));
  return join(directory, typeof bins === 'string' ? bins : bins[bin]);
}

/** Runs this Node with these arguments. Gives { code, stdout, stderr }. */
export function node(args, { cwd = root, env = {} } = {}) {
  return new Promise((resolve, reject) => {
    // What node:test says to its own children is not for these.
    const { NODE_TEST_CONTEXT: _, ...rest } = process.env;
    const child = spawn(process.execPath, args, { cwd, env: { ...rest, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const text = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', (data) => (text[name] += data));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...text }));
  });
}
