import { Status } from './constants';

/** The DOMException name of each failure; those that are missing are TypeErrors or defects. */
const NAMES = new Map<number, string>([
  [Status.ERROR_INVALID_STATE, 'InvalidStateError'],
  [Status.ERROR_NOT_SUPPORTED, 'NotSupportedError'],
  [Status.ERROR_DATA, 'DataError'],
  [Status.ERROR_ENCODING, 'EncodingError'],
  [Status.ERROR_CLOSED, 'InvalidStateError'],
  [Status.ERROR_WOULD_DEADLOCK, 'OperationError'],
  [Status.ERROR_IO, 'NotReadableError'],
  [Status.ERROR_INTERNAL, 'OperationError'],
]);

/** An error of this name. */
export const domException = (name: string, reason: string): DOMException => new DOMException(reason, name);

export const typeError = (reason: string): TypeError => new TypeError(reason);

/** The error that a failure of the library is in JavaScript. `reason` is the library's text. */
export function errorOf(status: number, reason: string): Error {
  if (status === Status.ERROR_INVALID_ARGUMENT) return typeError(reason);
  if (status === Status.ERROR_OUT_OF_MEMORY) return new RangeError(reason);
  return domException(NAMES.get(status) ?? 'OperationError', reason);
}
