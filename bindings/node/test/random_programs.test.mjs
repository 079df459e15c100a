// Programs of random calls, from the loop and from output callbacks, against a small model of the W3C text: outputs
// come once each, in order; a flush resolves after everything before it; nothing comes out of what was reset.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';

import { AudioDecoder, AudioEncoder, EncodedAudioChunk, EncodedVideoChunk, VideoDecoder, VideoEncoder, VideoFrame } from 'framegate';

import { audioData } from './support/sound.mjs';
import { H264, nextTask, NULL, pixels, SMALL, stream } from './support/video.mjs';

const SEEDS = Array.from({ length: 12 }, (_, n) => n + 1);
const CALLS = 60;

const VP8 = { codec: 'vp8', ...SMALL };
const VP9 = { codec: 'vp09.00.10.08', ...SMALL };
/** A sample a microsecond, so that timestamps count inputs of one. */
const PCM = { codec: 'pcm-s16', sampleRate: 1_000_000, numberOfChannels: 1 };

/** By codec string: the bytes of a key chunk, and its decoder configuration. */
const keys = new Map();
before(async () => {
  for (const each of [H264, VP8, VP9]) {
    const { chunks, config } = await stream(1, each);
    const data = new Uint8Array(chunks[0].byteLength);
    chunks[0].copyTo(data);
    keys.set(each, { data, config });
  }
});

const KINDS = {
  'VideoEncoder, H.264': {
    type: VideoEncoder,
    configs: () => [H264, { ...H264, width: 32, height: 32 }],
    submit: submitFrame,
  },
  'VideoEncoder, VP8 and VP9': {
    type: VideoEncoder,
    configs: () => [VP9, { ...VP8, scalabilityMode: 'L1T3' }, { ...VP9, width: 32, height: 32, alpha: 'keep' }],
    submit: submitFrame,
  },
  'VideoEncoder, null': { type: VideoEncoder, configs: () => [NULL], submit: submitFrame },
  'VideoDecoder, H.264': decoderOf(H264),
  'VideoDecoder, VP8': decoderOf(VP8),
  'VideoDecoder, VP9': decoderOf(VP9),
  'AudioEncoder, PCM': {
    type: AudioEncoder,
    configs: () => [PCM, { ...PCM, codec: 'pcm-f32' }, { ...PCM, codec: 'alaw' }],
    submit: submitSample,
  },
  'AudioDecoder, PCM': {
    type: AudioDecoder,
    configs: () => [PCM, { ...PCM, codec: 'ulaw' }],
    submit: (codec, timestamp) => codec.decode(new EncodedAudioChunk({ type: 'key', timestamp, data: new Uint8Array(2) })),
  },
};

function decoderOf(encoded) {
  return {
    type: VideoDecoder,
    configs: () => [keys.get(encoded).config, { ...keys.get(encoded).config, rotation: 90 }],
    submit: (codec, timestamp) => codec.decode(new EncodedVideoChunk({ type: 'key', timestamp, data: keys.get(encoded).data })),
  };
}

function submitFrame(codec, timestamp) {
  const init = { format: 'RGBA', codedWidth: SMALL.width, codedHeight: SMALL.height, timestamp };
  const frame = new VideoFrame(pixels(timestamp % 16), init);
  try {
    codec.encode(frame);
  } finally {
    frame.close();
  }
}

function submitSample(codec, timestamp) {
  const data = audioData(Float32Array.of(0.5), { channels: 1, rate: PCM.sampleRate, timestamp });
  try {
    codec.encode(data);
  } finally {
    data.close();
  }
}

/** Numbers from 0 to 1, the same for the same seed. */
function randomNumbers(seed) {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A codec, and what the W3C text says that it will do. */
class Model {
  /** Timestamps that are to come out, in order. */
  due = [];
  /** What came out since the last reset; a new one begins at each. */
  era = { delivered: 0 };
  nextTime = 0;
  depth = 0;
  flushes = [];
  errors = [];
  failures = [];

  constructor(kind, random, init) {
    this.kind = kind;
    this.random = random;
    this.codec = new kind.type({ output: (output) => this.#guard(() => this.#output(output)), error: (error) => this.errors.push(error.name), ...init });
  }

  configure() {
    const configs = this.kind.configs();
    this.codec.configure(configs[Math.floor(this.random() * configs.length)]);
  }

  submit() {
    const timestamp = this.nextTime++;
    this.due.push(timestamp);
    try {
      this.kind.submit(this.codec, timestamp);
    } catch (error) {
      if (error.name !== 'QuotaExceededError') throw error;
      this.due.pop();
      this.nextTime -= 1; // sound has no gaps
    }
  }

  flush() {
    const { era } = this;
    const before = era.delivered + this.due.length;
    const settled = this.codec.flush().then(
      () => assert.ok(era.delivered >= before, `resolved with ${era.delivered} of ${before} delivered`),
      (error) => {
        assert.equal(error.name, 'AbortError');
        assert.notEqual(era, this.era, 'only a reset rejects');
      },
    );
    this.flushes.push(settled);
  }

  reset() {
    this.era = { delivered: 0 };
    this.due = [];
    this.codec.reset();
    assert.equal(this.codec.state, 'unconfigured');
  }

  #output(output) {
    const { timestamp } = output;
    output.close?.();
    assert.equal(timestamp, this.due.shift());
    this.era.delivered += 1;
    if (this.depth < 3 && this.random() < 0.2) this.step();
  }

  /** One random call. */
  step() {
    this.depth += 1;
    try {
      if (this.codec.state === 'unconfigured') return this.configure();
      const choice = this.random();
      if (choice < 0.75) this.submit();
      else if (choice < 0.87) this.flush();
      else if (choice < 0.93) this.configure();
      else this.reset();
    } finally {
      this.depth -= 1;
    }
  }

  /** What fails in a callback fails the test. */
  #guard(code) {
    try {
      code();
    } catch (error) {
      this.failures.push(error);
    }
  }
}

async function runProgram(kind, seed, backpressure) {
  const random = randomNumbers(seed);
  const model = new Model(kind, random, { backpressure, slots: 1 + Math.floor(random() * 4) });
  for (let call = 0; call < CALLS; call += 1) {
    model.step();
    if (random() < 0.1) await nextTask();
  }
  while (model.codec.state === 'unconfigured' || model.due.length > 0) {
    if (model.codec.state === 'unconfigured') model.configure();
    await model.codec.flush().catch((error) => assert.equal(error.name, 'AbortError'));
  }
  await Promise.all(model.flushes);
  assert.deepEqual([model.failures, model.errors, model.due], [[], [], []]);
  model.codec.close();
  for (let n = 0; n < 5; n += 1) await nextTask();
  assert.deepEqual([model.failures, model.errors], [[], []]);
}

for (const [name, kind] of Object.entries(KINDS)) {
  describe(name, () => {
    for (const backpressure of ['block', 'throw', 'queue']) {
      test(`backpressure "${backpressure}"`, async () => {
        for (const seed of SEEDS) {
          try {
            await runProgram(kind, seed, backpressure);
          } catch (error) {
            error.message = `seed ${seed}: ${error.message}`;
            throw error;
          }
        }
      });
    }
  });
}
