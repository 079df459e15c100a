import { readSync, writeSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

import type { Piece, ReadBack } from './muxed_bytes';
import type { Target } from './target';

/** What is written in one go: muxers write a chunk at a time. */
const ENOUGH_BYTES = 256 * 1024;

/** A file, or a pipe, by path. */
export class FileTarget implements Target, ReadBack {
  readonly #handle: FileHandle;
  readonly canSeek: boolean;
  readonly back?: ReadBack;
  /** Not written yet, one behind the other. */
  #held: Piece[] = [];
  #heldBytes = 0;

  static async open(path: string, isReadBack: boolean): Promise<FileTarget> {
    const handle = await open(path, isReadBack ? 'w+' : 'w');
    return new FileTarget(handle, (await handle.stat()).isFile(), isReadBack);
  }

  private constructor(handle: FileHandle, canSeek: boolean, isReadBack: boolean) {
    this.#handle = handle;
    this.canSeek = canSeek;
    if (canSeek && isReadBack) this.back = this;
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

  /** Those held, as one. */
  #takeHeld(): Piece {
    const held = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    return { bytes: Buffer.concat(held.map((piece) => piece.bytes)), position: held[0]?.position ?? 0 };
  }

  writeNow(piece: Piece): void {
    for (const { bytes, position } of [this.#takeHeld(), piece]) {
      for (let done = 0; done < bytes.length; ) done += writeSync(this.#handle.fd, bytes, done, bytes.length - done, position + done);
    }
  }

  readNow(position: number, size: number): Uint8Array {
    const bytes = Buffer.allocUnsafe(size);
    return bytes.subarray(0, readSync(this.#handle.fd, bytes, 0, size, position));
  }

  async #flush(): Promise<void> {
    let { bytes, position } = this.#takeHeld();
    for (let left = bytes; left.length > 0; ) {
      const { bytesWritten } = await this.#handle.write(left, 0, left.length, this.canSeek ? position : null);
      left = left.subarray(bytesWritten);
      position += bytesWritten;
    }
  }

  async end(): Promise<undefined> {
    try {
      await this.#flush();
    } finally {
      await this.#handle.close();
    }
  }

  async abort(): Promise<void> {
    this.#held = [];
    await this.#handle.close();
  }
}
