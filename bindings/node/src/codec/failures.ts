/** The errors of codecs, by the names that the W3C text gives them. */
import { domException, errorOf, FG, native } from '../native';

export type CodecState = 'unconfigured' | 'configured' | 'closed';

export const closedError = (): DOMException => domException('InvalidStateError', 'the codec is closed');

export const notConfigured = (state: CodecState): DOMException =>
  domException('InvalidStateError', `the codec is ${state}, it must be configured`);

export const quotaError = (slots: number): DOMException =>
  domException('QuotaExceededError', `the gate is full, ${slots} slots: await ready, or use backpressure "block" or "queue"`);

/** With release `close`: no waiting would help. */
export const allKeptError = (kept: number, slots: number, outputs: string): DOMException =>
  domException('QuotaExceededError', `the gate is full, ${slots} slots: the program has ${kept} ${outputs} that are not closed. Close them, or await ready`);

/** What a flush rejects with. Who does not await one often learns of it here, as the program ends. */
export const abortError = (method: 'close' | 'reset'): DOMException =>
  domException('AbortError', `${method}() was called before this flush was done: await flush() first`);

/** The error that this thread's last call gave. */
export const lastError = (status: number): Error => errorOf(status, native.fg_last_error());

/** The error that a configuration closes its codec with. */
export const notSupported = (reason: Error): DOMException => domException('NotSupportedError', reason.message);

export const encodingError = (reason: Error): DOMException => domException('EncodingError', reason.message);

/** W3C knows two kinds of failure: the codec is not supported, or its work failed. */
export function failureOf(status: number, reason: string): DOMException {
  const unsupported = status === FG.ERROR_NOT_SUPPORTED || status === FG.ERROR_INVALID_ARGUMENT;
  return domException(unsupported ? 'NotSupportedError' : 'EncodingError', reason);
}
