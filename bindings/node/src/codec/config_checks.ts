/** What W3C asks of a configuration when its members are converted: a TypeError if it is not so. */
import { typeError } from '../native/errors';

/** The codec string is not blank. Whether it is known is told later. */
export function checkCodec({ codec }: { codec: string }, context: string): void {
  if (/^[\t\n\f\r ]*$/.test(codec)) throw typeError(`${context}: codec is blank`);
}

/** Both are there, or neither. */
export function checkPair<T>(config: T, width: keyof T & string, height: keyof T & string, context: string): void {
  const [given, ...others] = [width, height].filter((name) => config[name] !== undefined);
  if (given === undefined || others.length > 0) return;
  throw typeError(`${context}: ${width} and ${height} go together, only ${given} is there`);
}
