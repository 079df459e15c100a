import type { Piece, ReadBack } from './muxed_bytes';
import type { Target } from './target';

/** Grows as it needs to. */
export class MemoryTarget implements Target, ReadBack {
  readonly canSeek = true;
  readonly back = this;
  #bytes = Buffer.alloc(0);
  #size = 0;

  write({ bytes, position }: Piece): void {
    const end = position + bytes.length;
    if (end > this.#bytes.length) {
      const grown = Buffer.alloc(Math.max(end, 2 * this.#bytes.length));
      this.#bytes.copy(grown, 0, 0, this.#size);
      this.#bytes = grown;
    }
    this.#bytes.set(bytes, position);
    this.#size = Math.max(this.#size, end);
  }

  writeNow(piece: Piece): void {
    this.write(piece);
  }

  readNow(position: number, size: number): Uint8Array {
    return this.#bytes.subarray(position, Math.min(position + size, this.#size));
  }

  async end(): Promise<Buffer> {
    return this.#bytes.subarray(0, this.#size);
  }

  async abort(): Promise<void> {
    this.#bytes = Buffer.alloc(0);
  }
}
