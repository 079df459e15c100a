import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const INDEX = fileURLToPath(new URL('../../dist/index.js', import.meta.url));

/** Runs `code` in a process of its own, with the package as `framegate`; its standard output, or its failure. */
export function runChild(code, { flags = [], env = {} } = {}) {
  const program = `const framegate = require(${JSON.stringify(INDEX)}); ${code}`;
  const child = spawnSync(process.execPath, [...flags, '-e', program], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    timeout: 60_000,
  });
  if (child.status !== 0) throw new Error(`the child ended with ${child.signal ?? child.status}: ${child.stderr}`);
  return { stdout: child.stdout, stderr: child.stderr };
}
