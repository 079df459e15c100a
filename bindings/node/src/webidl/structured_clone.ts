import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';

import { domException } from '../native/errors';

/**
 * HTML's structuredClone, without the global of that name: Jest's jsdom has none, and programs help themselves with one that
 * writes and reads JSON. A DataCloneError for what cannot be cloned or transferred.
 */
export function structuredCloneOf<T>(value: T, context: string, transfer: readonly ArrayBuffer[] = []): T {
  channel ??= new MessageChannel();
  const { port1, port2 } = channel;
  try {
    port1.postMessage(value, transfer);
  } catch (error) {
    if ((error as Partial<Error> | null)?.name !== 'DataCloneError') throw error; // a getter of the program
    throw domException('DataCloneError', `${context}: ${(error as Error).message}`);
  }
  return (receiveMessageOnPort(port2) as { message: T }).message;
}

/** Nobody listens to its ports, so it keeps no process alive. */
let channel: MessageChannel | undefined;
