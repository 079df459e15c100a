/** Where the key frames of tracks are, as lines of text. */
import { clockText } from './times';

const [NONE, ONE, SEVERAL] = ['·', '|', '┃'] as const;
const FEWEST_PLACES = 20;

/** A line a track, named by its number, and one with the times of both ends; keys are timestamps, by the number of the track. */
export function timeline(keys: ReadonlyMap<number, readonly number[]>, start: number, end: number, width: number): string[] {
  const front = Math.max(0, ...[...keys.keys()].map((index) => `${index} `.length));
  const places = Math.max(width - front, FEWEST_PLACES);
  const drawn = [...keys].map(([index, times]) => `${index} `.padStart(front) + line(times, start, end, places));
  const [first, last] = [clockText(start), clockText(end)];
  return drawn.length > 0 ? [...drawn, ' '.repeat(front) + first + last.padStart(places - first.length)] : [];
}

function line(times: readonly number[], start: number, end: number, places: number): string {
  const counts = new Array<number>(places).fill(0);
  for (const time of times) counts[Math.min(places - 1, Math.floor(((time - start) * places) / Math.max(end - start, 1)))]! += 1;
  return counts.map((count) => (count > 1 ? SEVERAL : count === 1 ? ONE : NONE)).join('');
}
