/** The program of a thread that reads files for another one. */
import { parentPort } from 'node:worker_threads';

import { FileReader } from './file_reader';
import type { Request } from './messages';

const port = parentPort!;
const readers = new Map<number, FileReader>();

port.on('message', (request: Request | null) => {
  if (request === null) {
    port.close();
    return;
  }
  const reader = readers.get(request.id) ?? new FileReader(request.id, (reply, transfer) => port.postMessage(reply, transfer));
  readers.set(request.id, reader);
  if (request.kind === 'open') reader.open(request.source, request.limits);
  else if (request.kind === 'read') reader.read();
  else {
    readers.delete(request.id);
    reader.close();
  }
});
