/** Configurations as the library takes them: text by key, members of members with a dot. */
import { types } from 'node:util';

import { domException, check, copyOfMemory, native, ResultSlot } from '../native';
import { typeError } from '../native/errors';

const slot = new ResultSlot();
const sizeSlot = new ResultSlot();
const text = Buffer.alloc(256);

/**
 * Makes an fg_config of converted dictionaries: members that are undefined or null are not there, bytes are
 * Uint8Arrays. Whoever gets it frees it. Throws what the library says of a value that it does not take.
 */
export function newConfig(codec: string, values: object): number {
  // The library's strings end at the first NUL: what is behind it must not be lost.
  if (codec.includes('\0')) throw domException('NotSupportedError', `codec ${JSON.stringify(codec)} is not known`);
  check(native.fg_config_new(codec, slot.bytes));
  const config = slot.value;
  try {
    setAll(config, '', values);
  } catch (error) {
    native.fg_config_free(config);
    throw error;
  }
  return config;
}

function setAll(config: number, prefix: string, values: object): void {
  for (const [name, value] of Object.entries<unknown>({ ...values })) {
    if (value === undefined || value === null) continue;
    const key = prefix + name;
    if (types.isUint8Array(value)) check(native.fg_config_set_bytes(config, whole(key), value, value.length));
    else if (typeof value === 'object') setAll(config, `${key}.`, value);
    else check(native.fg_config_set(config, whole(key), whole(String(value))));
  }
}

/** A text without a NUL, which would end it in the library. */
function whole(given: string): string {
  if (given.includes('\0')) throw typeError(`${JSON.stringify(given)} has a NUL in it, which no key or value has`);
  return given;
}

/** A key's value, or undefined if it has none. */
export function configText(config: number, key: string): string | undefined {
  check(native.fg_config_get(config, key, text, text.length));
  const end = text.indexOf(0);
  return end === 0 ? undefined : text.toString('utf8', 0, end);
}

export function configNumber(config: number, key: string): number | undefined {
  const value = configText(config, key);
  return value === undefined ? undefined : Number(value);
}

export function configBoolean(config: number, key: string): boolean | undefined {
  const value = configText(config, key);
  return value === undefined ? undefined : value === 'true';
}

/** A copy of a key's bytes, or undefined if it has none. */
export function configBytes(config: number, key: string): Uint8Array | undefined {
  check(native.fg_config_get_bytes(config, key, slot.bytes, sizeSlot.bytes));
  return sizeSlot.value === 0 ? undefined : copyOfMemory(slot.value, sizeSlot.value);
}
