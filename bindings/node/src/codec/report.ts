/** Runs a callback of the program. What it throws becomes an uncaughtException, as a listener's of an EventTarget. */
export function runCallback<A extends unknown[]>(callback: (...args: A) => unknown, ...args: A): void {
  try {
    callback(...args);
  } catch (error) {
    process.nextTick(() => {
      throw error;
    });
  }
}
