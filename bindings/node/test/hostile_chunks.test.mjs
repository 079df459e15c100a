// Chunks with bytes changed at random: an error, never a crash.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { EncodedVideoChunk } from 'framegate';

import { collectFrames, stream } from './support/video.mjs';

const bytesOf = (chunk) => {
  const bytes = new Uint8Array(chunk.byteLength);
  chunk.copyTo(bytes);
  return bytes;
};

test('hostile chunks never crash it', async () => {
  const { chunks, config } = await stream(8);
  let state = 12345;
  const random = () => (state = (state * 1103515245 + 12345) % 2 ** 31);
  for (let round = 0; round < 40; round += 1) {
    const { decoder } = collectFrames();
    decoder.configure(config);
    const flushed = [];
    for (const chunk of chunks) {
      const data = bytesOf(chunk);
      for (let i = 0; i < 4; i += 1) data[random() % data.length] = random();
      try {
        decoder.decode(new EncodedVideoChunk({ type: chunk.type, timestamp: chunk.timestamp, data }));
      } catch (error) {
        assert.ok(error instanceof DOMException, String(error));
      }
    }
    if (decoder.state === 'configured') flushed.push(decoder.flush().catch((error) => assert.ok(error instanceof DOMException)));
    await Promise.all(flushed);
    if (decoder.state !== 'closed') decoder.close();
  }
});
