/** Configurations as the library takes them: text by key, members of members with a dot. */
import { types } from 'node:util';

import { check, copyOfMemory, domException, FG, native, ResultSlot } from '../native';
import { typeError } from '../native/errors';
import type { KeyRow } from '../native/key_row';
import { withoutUndefined } from '../webidl';

const slot = new ResultSlot();
const sizeSlot = new ResultSlot();
const text = Buffer.alloc(256);

/**
 * Makes an fg_config of converted dictionaries: members that are undefined or null are not there, bytes are
 * Uint8Arrays. Whoever gets it frees it. Throws what the library says of a value that it does not take.
 */
export function newConfig(codec: string, values: object): number {
  // The library's strings end at the first NUL, and white space around them does not count. W3C has no such codec strings.
  if (/\0|^[\t\n\f\r ]|[\t\n\f\r ]$/.test(codec)) throw domException('NotSupportedError', `codec ${JSON.stringify(codec)} is not known`);
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

/** What is set of the table's keys, as a dictionary. */
export function readConfig(config: number, rows: readonly KeyRow[]): object {
  return readMembers(config, rows, '', keysOfConfig(config));
}

function keysOfConfig(config: number): ReadonlySet<string> {
  const keys = new Set<string>();
  while (check(native.fg_config_key(config, keys.size, text, text.length)) === FG.OK) keys.add(writtenText());
  return keys;
}

function readMembers(config: number, rows: readonly KeyRow[], prefix: string, keys: ReadonlySet<string>): object {
  return withoutUndefined(
    Object.fromEntries(rows.map((row) => [row.name, readMember(config, row, prefix + row.name, keys)])),
  );
}

function readMember(config: number, row: KeyRow, key: string, keys: ReadonlySet<string>): unknown {
  if (row.form === 'members') return unlessEmpty(readMembers(config, row.members, `${key}.`, keys));
  if (!keys.has(key)) return undefined;
  if (row.form === 'BufferSource') return readBytes(config, key);
  check(native.fg_config_get(config, key, text, text.length));
  const value = writtenText();
  if (row.form === 'boolean') return value === 'true';
  return row.form === 'DOMString' || row.form === 'enumeration' ? value : Number(value);
}

const unlessEmpty = (members: object): object | undefined => (Object.keys(members).length > 0 ? members : undefined);

/** What the library has written to `text`. */
const writtenText = (): string => text.toString('utf8', 0, text.indexOf(0));

/** A copy of a key's bytes; undefined if it has none. */
function readBytes(config: number, key: string): Uint8Array | undefined {
  check(native.fg_config_get_bytes(config, key, slot.bytes, sizeSlot.bytes));
  return sizeSlot.value === 0 ? undefined : copyOfMemory(slot.value, sizeSlot.value);
}
