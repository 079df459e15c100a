/** Configuration dictionaries, converted by the tables of the library's keys. */
import { ENUMERATIONS } from '../native/generated';
import type { KeyRow } from '../native/key_row';
import {
  boolean,
  bufferSourceCopy,
  dictionary,
  domString,
  double,
  enumeration,
  optional,
  required,
  unsignedLong,
  unsignedLongLong,
  within,
  withoutUndefined,
  type Conversion,
  type Members,
} from '../webidl';

interface Member {
  readonly convert: Conversion<unknown>;
  /** What it is when it is missing. */
  readonly fallback?: unknown;
  readonly isRequired?: boolean;
}

/** What tables do not say, by the names of members. One that is in no table needs a `convert`. */
type Own<T> = { readonly [K in keyof T]?: Partial<Member> };

/** The conversion to a dictionary with the members of the table and our own, in the order of their names as Web IDL has it. */
export function dictionaryOf<T extends object>(rows: readonly KeyRow[], own: Own<T> = {}): Conversion<T> {
  const inTable = Object.fromEntries(rows.map((row) => [row.name, memberOf(row)]));
  const names = Object.keys({ ...inTable, ...own }).sort();
  const members = names.map((key) => [key, { ...inTable[key], ...own[key as keyof T] } as Member] as const);
  return (value, context, name) => {
    const given = dictionary(value, context, name);
    const converted = members.map(([key, member]) => [key, valueOf(given, key, member, context)] as const);
    return withoutUndefined(Object.fromEntries(converted)) as T;
  };
}

function valueOf(given: Members, key: string, { convert, fallback, isRequired }: Member, context: string): unknown {
  return isRequired ? required(given, key, convert, context) : optional(given, key, convert, context, fallback);
}

function memberOf(row: KeyRow): Member {
  switch (row.form) {
    case 'unsigned long':
      return { convert: within(row.least, unsignedLong, row.most), fallback: row.initial };
    case 'unsigned long long':
      return { convert: within(row.least, unsignedLongLong, row.most), fallback: row.initial };
    case 'double':
      return { convert: double };
    case 'boolean':
      return { convert: boolean, fallback: row.initial };
    case 'DOMString':
      return { convert: domString };
    case 'BufferSource':
      return { convert: bufferSourceCopy };
    case 'enumeration': {
      const words: readonly string[] = ENUMERATIONS[row.type];
      return { convert: enumeration(row.type, words), fallback: words[0] };
    }
    case 'members':
      return { convert: dictionaryOf(row.members) };
  }
}
