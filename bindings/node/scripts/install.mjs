#!/usr/bin/env node
// Runs at npm install, and as `npx framegate-install`: sees to it that there is a libframegate to load, and says which. In a
// checkout of the project it compiles the package first, and the sources are the project's.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const SONAME = 'libframegate.so.0';
const NEEDS = 'It needs Rust 1.95 or newer (https://rustup.rs), a C compiler, pkg-config, libclang, and the development files of FFmpeg 5.1 to 7.1; on Debian: apt install gcc pkg-config libclang-dev libavcodec-dev libavformat-dev libavutil-dev libswscale-dev libswresample-dev';
const USAGE = `framegate-install [--help]

Sees to it that there is a libframegate to load, and says which. It is the first of these:
  - the library that FRAMEGATE_LIBRARY names
  - ${SONAME} in the package's directory native, where it was built before
  - the system's ${SONAME}
If there is none it is built from the sources in the package. ${NEEDS}

Environment variables:
  FRAMEGATE_LIBRARY  the path of the library. It must serve: no other is looked for, none is built. Programs need it, too.
  CARGO              what builds (default: cargo)
  CARGO_TARGET_DIR   where, and that is kept, so that building again is quick (default: in the package, and removed)
  CARGO_BUILD_JOBS   and the others of cargo are cargo's
`;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const packaged = join(root, 'native', SONAME);
const project = join(root, '..', '..');
const isCheckout = existsSync(join(root, 'tsconfig.json')) && existsSync(join(project, 'Cargo.toml'));

/** The library at `path`: its version, or the defect for which it does not serve. */
function look(path) {
  try {
    const { FG } = require('../dist/native/generated.js');
    const library = require('koffi').load(path);
    const call = (name, type) => library.func(name, type, [])();
    const abi = call('fg_abi_version', 'uint32_t');
    if (abi < FG.ABI_VERSION) return { defect: `its fg_abi_version is ${abi}, ${FG.ABI_VERSION} is needed` };
    return { version: `libframegate ${call('fg_version', 'str')}, ABI ${abi}, on FFmpeg ${call('fg_ffmpeg_version', 'str')}` };
  } catch (error) {
    return { defect: error.message };
  }
}

/** Where the system's library, which has been loaded, lies. */
const loadedPath = () => /\S+\/libframegate\.so\S*$/m.exec(readFileSync('/proc/self/maps', 'utf8'))?.[0] ?? SONAME;

function build() {
  const sources = isCheckout ? project : join(root, 'sources');
  if (!existsSync(sources)) fail('this package has no sources to build it from');
  const target = process.env.CARGO_TARGET_DIR || (isCheckout ? join(project, 'target') : join(root, 'build'));
  const cargo = process.env.CARGO || 'cargo';
  say(`no library found: building it in ${target}`);
  say(`that takes some minutes, fewer with more processors (here ${availableParallelism()}) and if cargo has the crates already`);
  if (process.env.npm_lifecycle_event) say('npm shows this, and cargo\'s progress, with: npm install --foreground-scripts');
  const { status, error } = spawnSync(cargo, ['build', '--release', '--lib', '--locked'], {
    cwd: sources,
    stdio: 'inherit',
    env: { ...process.env, CARGO_TARGET_DIR: target, CARGO_PROFILE_RELEASE_STRIP: 'debuginfo' },
  });
  if (status !== 0) fail(`cargo build ${error ? `cannot run: ${error.message}` : 'failed'}. ${NEEDS}`);
  mkdirSync(dirname(packaged), { recursive: true });
  copyFileSync(join(target, 'release', 'libframegate.so'), packaged);
  rmSync(join(root, 'build'), { recursive: true, force: true });
  const { version, defect } = look(packaged);
  if (defect) fail(`the library that was built cannot be used: ${defect}`);
  say(`built ${packaged}: ${version}`);
}

function say(text) {
  console.log(`framegate: ${text}`);
}

function fail(reason) {
  console.error(`framegate: ${reason}`);
  process.exit(1);
}

/** Where a library may be that nobody named, and what that is called. */
const PLACES = [
  [packaged, () => `in the package, ${packaged}`],
  [SONAME, () => `the system's, ${loadedPath()}`],
];

function install() {
  const { FRAMEGATE_LIBRARY: named } = process.env;
  if (named) {
    const { version, defect } = look(named);
    if (defect) fail(`FRAMEGATE_LIBRARY is ${named}, which cannot be used: ${defect}`);
    return say(`FRAMEGATE_LIBRARY is ${named}: ${version}. Nothing to do`);
  }
  for (const [path, name] of PLACES) {
    const { version, defect } = look(path);
    if (version) return say(`found ${name()}: ${version}. Nothing to do`);
    if (path === packaged && existsSync(path)) say(`${path} cannot be used: ${defect}`);
  }
  build();
}

const [argument] = process.argv.slice(2);
if (argument === '--help' || argument === '-h') {
  process.stdout.write(USAGE);
  process.exit();
}
if (argument !== undefined) fail(`"${argument}" is not an argument of framegate-install: there is --help`);
if (isCheckout && spawnSync('npm', ['run', 'build'], { cwd: root, stdio: 'inherit' }).status !== 0) {
  fail('the package does not compile: TypeScript is a development dependency: run `npm ci --ignore-scripts` in its folder first, without --omit=dev');
}
install();
