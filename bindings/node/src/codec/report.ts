import { AsyncResource } from 'node:async_hooks';

import { theProcess } from '../process';

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

/**
 * Node's own, as it was when this was loaded, of the process itself: those who test may replace it. An EventTarget is no way: what the
 * listeners of jsdom's throw is lost.
 */
const { nextTick } = theProcess;

function report(error: unknown): void {
  nextTick.call(theProcess, () => {
    throw error;
  });
}
