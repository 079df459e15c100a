import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { ABI_VERSION } from './abi_version';
import type { Backend, NativeLibrary } from './backend';
import { ffiNapiBackend } from './ffi_napi';
import { koffiBackend } from './koffi';

const SONAME = 'libframegate.so.0';

/** The foreign function interface that FRAMEGATE_FFI names; koffi if it is not set. */
export function chooseBackend(): Backend {
  const name = process.env['FRAMEGATE_FFI'] || 'koffi';
  if (name === 'koffi') return koffiBackend();
  if (name === 'ffi-napi') return ffiNapiBackend();
  throw new Error(`FRAMEGATE_FFI is "${name}", allowed are "koffi" and "ffi-napi"`);
}

/** Opens FRAMEGATE_LIBRARY if it is set, else the library inside the package, else the system's. */
export function openLibrary(backend: Backend): NativeLibrary {
  const packaged = join(__dirname, '..', '..', 'native', SONAME);
  const path = process.env['FRAMEGATE_LIBRARY'] || (existsSync(packaged) ? packaged : SONAME);
  try {
    return checkVersion(backend.open(path), path);
  } catch (cause) {
    const how = 'set FRAMEGATE_LIBRARY to its path, install it, or run "npx framegate-install"';
    throw new Error(`framegate: the library ${path} cannot be used: ${(cause as Error).message} (${how})`, { cause });
  }
}

function checkVersion(library: NativeLibrary, path: string): NativeLibrary {
  const version = library.bind('fg_abi_version', 'u32', [])() as number;
  if (version < ABI_VERSION) {
    throw new Error(`${path} has fg_abi_version ${version}, this package needs ${ABI_VERSION} or newer`);
  }
  return library;
}
