import { open, type FileHandle } from 'node:fs/promises';

import type { Piece } from './muxed_bytes';
import type { Target } from './target';

/** What is written in one go: muxers write a chunk at a time. */
const ENOUGH_BYTES = 256 * 1024;

/** A file, or a pipe, by path. */
export class FileTarget implements Target {
  readonly #handle: FileHandle;
  readonly canSeek: boolean;
  /** Not written yet, one behind the other. */
  #held: Piece[] = [];
  #heldBytes = 0;

  static async open(path: string): Promise<FileTarget> {
    const handle = await open(path, 'w');
    return new FileTarget(handle, (await handle.stat()).isFile());
  }

  private constructor(handle: FileHandle, canSeek: boolean) {
    this.#handle = handle;
    this.canSeek = canSeek;
  }

  async write(piece: Piece): Promise<void> {
    if (piece.position !== this.#heldEnd) await this.#flush();
    this.#held.push(piece);
    this.#heldBytes += piece.bytes.length;
    // Who reads a pipe waits for it.
    if (this.#heldBytes >= ENOUGH_BYTES || !this.canSeek) await this.#flush();
  }

  get #heldEnd(): number {
    return this.#held.length > 0 ? this.#held[0]!.position + this.#heldBytes : -1;
  }

  async #flush(): Promise<void> {
    if (this.#held.length === 0) return;
    const bytes = Buffer.concat(this.#held.map((piece) => piece.bytes));
    let { position } = this.#held[0]!;
    this.#held = [];
    this.#heldBytes = 0;
    for (let left = bytes; left.length > 0; ) {
      const { bytesWritten } = await this.#handle.write(left, 0, left.length, this.canSeek ? position : null);
      left = left.subarray(bytesWritten);
      position += bytesWritten;
    }
  }

  async end(): Promise<undefined> {
    await this.#flush();
    await this.#handle.close();
  }

  async abort(): Promise<void> {
    this.#held = [];
    await this.#handle.close();
  }
}
