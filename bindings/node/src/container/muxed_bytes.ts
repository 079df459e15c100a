import { copyOfMemory } from '../native';
import { placeOf, type HostFile } from './host_io';

/** Bytes, and where they are to be. */
export interface Piece {
  readonly bytes: Uint8Array;
  readonly position: number;
}

/** What a muxer writes while it is called. It never waits, and cannot fail; somebody takes it to its place afterwards. */
export class MuxedBytes implements HostFile {
  readonly seek?: (offset: number, whence: number) => number;
  #pieces: Piece[] = [];
  #position = 0;
  #size = 0;

  constructor(canSeek: boolean) {
    if (canSeek) this.seek = (offset, whence) => (this.#position = placeOf(offset, whence, this.#position, this.#size));
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
