// Where the tests are, and what they say of themselves.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(process.env.WPT_ROOT ?? 'tests');

/** The `// META: key=value` lines at the head of a test. */
export function metaOf(source) {
  const meta = { script: [], variant: [], global: [] };
  for (const line of source.split('\n')) {
    const match = /^\/\/\s*META:\s*(\w+)=(.*)$/.exec(line.trim());
    if (match) (meta[match[1]] ??= []).push(match[2].trim());
    else if (line.trim() !== '' && !line.startsWith('//')) break;
  }
  return meta;
}

/** A name as the server of the tests would resolve it. */
export function pathOf(name) {
  const { pathname } = new URL(name, globalThis.location.href);
  const path = join(ROOT, decodeURIComponent(pathname));
  const isParser = pathname === '/resources/WebIDLParser.js' && !existsSync(path);
  return isParser ? join(ROOT, 'resources', 'webidl2', 'lib', 'webidl2.js') : path;
}
