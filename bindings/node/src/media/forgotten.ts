import { isMainThread } from 'node:worker_threads';

import { atExit } from '../process';
import { withArticle } from '../webidl';
import type { FrameReference } from './frame_reference';

interface Watched {
  readonly reference: FrameReference;
  /** What its class is called. */
  readonly name: string;
}

/** The classes of which it was said. */
const warned = new Set<string>();

const registry = new FinalizationRegistry<Watched>(({ reference, name }) => {
  reference.release();
  if (warned.has(name) || !reference.isReachable) return;
  warned.add(name);
  process.emitWarning(`${withArticle(name).replace('a', 'A')} was garbage collected that had not been closed. Its memory was held until now.`, {
    code: 'FRAMEGATE_FRAME_NOT_CLOSED',
    detail: `Call ${name}.close() as soon as one is no longer needed. This is said once.`,
  });
});

/** In a worker, whose memory goes back to a process that lives on. */
const live = isMainThread ? null : new Set<FrameReference>();
function releaseAll(): void {
  for (const reference of live ?? []) reference.release();
}
if (live) atExit(releaseAll);

/** Gives the reference back if `frame`, of a class of this name, is forgotten, or its worker ends. */
export function watch(frame: object, reference: FrameReference, name: string): void {
  registry.register(frame, { reference, name }, reference);
  live?.add(reference);
}

export function unwatch(reference: FrameReference): void {
  registry.unregister(reference);
  live?.delete(reference);
}
