/** The program of a thread that reads files for another one. */
import { parentPort, workerData } from 'node:worker_threads';

import { FileReader } from './file_reader';
import { RUNS, STOPS, type Request } from './messages';

const port = parentPort!;
const flags = new Int32Array(workerData as SharedArrayBuffer);
const readers = new Map<number, FileReader>();
const isStopped = (): boolean => Atomics.load(flags, STOPS) === 1;

port.on('message', (request: Request | null) => {
  Atomics.store(flags, RUNS, 1);
  if (request === null) port.close();
  else if (!isStopped()) handle(request);
  Atomics.store(flags, RUNS, 0);
  Atomics.notify(flags, RUNS);
  if (isStopped()) Atomics.wait(flags, STOPS, 1); // until the process ends
});

function handle(request: Request): void {
  const reader = readers.get(request.id) ?? new FileReader(request.id, isStopped, (reply, transfer) => port.postMessage(reply, transfer));
  readers.set(request.id, reader);
  if (request.kind === 'open') reader.open(request.source, request.limits);
  else if (request.kind === 'read') reader.read();
  else if (request.kind === 'seek') reader.seek(request.track, request.timestamp);
  else {
    readers.delete(request.id);
    reader.close();
  }
}
