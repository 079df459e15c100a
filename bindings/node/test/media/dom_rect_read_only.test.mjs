// Geometry Interfaces Module, "DOMRectReadOnly".
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { DOMRectReadOnly } from 'framegate';
import { assertInterface } from '../support/assertions.mjs';

const ATTRIBUTES = ['x', 'y', 'width', 'height', 'top', 'right', 'bottom', 'left'];
const membersOf = (rect) => Object.fromEntries(ATTRIBUTES.map((name) => [name, rect[name]]));

test('the interface', () => {
  assertInterface(DOMRectReadOnly, { constructorLength: 0, attributes: ATTRIBUTES, methods: { toJSON: 0 } });
});

test('members default to 0', () => {
  assert.deepEqual(membersOf(new DOMRectReadOnly()), membersOf({ x: 0, y: 0, width: 0, height: 0, top: 0, right: 0, bottom: 0, left: 0 }));
});

test('edges are computed, also of negative sizes', () => {
  const expected = { x: 1, y: 2, width: 3, height: 4, top: 2, right: 4, bottom: 6, left: 1 };
  assert.deepEqual(membersOf(new DOMRectReadOnly(1, 2, 3, 4)), expected);
  assert.deepEqual(new DOMRectReadOnly(1, 2, 3, 4).toJSON(), expected);
  const negative = { x: 10, y: 20, width: -3, height: -4, top: 16, right: 10, bottom: 20, left: 7 };
  assert.deepEqual(membersOf(new DOMRectReadOnly(10, 20, -3, -4)), negative);
});

test('numbers are unrestricted doubles', () => {
  const rect = new DOMRectReadOnly('1.5', NaN, Infinity, { valueOf: () => 2 });
  assert.deepEqual([rect.x, rect.y, rect.width, rect.height], [1.5, NaN, Infinity, 2]);
  assert.ok(Number.isNaN(rect.top) && Number.isNaN(rect.bottom));
  assert.throws(() => new DOMRectReadOnly(1n), TypeError);
});

test('fromRect', () => {
  assert.deepEqual(DOMRectReadOnly.fromRect().toJSON(), new DOMRectReadOnly().toJSON());
  assert.deepEqual(DOMRectReadOnly.fromRect({ y: 2, width: 3 }).toJSON(), new DOMRectReadOnly(0, 2, 3, 0).toJSON());
  assert.ok(DOMRectReadOnly.fromRect({}) instanceof DOMRectReadOnly);
});
