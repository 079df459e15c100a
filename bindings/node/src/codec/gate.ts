import type { GateMembers } from '../native/generated';

/** What a codec does when its gate is full, and how wide the gate is. */
export type Backpressure = 'block' | 'throw' | 'queue';

/** What frees the slot of a decoded frame. */
export type Release = 'callback' | 'close';

/** The members that the gate adds to the W3C init dictionaries of encoders and decoders. */
export interface GateInit extends GateMembers {
  /**
   * What encode() and decode() do on a full gate. `block` (default) waits for a slot, and runs the output callbacks
   * that are due inside the call. `throw` throws a QuotaExceededError. `queue` keeps the input, without bound, as the
   * W3C text has it.
   */
  backpressure?: Backpressure;
}

/** And to those of codecs that give frames. */
export interface FrameGateInit extends GateInit {
  /**
   * When the slot of a frame is free. `callback` (default): when the output callback has returned; what the program keeps is
   * its own affair. `close`: when the frame, its clones and the frames made from it are closed or collected, so that the gate bounds
   * what the program keeps, too. When every slot is a frame that the program has, `block` throws as `throw` does.
   */
  release?: Release;
}

/** GateInit with its defaults. */
export interface GateOptions {
  readonly slots: number;
  readonly maxBytes: number | undefined;
  readonly backpressure: Backpressure;
  readonly release: Release;
}
