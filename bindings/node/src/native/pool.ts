/** How many calls are on libuv's pool at a time. It has four threads, and they are not only ours. */
const MOST = 2;

const waiting: (() => void)[] = [];
let running = 0;

/** Runs calls on the pool in the order in which they came, a few at a time. `call` starts one. */
export async function inTurn<T>(call: () => Promise<T>): Promise<T> {
  if (running === MOST) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await call();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}
