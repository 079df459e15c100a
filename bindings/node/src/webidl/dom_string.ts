import { typeError } from '../native/errors';
import type { Conversion } from './numbers';

export const domString: Conversion<string> = (value, context, name) => {
  if (typeof value === 'symbol') throw typeError(`${context}: ${name} is a symbol, which is no string`);
  return String(value);
};
