import { domException } from '../native/errors';
import type { FrameReference } from './frame_reference';

/** What a VideoFrame and an AudioData are made of: facts, and what they are facts of. */
export class Resource<Facts> {
  readonly facts: Facts;
  readonly reference: FrameReference;

  constructor(facts: Facts, reference: FrameReference) {
    this.facts = facts;
    this.reference = reference;
  }
}

/** The resource, or an InvalidStateError if it was let go. */
export function requireOpen<R>(resource: R | null, context: string, noun: string): R {
  if (resource) return resource;
  throw domException('InvalidStateError', `${context}: ${noun} is closed`);
}

/** The native frame, valid until the resource is let go; 0 if it was. */
export const handleOf = (resource: Resource<unknown> | null): number => resource?.reference.pointer ?? 0;

/** Says whether the program can reach what it is the resource of. */
export function markReachable(resource: Resource<unknown> | null, isReachable: boolean): void {
  if (resource) resource.reference.isReachable = isReachable;
}
