import { domException } from '../native/errors';
import { arrayBuffer, isDetached } from './buffer_source';
import { sequence } from './sequence';

/** sequence<ArrayBuffer> */
export const transferList = sequence(arrayBuffer);

/** DataCloneError for a buffer that is in the list twice, or detached already. */
export function checkTransferList(list: readonly ArrayBuffer[], context: string): void {
  if (new Set(list).size !== list.length) {
    throw domException('DataCloneError', `${context}: transfer has the same ArrayBuffer twice`);
  }
  if (list.some(isDetached)) {
    throw domException('DataCloneError', `${context}: transfer has an ArrayBuffer that is already detached`);
  }
}

/** Detaches a buffer. What it held is in the one that is given back, at the same address. */
export const takeOver = (buffer: ArrayBuffer): ArrayBuffer => structuredClone(buffer, { transfer: [buffer] });

export function detachAll(list: readonly ArrayBuffer[]): void {
  for (const buffer of list) if (!isDetached(buffer)) takeOver(buffer);
}
