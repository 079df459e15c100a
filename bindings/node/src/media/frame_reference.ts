import { native } from '../native';
import type { HostMemory } from './host_memory';

/** One reference to a native frame, and to JavaScript's memory under it if it is that. Released once. */
export class FrameReference {
  readonly pointer: number;
  readonly memory: HostMemory | null;

  /** Takes over both. */
  constructor(pointer: number, memory: HostMemory | null = null) {
    this.pointer = pointer;
    this.memory = memory;
  }

  /** Another reference to the same frame. */
  retain(): FrameReference {
    return new FrameReference(native.fg_frame_retain(this.pointer), this.memory?.retain() ?? null);
  }

  release(): void {
    native.fg_frame_release(this.pointer);
    this.memory?.release();
  }
}
