#!/usr/bin/env node
// Runs at npm install, and as `npx framegate-install`: sees to it that there is a libframegate to load. In this order:
// FRAMEGATE_LIBRARY, a library inside the package, the system's; else the sources inside the package are built. In a checkout
// of the project it compiles the package first, and the sources are the project's.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const SONAME = 'libframegate.so.0';
const NEEDS = 'It needs Rust 1.95 or newer (https://rustup.rs), a C compiler, pkg-config, libclang, and the development files of FFmpeg 5.1 to 7.1; on Debian: apt install gcc pkg-config libclang-dev libavcodec-dev libavformat-dev libavutil-dev libswscale-dev';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const packaged = join(root, 'native', SONAME);
const project = join(root, '..', '..');
const isCheckout = existsSync(join(root, 'tsconfig.json')) && existsSync(join(project, 'Cargo.toml'));

/** Why the library at `path` does not serve; undefined if it does. */
function defect(path) {
  try {
    const { ABI_VERSION } = require('../dist/native/abi_version.js');
    const version = require('koffi').load(path).func('fg_abi_version', 'uint32_t', [])();
    return version >= ABI_VERSION ? undefined : `its fg_abi_version is ${version}, ${ABI_VERSION} is needed`;
  } catch (error) {
    return error.message;
  }
}

function build() {
  const sources = isCheckout ? project : join(root, 'sources');
  if (!existsSync(sources)) fail('this package has no sources to build it from');
  const target = process.env.CARGO_TARGET_DIR || (isCheckout ? join(project, 'target') : join(root, 'build'));
  const cargo = process.env.CARGO || 'cargo';
  console.log('framegate: building libframegate, which takes some minutes');
  const { status, error } = spawnSync(cargo, ['build', '--release', '--lib', '--locked'], {
    cwd: sources,
    stdio: 'inherit',
    env: { ...process.env, CARGO_TARGET_DIR: target, CARGO_PROFILE_RELEASE_STRIP: 'debuginfo' },
  });
  if (status !== 0) fail(`cargo build ${error ? `cannot run: ${error.message}` : 'failed'}. ${NEEDS}`);
  mkdirSync(dirname(packaged), { recursive: true });
  copyFileSync(join(target, 'release', 'libframegate.so'), packaged);
  rmSync(join(root, 'build'), { recursive: true, force: true });
  const why = defect(packaged);
  if (why) fail(`the library that was built cannot be used: ${why}`);
  console.log(`framegate: built ${packaged}`);
}

function fail(reason) {
  console.error(`framegate: ${reason}`);
  process.exit(1);
}

if (isCheckout && spawnSync('npm', ['run', 'build'], { cwd: root, stdio: 'inherit' }).status !== 0) {
  fail('the package does not compile: TypeScript is a development dependency, so install without --omit=dev');
}
const { FRAMEGATE_LIBRARY } = process.env;
if (FRAMEGATE_LIBRARY) {
  const why = defect(FRAMEGATE_LIBRARY);
  if (why) fail(`FRAMEGATE_LIBRARY is ${FRAMEGATE_LIBRARY}, which cannot be used: ${why}`);
} else if ([packaged, SONAME].every((path) => defect(path))) {
  build();
}
