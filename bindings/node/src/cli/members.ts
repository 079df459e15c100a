/** What options say of configurations. */
import { UsageError } from './usage_error';

type Members = { [name: string]: Members | string | number };

const UNITS: Readonly<Record<string, number>> = { k: 1e3, M: 1e6 };

/** Bits a second: 800k, 2M or a number. */
export function bitrate(option: string, text: string): number {
  const unit = UNITS[text.at(-1) ?? ''];
  const number = Number(unit ? text.slice(0, -1) : text) * (unit ?? 1);
  if (text !== '' && Number.isFinite(number) && number > 0) return Math.round(number);
  throw new UsageError(`${option} is "${text}", which is no bit rate: 800k, 2M or a number are`);
}

/** Has not even those that all objects have. */
const noMembers = (): Members => Object.create(null) as Members;

/** Members of configurations by MEMBER=VALUE, those of members with a dot. */
export function members(option: string, settings: readonly string[]): Members {
  const all = noMembers();
  for (const setting of settings) {
    const [, path, value] = /^([\w.]+)=(.*)$/s.exec(setting) ?? [];
    if (path === undefined) throw new UsageError(`${option} is "${setting}", MEMBER=VALUE is needed`);
    const names = path.split('.');
    const last = names.pop()!;
    let place = all;
    for (const name of names) {
      const inner = (place[name] ??= noMembers());
      if (typeof inner !== 'object') throw new UsageError(`${option} is "${setting}", but ${name} has a value: it has no members`);
      place = inner;
    }
    place[last] = value!;
  }
  return all;
}
