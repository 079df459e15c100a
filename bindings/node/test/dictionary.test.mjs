// Dictionaries that are converted by a table of keys, whatever keys it has.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';

const require = createRequire(import.meta.url);
const { dictionaryOf } = require('../dist/codec/dictionary.js');

const TABLE = [
  { name: 'zone', form: 'DOMString' },
  { name: 'bits', form: 'unsigned long long', least: 1 },
  { name: 'count', form: 'unsigned long', least: 0 },
  { name: 'avc', form: 'members', members: [{ name: 'format', form: 'enumeration', type: 'AvcBitstreamFormat' }] },
  { name: 'flac', form: 'members', members: [{ name: 'level', form: 'unsigned long', least: 0, most: 8, initial: 5 }, { name: 'fast', form: 'boolean', initial: false }] },
  { name: 'mode', form: 'enumeration', type: 'LatencyMode' },
];
const convert = dictionaryOf(TABLE, { own: { convert: (value) => value, isRequired: true }, zone: { fallback: 'here' } });
const converted = (value) => convert(value, 'context', 'config');

test('members are read in the order of their names, once', () => {
  const read = [];
  converted(new Proxy({ own: 1 }, { get: (object, key) => (read.push(key), object[key]) }));
  assert.deepEqual(read, ['avc', 'bits', 'count', 'flac', 'mode', 'own', 'zone']);
});

test('what is missing has its default, or is not there', () => {
  assert.deepEqual(converted({ own: 1 }), { mode: 'quality', own: 1, zone: 'here' });
  assert.deepEqual(converted({ own: 1, avc: {} }).avc, { format: 'avc' });
  assert.deepEqual(converted({ own: 1, flac: { fast: 1 } }).flac, { fast: true, level: 5 });
  assert.throws(() => converted({}), { name: 'TypeError', message: 'context: required member own is missing' });
});

test('numbers below the least and above the most are a TypeError, also those of 64 bits', () => {
  assert.equal(converted({ own: 1, count: '0' }).count, 0);
  assert.equal(converted({ own: 1, bits: 2 ** 40 }).bits, 2 ** 40);
  assert.throws(() => converted({ own: 1, bits: 0 }), { name: 'TypeError', message: 'context: bits is 0, allowed is 1 or more' });
  assert.throws(() => converted({ own: 1, count: 2 ** 32 }), TypeError);
  assert.throws(() => converted({ own: 1, flac: { level: 9 } }), { name: 'TypeError', message: 'context: level is 9, allowed are 0 to 8' });
});
