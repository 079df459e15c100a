import { clockText } from './times';

const DRAW_EVERY_MS = 100;
/** Clears what is behind the cursor (ECMA-48 EL). */
const CLEAR = '\x1b[K';

/** A line that counts, on a terminal's standard error; elsewhere nothing. */
export class Progress {
  readonly #isShown = process.stderr.isTTY;
  readonly #began = performance.now();
  #drawn = this.#began;

  /** So far the command is: at a time of the file, with so many frames, and with a part of all, from 0 to 1, if that is known. */
  at(time: number, frames: number, part: number | null): void {
    const now = performance.now();
    if (!this.#isShown || now - this.#drawn < DRAW_EVERY_MS) return;
    this.#drawn = now;
    const percent = part === null ? '' : ` ${String(Math.floor(part * 100)).padStart(3)} %`;
    const rate = (frames / ((now - this.#began) / 1e3)).toFixed(1);
    process.stderr.write(`\rtranscoding${percent}  ${clockText(time)}  ${frames} frames, ${rate} a second${CLEAR}`);
  }

  /** The line goes. */
  end(): void {
    if (this.#isShown) process.stderr.write(`\r${CLEAR}`);
  }
}
