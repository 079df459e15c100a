/** Times as people write them: 90, 1:30, 0:01:30.5. */
import { UsageError } from './usage_error';

const TIME = /^(?:(?:(\d+):)?([0-5]?\d):)?(\d+(?:\.\d*)?)$/;

/** Seconds, minutes:seconds or hours:minutes:seconds, with decimals, as microseconds. */
export function microseconds(option: string, text: string): number {
  const [found, hours, minutes, seconds] = TIME.exec(text) ?? [];
  const time = Math.round((Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds)) * 1e6);
  if (found !== undefined && !(minutes !== undefined && Number(seconds) >= 60) && time <= Number.MAX_SAFE_INTEGER) return time;
  throw new UsageError(`${option} is "${text}", which is no time: 90, 1:30 and 0:01:30.5 are`);
}

/** The other way, to the hundredth of a second: 1:30.00, 1:01:30.00. */
export function clockText(time: number): string {
  const hundredths = Math.round(Math.abs(time) / 1e4);
  const [minutes, rest] = [Math.floor(hundredths / 6000), hundredths % 6000];
  const hours = Math.floor(minutes / 60);
  const front = hours > 0 ? `${hours}:${String(minutes % 60).padStart(2, '0')}` : String(minutes);
  return `${time < 0 ? '-' : ''}${front}:${(rest / 100).toFixed(2).padStart(5, '0')}`;
}
