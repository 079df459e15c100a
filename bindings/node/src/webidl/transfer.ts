import { domException, typeError } from '../native/errors';
import { arrayBuffer, isDetached } from './buffer_source';
import { sequence } from './sequence';
import { structuredCloneOf } from './structured_clone';

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

/**
 * Detaches a buffer. What it held is in the one that is given back, at the same address. A TypeError for those that
 * cannot be detached: WebAssembly's, and the pool that Node's small Buffers share.
 */
export function takeOver(buffer: ArrayBuffer, context: string): ArrayBuffer {
  const owned = moved(buffer, context);
  if (owned && isDetached(buffer)) return owned; // Node 20 copies what it cannot detach
  throw typeError(`${context}: transfer has an ArrayBuffer that cannot be detached`);
}

/** Not with ArrayBuffer.prototype.transfer, though it is faster: that would detach the pool, too. */
function moved(buffer: ArrayBuffer, context: string): ArrayBuffer | null {
  try {
    return structuredCloneOf(buffer, context, [buffer]);
  } catch {
    return null;
  }
}

export function detachAll(list: readonly ArrayBuffer[], context: string): void {
  for (const buffer of list) if (!isDetached(buffer)) takeOver(buffer, context);
}
