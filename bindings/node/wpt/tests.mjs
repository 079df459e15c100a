// The tests of testharness.js: what they are made with, and how they end.
import { writeSync } from 'node:fs';

import { assertions, AssertionError, NotImplementedHere, show } from './assertions.mjs';

const RESULTS_FD = 3;
export const tell = (row) => writeSync(RESULTS_FD, JSON.stringify(row) + '\n');

export const { setTimeout: delay, clearTimeout: cancel, queueMicrotask: soon } = globalThis;
const settings = { explicitDone: false, allowUncaught: false, explicitTimeout: false };
export const tests = { unfinished: new Set(), queue: Promise.resolve(), queued: 0, loaded: false, done: false, count: 0, ended: false, current: undefined };
export const options = { testLimit: 20 };
/** What the W3C text has, by name. */
export const interfaces = new Set();

/** Why a test cannot pass here, if it is something that the package or Node does not have at all. */
export function reasonOf(error, message) {
  const missing = /(?:^|\W)(\w+) is not (?:defined|a constructor)/.exec(message)?.[1];
  if (missing && interfaces.has(missing) && globalThis[missing] === undefined) return 'class';
  if (error instanceof NotImplementedHere) return 'codec';
  if (/no browser:|(?:document|window|indexedDB|HTML\w+|Worker) is not defined|DataCloneError|could not be cloned/.test(message)) return 'browser';
  if (/NotSupportedError/.test(message) && !/instead of/.test(message)) return 'codec';
  return undefined;
}

class Test {
  constructor(name, properties = {}) {
    tests.count += 1;
    Object.assign(this, { name: name ?? `(test ${tests.count})`, properties, status: undefined, message: undefined, phase: 'started', cleanups: [] });
    tests.unfinished.add(this);
    this.finished = new Promise((finish) => (this.finish = finish));
  }
  startTimer() {
    if (!settings.explicitTimeout) this.timer = delay(() => this.end('TIMEOUT', new Error(`longer than ${options.testLimit} s`)), options.testLimit * 1000);
  }
  /** The first end counts. */
  end(status, error) {
    if (this.phase !== 'started') return;
    this.phase = 'ended';
    this.status = status;
    if (error !== undefined) {
      this.message = error instanceof AssertionError ? error.message : show(error);
      if (!(error instanceof AssertionError) && error?.stack) {
        const where = /(?:at .*?)?([\w.-]+\.js:\d+):\d+/.exec(error.stack.replace(/[^\n]*harness\.mjs[^\n]*/g, ''))?.[1];
        if (where) this.message += ` (${where})`;
      }
      const subject = this.name.split(' ', 1)[0]; // idlharness.js names the interface first
      const missing = interfaces.has(subject) && globalThis[subject] === undefined;
      this.reason = (missing ? 'class' : reasonOf(error, this.message)) ?? (status === 'TIMEOUT' ? this.suspicion : undefined);
    }
    cancel(this.timer);
    void this.cleanUp();
  }
  failWith(error) {
    this.end(error instanceof NotImplementedHere ? 'SKIP' : 'FAIL', error);
  }
  async cleanUp() {
    for (const cleanup of this.cleanups) {
      try {
        await cleanup();
      } catch (error) {
        tell({ name: `(cleanup of ${this.name})`, status: 'ERROR', message: show(error) });
      }
    }
    tell({ name: this.name, status: this.status, reason: this.reason, message: this.message });
    tests.unfinished.delete(this);
    this.finish();
    endIfDone();
  }
  step(run, self = this, ...args) {
    if (this.phase !== 'started') return undefined;
    try {
      return run.apply(self, args);
    } catch (error) {
      this.failWith(error);
      return undefined;
    }
  }
  step_func(run, self = this) {
    return (...args) => this.step(run, self, ...args);
  }
  step_func_done(run, self = this) {
    return (...args) => {
      if (run) this.step(run, self, ...args);
      this.done();
    };
  }
  unreached_func(description) {
    return this.step_func((...args) => assertions.assert_unreached(args[0] instanceof Object && 'message' in args[0] ? `${description} (${show(args[0])})` : description));
  }
  step_timeout(run, ms, ...args) {
    return delay(this.step_func(() => run.apply(this, args)), ms);
  }
  async step_wait(condition, description, timeout = 3000, interval = 100) {
    for (const end = Date.now() + timeout; ; await new Promise((wake) => delay(wake, interval))) {
      if (await condition()) return;
      if (Date.now() > end) fail('waited in vain', description);
    }
  }
  step_wait_func(condition, run, description, timeout, interval) {
    this.step_wait(condition, description, timeout, interval).then(this.step_func(() => run()), (error) => this.failWith(error));
  }
  step_wait_func_done(condition, run, description, timeout, interval) {
    this.step_wait(condition, description, timeout, interval).then(this.step_func_done(run), (error) => this.failWith(error));
  }
  add_cleanup(cleanup) {
    this.cleanups.push(cleanup);
  }
  done() {
    this.end('PASS');
  }
}

export const functions = {
  test(run, name, properties) {
    const test = new Test(name, properties);
    const result = test.step(run, test, test);
    if (result !== undefined && typeof result?.then === 'function') test.failWith(new AssertionError('test() was given an asynchronous function'));
    test.done();
  },
  async_test(run, name, properties) {
    if (typeof run !== 'function') [run, name, properties] = [undefined, run, name];
    const test = new Test(name, properties);
    test.startTimer();
    if (run) test.step(run, test, test);
    return test;
  },
  promise_test(run, name, properties) {
    const test = new Test(name, properties);
    tests.queued += 1;
    tests.queue = tests.queue.then(async () => {
      tests.current = test;
      test.startTimer();
      const promise = test.step(run, test, test);
      Promise.resolve(promise).then(() => test.done(), (error) => test.failWith(error));
      await test.finished;
      tests.current = undefined;
      tests.queued -= 1;
      endIfDone();
    });
    return test;
  },
  promise_setup(run) {
    tests.queue = tests.queue.then(run).catch((error) => tell({ name: '(promise_setup)', status: 'ERROR', message: show(error), reason: reasonOf(error, show(error)) }));
  },
  setup(run, properties = run) {
    if (typeof run === 'function') run();
    if (properties?.explicit_done) settings.explicitDone = true;
    if (properties?.allow_uncaught_exception) settings.allowUncaught = true;
    if (properties?.explicit_timeout) settings.explicitTimeout = true;
  },
  done() {
    tests.done = true;
    endIfDone();
  },
  step_timeout: (run, ms, ...args) => delay(() => run(...args), ms),
  format_value: (value) => show(value),
  generate_tests: (run, lists) => lists.forEach(([name, ...args]) => functions.test(() => run(...args), name)),
  subsetTest: (kind, ...args) => kind(...args),
  subsetTestByKey: (key, kind, ...args) => kind(...args),
  shouldRunSubTest: () => true,
  garbageCollect: async () => globalThis.gc?.(),
  add_completion_callback() {},
  add_result_callback() {},
  add_start_callback() {},
};

export function endIfDone() {
  if (!tests.loaded || tests.ended || tests.queued > 0 || tests.unfinished.size > 0 || (settings.explicitDone && !tests.done)) return;
  tests.ended = true;
  delay(() => {
    tell({ end: true });
    process.exit(0);
  }, 20); // what the last test left behind may still fail
}

export function uncaught(error) {
  if (settings.allowUncaught) return;
  const during = tests.current ? ` (during: ${tests.current.name})` : '';
  const reason = reasonOf(error, show(error));
  if (tests.current) tests.current.suspicion = reason;
  tell({ name: '(uncaught)', status: 'ERROR', message: `${show(error)}${during}`, reason });
}
