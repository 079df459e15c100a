import { native } from '../native';
import type { Lease } from './frame_reference';

/** How many are looked at in one sweep, so that no call takes long. */
const SWEEP = 16;

/** Memory that no VideoFrame refers to any more but a codec may still read, those that wait longest first. */
const lingering = new Set<HostMemory>();

/** How many there are. */
let lent = 0;

/** Whether a codec may be reading JavaScript's memory. */
export function isHostMemoryLent(): boolean {
  sweepHostMemory(Infinity);
  return lent > 0;
}

/**
 * An ArrayBuffer that native frames look at, without a copy. It must live until nothing in the library reads it any
 * more. Nobody is told when that is (it would be on a foreign thread), so frames that came to an end are looked at
 * whenever a frame is made or closed, or a codec gives something.
 */
export class HostMemory implements Lease {
  /** VideoFrames that refer to it. */
  #users = 1;
  /** A reference of our own to the frame around it, by which the others are counted. */
  readonly #frame: number;
  /** Only held. */
  readonly buffer: ArrayBuffer;

  /** Takes over a reference to `frame`, which wraps `buffer`. */
  constructor(frame: number, buffer: ArrayBuffer) {
    this.#frame = frame;
    this.buffer = buffer;
    lent += 1;
    sweepHostMemory();
  }

  retain(): this {
    this.#users += 1;
    return this;
  }

  release(): void {
    this.#users -= 1;
    if (this.#users === 0) lingering.add(this);
    sweepHostMemory();
  }

  /** Lets go of the buffer if nobody else reads it. */
  dropIfIdle(): boolean {
    if (native.fg_frame_references(this.#frame) > 1) return false;
    native.fg_frame_release(this.#frame);
    lent -= 1;
    return true;
  }
}

/** Lets go of buffers that no codec reads any more, looking at `most` of them. */
export function sweepHostMemory(most = SWEEP): void {
  let left = Math.min(most, lingering.size);
  for (const memory of lingering) {
    if (left === 0) return;
    left -= 1;
    lingering.delete(memory);
    if (!memory.dropIfIdle()) lingering.add(memory); // to the end: the others have their turn
  }
}
