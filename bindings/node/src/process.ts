import { runInThisContext } from 'node:vm';

/** Of Node's own realm, whichever this was loaded in. */
const own = runInThisContext('({ process, Set, WeakRef })') as Pick<typeof globalThis, 'process' | 'Set' | 'WeakRef'>;

/** Jest gives programs a copy of `process`, whose listeners of `exit` are never called. This is the one that ends. */
export const theProcess = own.process;

/** Called when the process, or this worker, ends; `ranOut` says whether the event loop had no work left. */
export type ExitHook = (ranOut: boolean) => void;

/** Where all copies of the package that this thread has loaded find the hooks of all. */
const HOOKS = Symbol.for('framegate.exitHooks');

/**
 * They hold no copy, but for the one that came first: test runners load a package for each file anew, in a realm of its own, and
 * drop both.
 */
type Hooks = Set<WeakRef<ExitHook>>;

/** Those of this copy, as long as that is there. */
const held: ExitHook[] = [];

export function atExit(hook: ExitHook): void {
  held.push(hook);
  const hooks = ((theProcess as { [HOOKS]?: Hooks })[HOOKS] ??= listen());
  for (const other of hooks) if (!other.deref()) hooks.delete(other);
  hooks.add(new own.WeakRef(hook));
}

function listen(): Hooks {
  const hooks: Hooks = new own.Set();
  let ranOut = false;
  theProcess.once('beforeExit', () => (ranOut = true));
  theProcess.on('exit', () => {
    for (const hook of hooks) hook.deref()?.(ranOut);
  });
  return hooks;
}
