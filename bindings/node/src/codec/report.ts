import { AsyncResource } from 'node:async_hooks';

/**
 * The program's code, as one codec calls it: in the asynchronous context in which the codec was made (AsyncLocalStorage), whatever
 * other code is running when its turn comes.
 */
export class Callbacks extends AsyncResource {
  constructor() {
    super('framegate');
  }

  /** What it throws becomes an uncaughtException, as what a listener of an EventTarget throws. */
  run(callback: () => unknown): void {
    this.runInAsyncScope(() => {
      try {
        callback();
      } catch (error) {
        report(error);
      }
    });
  }
}

/** By an EventTarget itself: timers and process.nextTick may be replaced, by those who test. */
function report(error: unknown): void {
  const target = new EventTarget();
  target.addEventListener('error', () => {
    throw error;
  });
  target.dispatchEvent(new Event('error'));
}
