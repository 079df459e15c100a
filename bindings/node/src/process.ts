import { runInThisContext } from 'node:vm';

/** Jest gives programs a copy of `process`, whose listeners of `exit` are never called. This is the one that ends. */
export const theProcess = runInThisContext('process') as NodeJS.Process;

/** Called when the process, or this worker, ends; `ranOut` says whether the event loop had no work left. */
export type ExitHook = (ranOut: boolean) => void;

/** Where all copies of the package that this thread has loaded find the hooks of all. */
const HOOKS = Symbol.for('framegate.exitHooks');

/** Whoever adds a hook holds it: test runners load a package for each file anew, and drop what they loaded. */
type Hooks = Set<WeakRef<ExitHook>>;

export function atExit(hook: ExitHook): void {
  const hooks = ((theProcess as { [HOOKS]?: Hooks })[HOOKS] ??= listen());
  for (const other of hooks) if (!other.deref()) hooks.delete(other);
  hooks.add(new WeakRef(hook));
}

function listen(): Hooks {
  const hooks: Hooks = new Set();
  let ranOut = false;
  theProcess.once('beforeExit', () => (ranOut = true));
  theProcess.on('exit', () => {
    for (const hook of hooks) hook.deref()?.(ranOut);
  });
  return hooks;
}
