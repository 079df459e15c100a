import { FG } from './generated';

/** The DOMException name of each failure; those that are missing are TypeErrors or defects. */
const NAMES = new Map<number, string>([
  [FG.ERROR_INVALID_STATE, 'InvalidStateError'],
  [FG.ERROR_NOT_SUPPORTED, 'NotSupportedError'],
  [FG.ERROR_DATA, 'DataError'],
  [FG.ERROR_ENCODING, 'EncodingError'],
  [FG.ERROR_CLOSED, 'InvalidStateError'],
  [FG.ERROR_WOULD_DEADLOCK, 'OperationError'],
  [FG.ERROR_IO, 'NotReadableError'],
  [FG.ERROR_INTERNAL, 'OperationError'],
]);

/** An error of this name. */
export const domException = (name: string, reason: string, cause?: unknown): DOMException =>
  cause === undefined ? new DOMException(reason, name) : new DOMException(reason, { name, cause } as unknown as string);

export const typeError = (reason: string): TypeError => new TypeError(reason);

/** The error that a failure of the library is in JavaScript. `reason` is the library's text. */
export function errorOf(status: number, reason: string): Error {
  if (status === FG.ERROR_INVALID_ARGUMENT) return typeError(reason);
  if (status === FG.ERROR_OUT_OF_MEMORY) return new RangeError(reason);
  return domException(NAMES.get(status) ?? 'OperationError', reason);
}
