/** Which of an encoder's chunks are of a configuration with several temporal layers. */
export class Layers {
  /** Frames that went in since the last reset, and chunks that came out of them: one each, in whatever order. */
  #frames = 0;
  #chunks = 0;
  /** From which frame on there are several, or not; what is past is not here. */
  #changes: { readonly from: number; readonly several: boolean }[] = [];
  #several = false;

  /** The next frames are of this configuration. Chunks of earlier ones may still come. */
  configure(scalabilityMode: string | undefined): void {
    this.#changes.push({ from: this.#frames, several: /T[2-9]/.test(scalabilityMode ?? '') });
  }

  frameTaken(): void {
    this.#frames += 1;
  }

  /** Whether the chunk that comes now is of several layers. */
  chunkGiven(): boolean {
    while (this.#changes.length > 0 && this.#changes[0]!.from <= this.#chunks) this.#several = this.#changes.shift()!.several;
    this.#chunks += 1;
    return this.#several;
  }

  /** What went in does not come out any more. */
  reset(): void {
    this.#frames = this.#chunks = 0;
    this.#changes = [];
  }
}
