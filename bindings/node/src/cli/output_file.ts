/** Where a command writes: a file that is whole or as it was before. */
import { randomBytes } from 'node:crypto';
import { chmod, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

import { UsageError } from './usage_error';

/** What is there; null for nothing. */
const there = (path: string) => stat(path).catch(() => null);

/** Both are one file, by whatever names. */
export async function checkOtherFile(source: string, output: string): Promise<void> {
  const [one, other] = [await there(source), await there(output)];
  if (one && other && one.dev === other.dev && one.ino === other.ino) {
    throw new UsageError(`${output} is the input itself (${source}), which writing would destroy`);
  }
}

/**
 * Has a new file written beside `output`, which takes its place at the end; what fails in between removes it. Devices and pipes are written in
 * place. A symbolic link stays one, and permissions stay what they were.
 */
export async function replacing(output: string, write: (path: string) => Promise<void>): Promise<void> {
  const before = await there(output);
  if (/^\/(dev|proc)\//.test(resolve(output)) || (before && !before.isFile())) return write(output);
  const target = before ? await realpath(output) : resolve(output);
  // Hidden, and with the same ending, which names the format.
  const temporary = join(dirname(target), `.${randomBytes(8).toString('hex')}.${basename(target)}`);
  try {
    await write(temporary);
    if (before) await chmod(temporary, before.mode & 0o7777);
    await rename(temporary, target);
  } finally {
    await rm(temporary, { force: true });
  }
}
