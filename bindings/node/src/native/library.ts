import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { Backend } from './backend';
import { ffiNapiBackend } from './ffi_napi';
import { bindFramegate, type NativeFunctions } from './functions';
import { FG } from './generated';
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
export function openLibrary(backend: Backend): NativeFunctions {
  const packaged = join(__dirname, '..', '..', 'native', SONAME);
  const path = process.env['FRAMEGATE_LIBRARY'] || (existsSync(packaged) ? packaged : SONAME);
  try {
    return checkVersion(bindFramegate(backend.open(path)), path);
  } catch (cause) {
    const how = 'set FRAMEGATE_LIBRARY to its path, install it, or run "npx framegate-install"';
    throw new Error(`framegate: the library ${path} cannot be used: ${(cause as Error).message} (${how})`, { cause });
  }
}

/** The number grows with functions and struct members, of which the package has those that were there when it was made. */
function checkVersion(functions: NativeFunctions, path: string): NativeFunctions {
  const version = functions.fg_abi_version();
  if (version < FG.ABI_VERSION) {
    throw new Error(`${path} has fg_abi_version ${version}, this package needs ${FG.ABI_VERSION} or newer`);
  }
  return functions;
}
