import { native } from '../native';

/** What the references to a frame hold together: JavaScript's memory under it, or a slot of the gate. */
export interface Lease {
  retain(): Lease;
  release(): void;
}

/** One reference to a native frame, and its part of a lease if there is one. Released once. */
export class FrameReference {
  readonly pointer: number;
  readonly lease: Lease | null;
  /** Whether the program can reach the frame: it is told if it forgets one, but not of what waits inside a stream. */
  isReachable = true;

  /** Takes over both. */
  constructor(pointer: number, lease: Lease | null = null) {
    this.pointer = pointer;
    this.lease = lease;
  }

  /** Another reference to the same frame. */
  retain(): FrameReference {
    return this.shareWith(native.fg_frame_retain(this.pointer));
  }

  /** The reference of a frame that was derived from this one. Takes over `pointer`. */
  shareWith(pointer: number): FrameReference {
    return new FrameReference(pointer, this.lease?.retain() ?? null);
  }

  release(): void {
    native.fg_frame_release(this.pointer);
    this.lease?.release();
  }
}
