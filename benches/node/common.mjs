// What the programs here share: arguments, pictures, clocks, and the one line of JSON at the end.
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';

/** --name value ... as an object. */
export function argumentsOf(argv = process.argv.slice(2)) {
  const found = {};
  for (let i = 0; i < argv.length; i += 2) found[argv[i].replace(/^--/, '')] = argv[i + 1];
  return found;
}

/** The W3C classes of "framegate" or "@napi-rs/webcodecs". FRAMEGATE_NODE is the folder of our package. */
export function webcodecs(name) {
  const require = createRequire(import.meta.url);
  return require(name === 'framegate' ? process.env.FRAMEGATE_NODE : name);
}

/** Raw pictures from a file, in memory, taken in turn. */
export function pictures(path, bytesEach) {
  const file = openSync(path);
  const count = Math.floor(fstatSync(file).size / bytesEach);
  const all = Array.from({ length: count }, () => {
    const bytes = new Uint8Array(bytesEach);
    readSync(file, bytes, 0, bytesEach, null);
    return bytes;
  });
  closeSync(file);
  return (index) => all[index % count];
}

/** Chunks of a clip: { key, timestamp, data }, and the decoder's description. See chunks_of in benches/node.py. */
export function chunksOf(path) {
  const { description, chunks } = JSON.parse(readFileSync(`${path}.json`, 'utf8'));
  const file = readFileSync(path);
  return {
    description: Buffer.from(description, 'base64'),
    chunks: chunks.map(({ key, timestamp, offset, size }) => ({
      key,
      timestamp,
      data: new Uint8Array(file.subarray(offset, offset + size)),
    })),
  };
}

/** Clocks from now on. */
export function stopwatch() {
  const began = process.hrtime.bigint();
  const cpu = process.cpuUsage();
  return () => {
    const used = process.cpuUsage(cpu);
    return { seconds: Number(process.hrtime.bigint() - began) / 1e9, cpu_seconds: (used.user + used.system) / 1e6 };
  };
}

export function report(result) {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

/** Works for so long. */
export function busyWait(milliseconds) {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

/** Stereo of 48 kHz from a raw file of interleaved f32, in parts of so many frames; planar where the format says so. */
export function soundParts(path, frames, format) {
  const file = readFileSync(path);
  const all = new Float32Array(file.buffer, file.byteOffset, file.length / 4);
  const parts = [];
  for (let at = 0; (at + frames) * 2 <= all.length; at += frames) {
    const part = all.slice(at * 2, (at + frames) * 2);
    parts.push(format === 'f32' ? part : Float32Array.from(part, (_, i) => part[i < frames ? i * 2 : (i - frames) * 2 + 1]));
  }
  return parts;
}
