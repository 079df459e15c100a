// W3C WebCodecs, "VideoColorSpace Interface".
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { VideoColorSpace } from 'framegate';
import { assertInterface, throwsTypeError } from '../support/assertions.mjs';

const VALUES = {
  primaries: ['bt709', 'bt470bg', 'smpte170m', 'bt2020', 'smpte432'],
  transfer: ['bt709', 'smpte170m', 'iec61966-2-1', 'linear', 'pq', 'hlg'],
  matrix: ['rgb', 'bt709', 'bt470bg', 'smpte170m', 'bt2020-ncl'],
  fullRange: [true, false],
};
const NOTHING = { primaries: null, transfer: null, matrix: null, fullRange: null };

test('the interface', () => {
  assertInterface(VideoColorSpace, { constructorLength: 0, attributes: Object.keys(NOTHING), methods: { toJSON: 0 } });
});

test('every member defaults to null', () => {
  for (const init of [undefined, null, {}, NOTHING, { primaries: undefined }]) {
    assert.deepEqual(new VideoColorSpace(init).toJSON(), NOTHING);
  }
});

test('every value of every enumeration is kept', () => {
  for (const [member, values] of Object.entries(VALUES)) {
    for (const value of values) {
      const space = new VideoColorSpace({ [member]: value });
      assert.equal(space[member], value);
      assert.deepEqual(space.toJSON(), { ...NOTHING, [member]: value });
    }
  }
});

test('other values of an enumeration are TypeErrors that name the member', () => {
  for (const member of ['primaries', 'transfer', 'matrix']) {
    for (const value of ['', 'BT709', 'bt601', 7, {}]) {
      throwsTypeError(() => new VideoColorSpace({ [member]: value }), new RegExp(`VideoColorSpace.*${member}`));
    }
  }
  throwsTypeError(() => new VideoColorSpace(7), /init is not an object/);
});

test('fullRange is converted to a boolean', () => {
  assert.equal(new VideoColorSpace({ fullRange: 1 }).fullRange, true);
  assert.equal(new VideoColorSpace({ fullRange: '' }).fullRange, false);
});

test('members are read once, in the order of their names, and later changes do not count', () => {
  const read = [];
  const init = new Proxy({ primaries: 'bt709' }, { get: (target, key) => (read.push(key), target[key]) });
  const space = new VideoColorSpace(init);
  assert.deepEqual(read, ['fullRange', 'matrix', 'primaries', 'transfer']);
  space.toJSON().primaries = 'bt2020';
  assert.equal(space.primaries, 'bt709');
});

test('JSON', () => {
  const init = { primaries: 'smpte432', transfer: 'pq', matrix: 'rgb', fullRange: false };
  assert.deepEqual(JSON.parse(JSON.stringify(new VideoColorSpace(init))), init);
});
