import { copyOfMemory, copyToMemory } from '../native';
import { placeOf, type HostFile } from './host_io';

/** Bytes, and where they are to be. */
export interface Piece {
  readonly bytes: Uint8Array;
  readonly position: number;
}

/** A place that is written, and can be read again, at once. Either may throw. */
export interface ReadBack {
  writeNow(piece: Piece): void;
  /** At most so many bytes; none at the end. */
  readNow(position: number, size: number): Uint8Array;
}

/** What bytes can be written to. */
export interface Place {
  /** Whether it can go back to what was written. */
  readonly canSeek: boolean;
  /** Where that can be read again. */
  readonly back?: ReadBack | undefined;
}

/** What a muxer writes while it is called. It never waits, and cannot fail; somebody takes it to its place afterwards, or before it is read again. */
export class MuxedBytes implements HostFile {
  readonly read?: (address: number, size: number) => number;
  /** What reading it again failed with. */
  thrown: { readonly error: unknown } | null = null;
  readonly seek?: (offset: number, whence: number) => number;
  #pieces: Piece[] = [];
  #position = 0;
  #size = 0;

  constructor({ canSeek, back }: Place) {
    if (back) this.read = (address, size) => this.#read(back, address, size);
    if (canSeek) this.seek = (offset, whence) => (this.#position = placeOf(offset, whence, this.#position, this.#size));
  }

  #read(back: ReadBack, address: number, size: number): number {
    try {
      for (const piece of this.take()) back.writeNow(piece);
      const bytes = back.readNow(this.#position, size);
      copyToMemory(address, bytes);
      this.#position += bytes.length;
      return bytes.length;
    } catch (error) {
      this.thrown = { error };
      throw error;
    }
  }

  write(address: number, size: number): void {
    this.#pieces.push({ bytes: copyOfMemory(address, size), position: this.#position });
    this.#position += size;
    this.#size = Math.max(this.#size, this.#position);
  }

  /** What was written since, those together that lie together. */
  take(): Piece[] {
    const runs: Piece[][] = [];
    for (const piece of this.#pieces) {
      const last = runs.at(-1)?.at(-1);
      if (last && last.position + last.bytes.length === piece.position) runs.at(-1)!.push(piece);
      else runs.push([piece]);
    }
    this.#pieces = [];
    return runs.map((run) => ({ bytes: joined(run), position: run[0]!.position }));
  }
}

const joined = (run: readonly Piece[]): Uint8Array => (run.length === 1 ? run[0]!.bytes : Buffer.concat(run.map(({ bytes }) => bytes)));
