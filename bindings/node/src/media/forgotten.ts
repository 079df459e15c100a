import { isMainThread } from 'node:worker_threads';

import { atExit } from '../process';
import type { FrameReference } from './frame_reference';

let warned = false;

const registry = new FinalizationRegistry<FrameReference>((reference) => {
  reference.release();
  if (warned || !reference.isReachable) return;
  warned = true;
  process.emitWarning('A VideoFrame was garbage collected that had not been closed. Its memory was held until now.', {
    code: 'FRAMEGATE_FRAME_NOT_CLOSED',
    detail: 'Call VideoFrame.close() as soon as a frame is no longer needed. This is said once.',
  });
});

/** In a worker, whose memory goes back to a process that lives on. */
const live = isMainThread ? null : new Set<FrameReference>();
function releaseAll(): void {
  for (const reference of live ?? []) reference.release();
}
if (live) atExit(releaseAll);

/** Gives the reference back if `frame` is forgotten, or its worker ends. */
export function watch(frame: object, reference: FrameReference): void {
  registry.register(frame, reference, reference);
  live?.add(reference);
}

export function unwatch(reference: FrameReference): void {
  registry.unregister(reference);
  live?.delete(reference);
}
