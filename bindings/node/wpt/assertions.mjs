// The assertions of testharness.js.

export class AssertionError extends Error {
  get name() {
    return 'AssertionError';
  }
}
export class NotImplementedHere extends AssertionError {}

export function show(value, depth = 0) {
  if (typeof value === 'string') return JSON.stringify(value.length > 200 ? value.slice(0, 200) + '…' : value);
  if (typeof value === 'bigint') return `${value}n`;
  if (Object.is(value, -0)) return '-0';
  if (value === null || typeof value !== 'object') return typeof value === 'function' ? `function ${value.name}` : String(value);
  if (Array.isArray(value) && depth < 2) return `[${value.slice(0, 20).map((item) => show(item, depth + 1)).join(', ')}${value.length > 20 ? ', …' : ''}]`;
  if (value instanceof Error || value instanceof DOMException) return `${value.name}: ${value.message}`;
  let text;
  try {
    text = String(value);
  } catch {
    text = Object.prototype.toString.call(value);
  }
  return `object "${text}"`;
}

function fail(what, description) {
  throw new AssertionError(description ? `${description}: ${what}` : what);
}
function check(condition, what, description) {
  if (!condition) fail(typeof what === 'function' ? what() : what, description);
}

const near = (actual, expected, epsilon) => actual === expected || (Number.isNaN(actual) && Number.isNaN(expected)) || Math.abs(actual - expected) <= epsilon;
const comparison = (word, holds) => (actual, expected, description) => {
  check(typeof actual === typeof expected && ['number', 'bigint'].includes(typeof actual), () => `expected a number, got ${show(actual)}`, description);
  check(holds(actual, expected), () => `expected a number ${word} ${show(expected)}, got ${show(actual)}`, description);
};

function checkThrownDom(error, type, constructor, description) {
  check(error !== null && typeof error === 'object', () => `threw ${show(error)}, which is no object`, description);
  const names = { INDEX_SIZE_ERR: 'IndexSizeError', INVALID_STATE_ERR: 'InvalidStateError', NOT_SUPPORTED_ERR: 'NotSupportedError', DATA_CLONE_ERR: 'DataCloneError', SYNTAX_ERR: 'SyntaxError' };
  const name = names[type] ?? type;
  check(error.name === name, () => `threw ${show(error)} (${error.constructor?.name}) instead of a DOMException ${name}`, description);
  check(error instanceof DOMException || error.constructor === constructor, () => `threw a ${error.constructor?.name} named ${name}, which is no DOMException`, description);
  check(error.constructor === constructor, () => `threw a ${name} of another constructor`, description);
}
function checkThrownJs(error, constructor, description) {
  check(error !== null && typeof error === 'object', () => `threw ${show(error)}, which is no object`, description);
  check(error.constructor === constructor && error.name === constructor.name, () => `threw ${show(error)} (${error.constructor?.name}) instead of a ${constructor.name}`, description);
}
function thrownBy(run, expected, description) {
  try {
    run.call(this);
  } catch (error) {
    return error;
  }
  return fail(`threw nothing instead of ${expected}`, description);
}
async function rejectionOf(promise, expected, description) {
  let value;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  return fail(`the promise was fulfilled with ${show(value)} instead of rejected with ${expected}`, description);
}
/** (type, f, description) or (type, constructor, f, description) */
const withConstructor = (rest) => (typeof rest[0] === 'function' && typeof rest[1] === 'function' ? rest : [globalThis.DOMException, ...rest]);

export const assertions = {
  assert_true: (actual, description) => check(actual === true, () => `expected true, got ${show(actual)}`, description),
  assert_false: (actual, description) => check(actual === false, () => `expected false, got ${show(actual)}`, description),
  assert_equals(actual, expected, description) {
    check(typeof actual === typeof expected, () => `expected (${typeof expected}) ${show(expected)}, got (${typeof actual}) ${show(actual)}`, description);
    check(Object.is(actual, expected), () => `expected ${show(expected)}, got ${show(actual)}`, description);
  },
  assert_not_equals: (actual, expected, description) => check(!Object.is(actual, expected), () => `got the disallowed value ${show(actual)}`, description),
  assert_in_array: (actual, expected, description) => check(expected.includes(actual), () => `${show(actual)} is not in ${show(expected)}`, description),
  assert_object_equals(actual, expected, description) {
    const seen = new Set();
    (function compare(a, e) {
      check(typeof a === 'object' && a !== null, () => `expected an object, got ${show(a)}`, description);
      seen.add(a);
      for (const key in a) {
        check(Object.hasOwn(e, key), () => `unexpected property ${show(key)}`, description);
        if (typeof a[key] === 'object' && a[key] !== null) {
          if (!seen.has(a[key])) compare(a[key], e[key]);
        } else check(Object.is(a[key], e[key]), () => `property ${show(key)}: expected ${show(e[key])}, got ${show(a[key])}`, description);
      }
      for (const key in e) check(Object.hasOwn(a, key), () => `property ${show(key)} is missing`, description);
    })(actual, expected);
  },
  assert_array_equals(actual, expected, description) {
    check(typeof actual === 'object' && actual !== null && 'length' in actual, () => `expected an array, got ${show(actual)}`, description);
    check(actual.length === expected.length, () => `lengths differ: expected ${show([...expected])} (${expected.length}), got ${show([...actual])} (${actual.length})`, description);
    for (let i = 0; i < actual.length; i++) check(Object.is(actual[i], expected[i]), () => `item ${i}: expected ${show(expected[i])}, got ${show(actual[i])}`, description);
  },
  assert_array_approx_equals(actual, expected, epsilon, description) {
    check(actual.length === expected.length, () => `lengths differ: expected ${expected.length}, got ${actual.length}`, description);
    for (let i = 0; i < actual.length; i++) check(near(actual[i], expected[i], epsilon), () => `item ${i}: expected ${show(expected[i])} +/- ${epsilon}, got ${show(actual[i])}`, description);
  },
  assert_approx_equals(actual, expected, epsilon, description) {
    check(typeof actual === 'number', () => `expected a number, got ${show(actual)}`, description);
    check(near(actual, expected, epsilon), () => `expected ${show(expected)} +/- ${epsilon}, got ${show(actual)}`, description);
  },
  assert_less_than: comparison('less than', (a, e) => a < e),
  assert_greater_than: comparison('greater than', (a, e) => a > e),
  assert_less_than_equal: comparison('less than or equal to', (a, e) => a <= e),
  assert_greater_than_equal: comparison('greater than or equal to', (a, e) => a >= e),
  assert_between_inclusive: (actual, low, high, description) => check(actual >= low && actual <= high, () => `expected ${low} to ${high}, got ${show(actual)}`, description),
  assert_between_exclusive: (actual, low, high, description) => check(actual > low && actual < high, () => `expected between ${low} and ${high}, got ${show(actual)}`, description),
  assert_regexp_match: (actual, expected, description) => check(expected.test(actual), () => `${show(actual)} does not match ${expected}`, description),
  assert_class_string: (object, name, description) => check({}.toString.call(object) === `[object ${name}]`, () => `expected "[object ${name}]", got "${{}.toString.call(object)}"`, description),
  assert_own_property: (object, name, description) => check(Object.hasOwn(object, name), () => `property ${show(name)} is missing`, description),
  assert_not_own_property: (object, name, description) => check(!Object.hasOwn(object, name), () => `unexpected property ${show(name)}`, description),
  assert_inherits(object, name, description) {
    check(name in object, () => `property ${show(name)} is missing in the prototype chain`, description);
    check(!Object.hasOwn(object, name), () => `property ${show(name)} is the object's own`, description);
  },
  assert_idl_attribute: (object, name, description) => check(name in object, () => `property ${show(name)} is missing`, description),
  assert_readonly(object, name, description) {
    const before = object[name];
    try {
      object[name] = before === 0 ? 1 : 0;
    } catch {}
    check(Object.is(object[name], before), () => `property ${show(name)} changed`, description);
  },
  assert_throws_dom(type, ...rest) {
    const [constructor, run, description] = withConstructor(rest);
    checkThrownDom(thrownBy(run, type, description), type, constructor, description);
  },
  assert_throws_js: (constructor, run, description) => checkThrownJs(thrownBy(run, constructor.name, description), constructor, description),
  assert_throws_exactly(expected, run, description) {
    const error = thrownBy(run, show(expected), description);
    check(Object.is(error, expected), () => `threw ${show(error)} instead of ${show(expected)}`, description);
  },
  assert_unreached: (description) => fail('reached what must not be reached', description),
  assert_implements: (condition, description) => check(condition, 'not implemented', description),
  assert_implements_optional(condition, description) {
    if (!condition) throw new NotImplementedHere(description);
  },
  assert_precondition(condition, description) {
    if (!condition) throw new NotImplementedHere(description);
  },
  assert_any: (assert, actual, expected, ...rest) => {
    const errors = expected.map((each) => {
      try {
        assert(actual, each, ...rest);
        return undefined;
      } catch (error) {
        return error.message;
      }
    });
    check(errors.includes(undefined), () => errors.join('; '));
  },
  promise_rejects_dom(test, type, ...rest) {
    const [constructor, promise, description] = typeof rest[0] === 'function' ? rest : [globalThis.DOMException, ...rest];
    return rejectionOf(promise, type, description).then((error) => checkThrownDom(error, type, constructor, description));
  },
  promise_rejects_js: (test, constructor, promise, description) => rejectionOf(promise, constructor.name, description).then((error) => checkThrownJs(error, constructor, description)),
  promise_rejects_exactly: (test, expected, promise, description) =>
    rejectionOf(promise, show(expected), description).then((error) => check(Object.is(error, expected), () => `rejected with ${show(error)} instead of ${show(expected)}`, description)),
};
