import type { Lease } from '../media/frame_reference';
import { native } from '../native';

interface Owner {
  /** The program has given back a slot. */
  slotFreed(): void;
}

/** The slots of outputs that the program keeps. */
export class KeptSlots {
  #count = 0;
  readonly #owner: WeakRef<Owner>;

  /** Frames outlive their codec: they do not hold it. */
  constructor(owner: Owner) {
    this.#owner = new WeakRef(owner);
  }

  get count(): number {
    return this.#count;
  }

  /** The lease of an output's slot, which ends when it was released as often as it was retained, and once more. */
  lease(token: number): Lease {
    this.#count += 1;
    let users = 1;
    const lease = {
      retain: () => ((users += 1), lease),
      release: () => {
        users -= 1;
        if (users > 0) return;
        this.#count -= 1;
        native.fg_release_output(token);
        this.#owner.deref()?.slotFreed();
      },
    };
    return lease;
  }
}
