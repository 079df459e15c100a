// What W3C asks of configurations, the same of every codec.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { name, rejectsTypeError, throwsTypeError } from './assertions.mjs';

/** Those that are a TypeError at once, by what is wrong with them. */
export function testInvalid(Codec, configurations) {
  for (const [what, config] of Object.entries(configurations)) {
    test(`invalid: ${what}`, async () => {
      const codec = new Codec({ output() {}, error() {} });
      throwsTypeError(() => codec.configure(config), new RegExp(`'configure' on '${Codec.name}'`));
      assert.equal(codec.state, 'unconfigured');
      await rejectsTypeError(Codec.isConfigSupported(config), new RegExp(`'isConfigSupported' on '${Codec.name}'`));
      codec.close();
    });
  }
}

/**
 * Those that close their codec with one NotSupportedError. What is not found out before it works, `submit` brings to light.
 * `supported` is what isConfigSupported() says of them.
 */
export function testUnsupported(Codec, configurations, { submit = () => {}, supported = false } = {}) {
  for (const [what, config] of Object.entries(configurations)) {
    test(`unsupported: ${what}`, async () => {
      const errors = [];
      const codec = new Codec({ output() {}, error: (error) => errors.push(error) });
      assert.equal((await Codec.isConfigSupported(config)).supported, supported);
      codec.configure(config);
      submit(codec);
      await assert.rejects(codec.flush(), name('NotSupportedError'));
      assert.equal(codec.state, 'closed');
      assert.equal(errors.length, 1);
      assert.match(errors[0].message, /^(?!NotSupportedError)./);
    });
  }
}
