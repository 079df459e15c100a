import assert from 'node:assert/strict';

/** A TypeError of ours, whose message says why. */
export function throwsTypeError(code, reason) {
  assert.throws(code, (error) => isTypeError(error, reason));
}

/** A DOMException of this name, whose message says why. */
export function throwsDom(code, name, reason = /./) {
  assert.throws(code, (error) => isDom(error, name, reason));
}

export const rejectsTypeError = (promise, reason) => assert.rejects(promise, (error) => isTypeError(error, reason));

export const rejectsDom = (promise, name, reason = /./) =>
  assert.rejects(promise, (error) => isDom(error, name, reason));

/** A DOMException of this name, for assert.throws and assert.rejects. */
export const name = (expected) => (error) => error instanceof DOMException && error.name === expected;

function isTypeError(error, reason) {
  assert.equal(error?.constructor, TypeError, String(error?.stack));
  return saysWhy(error, reason);
}

function isDom(error, name, reason) {
  assert.ok(error instanceof DOMException, String(error?.stack));
  assert.equal(error.name, name, error.message);
  return saysWhy(error, reason);
}

/** The name stands before the message wherever an error is printed, so it is not in it. */
function saysWhy({ message }, reason) {
  assert.match(message, reason);
  assert.doesNotMatch(message, /^\w*(Error|Exception)\b/);
  return true;
}

/** The members of a Web IDL interface, all enumerable, on its own prototype. */
export function assertInterface(type, { attributes, writable = [], methods = {}, constructorLength }) {
  assert.equal(type.length, constructorLength, `${type.name}.length`);
  assert.equal(Object.prototype.toString.call(Object.create(type.prototype)), `[object ${type.name}]`);
  for (const name of attributes) {
    const property = Object.getOwnPropertyDescriptor(type.prototype, name);
    assert.equal(typeof property?.get, 'function', name);
    assert.equal(property.set !== undefined, writable.includes(name), `${name} is${writable.includes(name) ? ' not' : ''} read-only`);
    assert.equal(property.enumerable, true, `${name} is enumerable`);
    assert.throws(() => type.prototype[name], TypeError, `${name} of what is no ${type.name}`);
  }
  for (const [name, length] of Object.entries(methods)) {
    const property = Object.getOwnPropertyDescriptor(type.prototype, name);
    assert.equal(typeof property?.value, 'function', name);
    assert.equal(property.value.length, length, `${name}.length`);
    assert.equal(property.enumerable, true, `${name} is enumerable`);
  }
  assert.throws(() => type(), TypeError, 'without new');
}
