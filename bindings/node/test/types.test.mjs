// The declarations of the package, against those of browsers and of clients.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

/** Compiles with test/types/<name>, and gives what the compiler says. */
function compile(name) {
  const project = fileURLToPath(new URL(`types/${name}`, import.meta.url));
  const compiler = fileURLToPath(import.meta.resolve('typescript/package.json').replace('package.json', 'bin/tsc'));
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', project], { encoding: 'utf8' });
  assert.equal(status, 0, stdout);
}

test("a browser's program and muxers compile against the package, and the polyfill's globals are lib.dom's", () => {
  compile('tsconfig.json');
});

test("the polyfill's globals without lib.dom", () => compile('tsconfig.node.json'));

test("the polyfill's globals in a worker of lib.webworker", () => compile('tsconfig.worker.json'));

test('mediabunny with lib.dom', () => compile('tsconfig.mediabunny.json'));

test('mediabunny without lib.dom', () => compile('tsconfig.mediabunny-node.json'));
