// scripts/install.mjs, in a package as npm unpacks it. A script in the place of cargo says how it was called.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const library = process.env.FRAMEGATE_LIBRARY;
const source = fileURLToPath(new URL('..', import.meta.url));
let home;

beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'install')));
  for (const part of ['dist', 'scripts', 'package.json']) cpSync(join(source, part), join(home, part), { recursive: true });
  symlinkSync(join(source, 'node_modules'), join(home, 'node_modules'));
  mkdirSync(join(home, 'sources'));
  mkdirSync(join(home, 'lib'));
});
afterEach(() => rmSync(home, { recursive: true }));

/** Gives { code, stdout, stderr }. */
function install(args = [], env = {}) {
  const { FRAMEGATE_LIBRARY: _, CARGO_TARGET_DIR: __, npm_lifecycle_event: ___, ...rest } = process.env;
  const options = { cwd: home, env: { ...rest, CARGO: join(home, 'no-cargo'), ...env } };
  return new Promise((resolve) => {
    execFile(process.execPath, [join(home, 'scripts/install.mjs'), ...args], options, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}

function cargo(text) {
  const path = join(home, 'cargo.sh');
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
}

const VERSION = String.raw`: libframegate \d+\.\d+\.\d+, ABI \d+, on FFmpeg \S.*\. Nothing to do\n$`;
const quoted = (path) => path.replaceAll(/\W/g, '\\$&');

test('--help says what is looked at, and the environment variables', async () => {
  for (const flag of ['--help', '-h']) {
    const { code, stdout, stderr } = await install([flag], { FRAMEGATE_LIBRARY: '/nowhere' });
    assert.deepEqual([code, stderr], [0, '']);
    for (const name of ['FRAMEGATE_LIBRARY', 'CARGO', 'CARGO_TARGET_DIR']) assert.match(stdout, new RegExp(`^  ${name} `, 'm'));
  }
});

test('any other argument is an error, and nothing is done', async () => {
  const { code, stdout, stderr } = await install(['--force'], { CARGO: cargo('echo called') });
  assert.deepEqual([code, stdout], [1, '']);
  assert.match(stderr, /"--force" is not an argument/);
});

test('FRAMEGATE_LIBRARY: which it is, and its version', async () => {
  const { code, stdout } = await install([], { FRAMEGATE_LIBRARY: library });
  assert.equal(code, 0);
  assert.match(stdout, new RegExp(`^framegate: FRAMEGATE_LIBRARY is ${quoted(library)}${VERSION}`));
});

test('FRAMEGATE_LIBRARY that cannot be used: no other is taken', async () => {
  const { code, stderr } = await install([], { FRAMEGATE_LIBRARY: '/nowhere/libframegate.so' });
  assert.equal(code, 1);
  assert.match(stderr, /FRAMEGATE_LIBRARY is \/nowhere\/libframegate\.so, which cannot be used: /);
});

test('the library in the package', async () => {
  mkdirSync(join(home, 'native'));
  const packaged = join(home, 'native/libframegate.so.0');
  symlinkSync(library, packaged);
  const { code, stdout } = await install();
  assert.equal(code, 0);
  assert.match(stdout, new RegExp(`^framegate: found in the package, ${quoted(packaged)}${VERSION}`));
});

test('the system\'s library, and where it lies', async () => {
  cpSync(realpathSync(library), join(home, 'lib/libframegate.so.0'));
  const { code, stdout } = await install([], { LD_LIBRARY_PATH: join(home, 'lib') });
  assert.equal(code, 0);
  assert.match(stdout, new RegExp(`^framegate: found the system's, ${quoted(join(home, 'lib/libframegate.so.0'))}${VERSION}`));
});

test('it is built: how long that takes, cargo\'s progress, and what came of it; the second time it is found', async () => {
  const CARGO = cargo(`
    echo "   Compiling $* in $(pwd)" >&2
    mkdir -p "$CARGO_TARGET_DIR/release" && cp "${realpathSync(library)}" "$CARGO_TARGET_DIR/release/libframegate.so"`);
  const { code, stdout, stderr } = await install([], { CARGO });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^framegate: no library found: building it in .*\nframegate: that takes some minutes, .*\nframegate: built .*libframegate\.so\.0: libframegate \d/);
  assert.doesNotMatch(stdout, /foreground-scripts/);
  assert.equal(stderr, `   Compiling build --release --lib --locked in ${home}/sources\n`);
  assert.ok(!existsSync(join(home, 'build')), 'what cargo wrote is removed');
  assert.match((await install()).stdout, /^framegate: found in the package, .*Nothing to do\n$/);
});

test('npm, which hides what install scripts print, is told how to show it', async () => {
  const { stdout } = await install([], { CARGO: cargo('exit 1'), npm_lifecycle_event: 'install' });
  assert.match(stdout, /npm install --foreground-scripts/);
});

test('a library in the package that is too old, or none, is said, and built anew', async () => {
  mkdirSync(join(home, 'native'));
  writeFileSync(join(home, 'native/libframegate.so.0'), 'no library');
  const { code, stdout, stderr } = await install([], { CARGO: cargo('exit 1') });
  assert.equal(code, 1);
  assert.match(stdout, /^framegate: .*native\/libframegate\.so\.0 cannot be used: .*\nframegate: no library found: building/);
  assert.match(stderr, /cargo build failed\. It needs Rust/);
});

test('without cargo the error says what is needed', async () => {
  const { code, stderr } = await install();
  assert.equal(code, 1);
  assert.match(stderr, /cargo build cannot run: .*ENOENT\. It needs Rust/);
});
