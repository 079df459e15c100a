import type { Lease } from '../media/frame_reference';
import { native } from '../native';

/** The slots of outputs that the program keeps. */
export class KeptSlots {
  #count = 0;

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
      },
    };
    return lease;
  }
}
