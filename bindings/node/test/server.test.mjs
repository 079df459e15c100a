// An HTTP server that sends pictures as it decodes them. Over a Unix socket, whose buffers are small.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { run } from './support/program.mjs';

/** Clients 1 to 19 read everything, client 0 sends its request and never reads. */
const program = (serve) => `
  import http from 'node:http';
  import net from 'node:net';
  import { mkdtempSync, rmSync } from 'node:fs';
  import { tmpdir } from 'node:os';
  import { join } from 'node:path';
  import { Readable } from 'node:stream';
  import { pipeline } from 'node:stream/promises';
  import { ReadableStream } from 'node:stream/web';

  const COUNT = 120;
  const SIZE = { width: 160, height: 90 };
  const BYTES = 160 * 90 * 1.5;
  const { chunks, config } = await video.stream(COUNT, { ...video.H264, ...SIZE });
  const taken = new Map();

  /** The chunks, and how many of them were asked for. */
  const source = (client) => {
    let next = 0;
    return new ReadableStream({
      pull(controller) {
        if (next === COUNT) return controller.close();
        taken.set(client, next + 1);
        controller.enqueue(chunks[next++]);
      },
    }, { highWaterMark: 0 });
  };

  async function* pictures(client) {
    for await (const frame of source(client).pipeThrough(new framegate.VideoDecoderStream(config, { slots: 4 }))) {
      const bytes = new Uint8Array(frame.allocationSize());
      await frame.copyTo(bytes);
      frame.close();
      yield bytes;
    }
  }

  const ends = [];
  const server = http.createServer((request, response) => {
    const client = Number(request.url.slice(1));
    ends[client] = (${serve})(client, response).then(() => 'whole', (error) => error.code);
  });
  const directory = mkdtempSync(join(tmpdir(), 'server'));
  const socketPath = join(directory, 'socket');
  await new Promise((resolve) => server.listen(socketPath, resolve));

  const stalled = net.connect(socketPath, () => stalled.write('GET /0 HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n'));
  stalled.pause();
  stalled.on('error', () => undefined);
  const read = (client) => new Promise((resolve, reject) => {
    http.get({ socketPath, path: '/' + client, agent: false }, async (response) => {
      let bytes = 0;
      for await (const part of response) bytes += part.length;
      resolve(bytes);
    }).on('error', reject);
  });
  const read1 = await Promise.all(Array.from({ length: 19 }, (_, n) => read(n + 1)));
  const facts = { whole: read1.filter((bytes) => bytes === COUNT * BYTES).length, taken: taken.get(0), others: taken.get(1) };
  stalled.destroy();
  facts.ends = (await Promise.all(ends)).join();
  server.close();
  rmSync(directory, { recursive: true });
  console.log(JSON.stringify(facts));
`;

/** More than fit in the gate (4), the codec (one a thread) and the socket's buffers. */
const MOST = 60;

for (const [what, serve] of [
  ['pipeline() of a generator', `(client, response) => pipeline(Readable.from(pictures(client), { highWaterMark: 1 }), response)`],
  ['a web stream', `(client, response) => pipeline(ReadableStream.from(pictures(client), { highWaterMark: 1 }), response)`],
]) {
  test(`20 clients, one of which never reads: ${what}`, async () => {
    const { code, stdout, stderr } = await run(program(serve));
    assert.deepEqual([code, stderr], [0, '']);
    const { whole, taken, others, ends } = JSON.parse(stdout);
    assert.equal(whole, 19, 'clients that have read everything');
    assert.equal(others, 120);
    assert.ok(taken < MOST, `${taken} pictures were made for the client that never reads`);
    assert.match(ends, /^ERR_STREAM_PREMATURE_CLOSE(,whole){19}$/);
  });
}
