// The generated tables against the C header, as a C compiler sees it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const { FG, PROTOTYPES, STRUCTS } = require('../dist/native/generated.js');
const native = require('../dist/native/index.js');
const { lazyObject } = require('../dist/native/lazy.js');
const { structType } = require('../dist/native/struct_buffer.js');

const include = fileURLToPath(new URL('../../../include', import.meta.url));
const header = readFileSync(join(include, 'framegate.h'), 'utf8');

let folder;
before(() => (folder = mkdtempSync(join(tmpdir(), 'framegate-header-'))));
after(() => rmSync(folder, { recursive: true }));

/** Prints C expressions of unsigned and signed numbers. */
function evaluate(expressions, declarations = '') {
  const prints = expressions.map((expression) => `printf("%lld\\n", (long long)(${expression}));`);
  writeFileSync(join(folder, 'c.c'), `
    #include <framegate.h>
    #include <stdio.h>
    #include <string.h>
    int main(void) { ${declarations} ${prints.join('\n')} return 0; }
  `);
  execFileSync('cc', ['-I', include, '-o', join(folder, 'c'), join(folder, 'c.c')]);
  return execFileSync(join(folder, 'c'), { encoding: 'utf8' }).trim().split('\n').map(Number);
}

/** What the header says somewhere: the first group of each match. */
const inHeader = (pattern) => [...header.matchAll(pattern)].map((match) => match[1]);

for (const [name, fields] of Object.entries(STRUCTS)) {
  const type = structType(fields);
  const { layout } = type;

  test(`${name} is laid out as in the header`, () => {
    const members = Object.keys(layout.offsets);
    const found = evaluate([`sizeof(${name})`, ...members.map((member) => `offsetof(${name}, ${member})`)]);
    assert.deepEqual(found, [layout.size, ...Object.values(layout.offsets)]);
    const body = header.match(new RegExp(`typedef struct ${name} \\{([\\s\\S]*?)\\n\\} ${name};`))[1].replace(/\/\*[\s\S]*?\*\//g, '');
    const declared = [...body.matchAll(/\(\*(\w+)\)\([^)]*\);|(\w+)(?:\[\d+\])?;/g)].map(([, called, plain]) => called ?? plain);
    assert.deepEqual(members, declared, 'every member, in order');
  });

  test(`${name} begins as its initialiser says`, () => {
    const initialiser = `${name.toUpperCase()}_INIT`;
    const bytes = evaluate(Array.from({ length: layout.size }, (_, i) => `((unsigned char *)&s)[${i}]`), `${name} s; memset(&s, 0, sizeof s); { ${name} init = ${initialiser}; memcpy(&s, &init, sizeof s); }`);
    assert.deepEqual([...new type().bytes], bytes);
  });
}

test('the structs are those of the header', () => {
  assert.deepEqual(Object.keys(STRUCTS), inHeader(/^typedef struct (\w+) \{/gm));
});

test('the constants are those of the header', () => {
  const names = Object.keys(FG).map((name) => `FG_${name}`);
  assert.deepEqual(evaluate(names), Object.values(FG));
  assert.deepEqual(names.toSorted(), inHeader(/^#define (FG_\w+) -?\d+$/gm).toSorted());
});

test('every function is declared with those parameters', () => {
  assert.deepEqual(Object.keys(PROTOTYPES).toSorted(), inHeader(/^[a-z][^\n(]*?\b(fg_\w+)\(/gm).toSorted());
  const kinds = { text: /^const char \*/, i32: /^(fg_status|int32_t)\b/, u32: /^uint32_t\b/, i64: /^int64_t\b/, u64: /^uint64_t\b/, void: /^void\b/, size: /^size_t\b/, address: /\*/, bytes: /\*/ };
  for (const [name, [result, ...parameters]] of Object.entries(PROTOTYPES)) {
    const declaration = header.match(new RegExp(`^([a-z][^\\n(]*?)\\b${name}\\(([^;]*)\\);`, 'm'));
    assert.ok(declaration, `${name} is in the header`);
    const callbacks = /\(\*\w+\)\([^)]*\)/g;
    const declared = declaration[2].replace(callbacks, '*').replace(/\s+/g, ' ').split(', ').filter((text) => text !== 'void');
    assert.match(declaration[1].replace('struct ', ''), kinds[result], name);
    assert.equal(declared.length, parameters.length, name);
    declared.forEach((text, i) => assert.match(text, kinds[parameters[i]], `${name}: ${text}`));
  }
});

describe('struct buffers', () => {
  const Numbers = structType({ a: { type: 'i64', initial: -1 }, b: { type: 'u64', initial: 0 }, c: { type: 'i32', initial: 0, length: 2 } });

  test('64-bit members are exact to 2^53 on either side, and for FG_NO_TIMESTAMP', () => {
    const numbers = new Numbers();
    assert.equal(numbers.a, -1);
    for (const value of [0, 1, -1, 2 ** 32, -(2 ** 32), 2 ** 32 - 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, -(2 ** 63)]) {
      numbers.a = value;
      assert.equal(numbers.a, value);
      assert.equal(new DataView(numbers.bytes.buffer).getBigInt64(8, true), BigInt(value));
    }
    numbers.b = Number.MAX_SAFE_INTEGER;
    assert.equal(numbers.b, Number.MAX_SAFE_INTEGER);
  });

  test('arrays, and initialise()', () => {
    const numbers = new Numbers();
    numbers.c.set(1, -7);
    assert.deepEqual([numbers.c.length, numbers.c.get(0), numbers.c.get(1)], [2, 0, -7]);
    numbers.initialise();
    assert.equal(numbers.c.get(1), 0);
  });
});

test('a property that is made when it is first read is made once, and plain then', () => {
  const made = [];
  const object = lazyObject(['one', 'two'], (key) => (made.push(key), { key }));
  assert.equal(object.two, object.two);
  assert.deepEqual(made, ['two']);
  assert.deepEqual(Object.getOwnPropertyDescriptor(object, 'two').value, { key: 'two' });
});

describe('memory', () => {
  test('is copied both ways, shared memory too', () => {
    const bytes = Uint8Array.from({ length: 100 }, (_, i) => i);
    assert.deepEqual([...native.copyOfMemory(native.addressOf(bytes), 100)], [...bytes]);
    assert.equal(native.copyOfMemory(0, 0).length, 0);
    const view = bytes.subarray(10, 20);
    assert.equal(native.addressOf(view), native.addressOf(bytes) + 10);
  });

  test('calls on the pool give what direct calls give, also many at once', async () => {
    const slot = new native.ResultSlot();
    native.check(native.native.fg_config_new('framegate.null', slot.bytes));
    const config = slot.value;
    for (const key of ['width', 'height']) native.check(native.native.fg_config_set(config, key, '64'));
    const supported = await Promise.all(Array.from({ length: 300 }, () => native.native.fg_encoder_is_config_supported.onPool(config)));
    assert.ok(supported.every((status) => status === 0));
    native.native.fg_config_free(config);
  });
});

test('FRAMEGATE_FFI and FRAMEGATE_LIBRARY: errors name the thing and what is allowed', () => {
  const load = (env) => {
    try {
      execFileSync(process.execPath, ['-e', 'require("framegate")'], { cwd: fileURLToPath(new URL('.', import.meta.url)), env: { ...process.env, ...env }, stdio: 'pipe' });
    } catch (error) {
      return String(error.stderr);
    }
    return '';
  };
  assert.equal(load({}), '');
  assert.match(load({ FRAMEGATE_FFI: 'napi' }), /FRAMEGATE_FFI is "napi", allowed are "koffi" and "ffi-napi"/);
  assert.match(load({ FRAMEGATE_LIBRARY: '/nowhere.so' }), /library \/nowhere\.so cannot be used: .*FRAMEGATE_LIBRARY/s);
  assert.match(load({ FRAMEGATE_LIBRARY: '/lib/x86_64-linux-gnu/libc.so.6' }), /cannot be used/);
});
