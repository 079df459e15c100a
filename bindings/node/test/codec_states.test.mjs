// The state machine of the W3C text, the same for encoders and decoders of pictures and of sound: one suite for all.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';

import { AudioDecoder, AudioEncoder, VideoDecoder, VideoEncoder } from 'framegate';

import { name } from './support/assertions.mjs';
import * as sound from './support/sound.mjs';
import { encode, H264, nextTask, rejection, stream } from './support/video.mjs';

const UNSUPPORTED = { codec: 'bogus', width: 64, height: 48, sampleRate: 48_000, numberOfChannels: 2 };
/** Gives a chunk for each input. */
const PCM = { codec: 'pcm-s16', sampleRate: sound.RATE, numberOfChannels: 2 };

let sample;
let heard;
before(async () => {
  sample = await stream(3);
  [heard] = await sound.encodeAll(PCM, sound.samples(480));
});

const INTERFACES = {
  VideoEncoder: {
    type: VideoEncoder,
    config: () => H264,
    submit: (codec) => encode(codec, 0),
    queueSize: 'encodeQueueSize',
  },
  VideoDecoder: {
    type: VideoDecoder,
    config: () => sample.config,
    submit: (codec) => codec.decode(sample.chunks[0]),
    queueSize: 'decodeQueueSize',
  },
  AudioEncoder: {
    type: AudioEncoder,
    config: () => PCM,
    submit: (codec) => sound.encode(codec, sound.samples(480)),
    queueSize: 'encodeQueueSize',
  },
  AudioDecoder: {
    type: AudioDecoder,
    config: () => heard.metadata.decoderConfig,
    submit: (codec) => codec.decode(heard.chunk),
    queueSize: 'decodeQueueSize',
  },
};

for (const [typeName, { type: Codec, config, submit, queueSize }] of Object.entries(INTERFACES)) {
  describe(typeName, () => {
    const create = (init = {}) => {
      const codec = { outputs: [], errors: [] };
      codec.codec = new Codec({
        output: (output) => {
          codec.outputs.push(output.timestamp);
          output.close?.();
        },
        error: (error) => codec.errors.push(error),
        ...init,
      });
      return codec;
    };

    test('the constructor wants both callbacks', () => {
      const good = { output() {}, error() {} };
      for (const bad of [[], [undefined], [null], [{}], [{ output() {} }], [{ error() {} }], [{ ...good, output: 1 }]]) {
        assert.throws(() => new Codec(...bad), TypeError);
      }
      assert.throws(() => Codec(good), TypeError);
      for (const gate of [{ slots: 0 }, { slots: 4097 }, { slots: NaN }, { maxBytes: 0 }, { maxBytes: -1 }, { backpressure: 'wait' }]) {
        assert.throws(() => new Codec({ ...good, ...gate }), TypeError, JSON.stringify(gate));
      }
      new Codec({ ...good, slots: 4096, maxBytes: 1, backpressure: 'queue' }).close();
    });

    test('a new one is unconfigured, with an empty queue', () => {
      const { codec } = create();
      assert.equal(codec.state, 'unconfigured');
      assert.equal(codec[queueSize], 0);
      assert.equal(codec.ondequeue, null);
      assert.equal(codec.desiredSize, 16);
      assert.ok(codec instanceof EventTarget);
      codec.close();
    });

    test('unconfigured: work is refused, reset is allowed', async () => {
      const { codec } = create();
      assert.throws(() => submit(codec), name('InvalidStateError'));
      assert.ok(name('InvalidStateError')(await rejection(codec.flush())));
      codec.reset();
      assert.equal(codec.state, 'unconfigured');
      codec.close();
    });

    test('closed: everything is refused', async () => {
      const { codec, errors } = create();
      codec.configure(config());
      codec.close();
      assert.equal(codec.state, 'closed');
      assert.equal(codec[queueSize], 0);
      assert.throws(() => codec.configure(config()), name('InvalidStateError'));
      assert.throws(() => submit(codec), name('InvalidStateError'));
      assert.throws(() => codec.reset(), name('InvalidStateError'));
      assert.throws(() => codec.close(), name('InvalidStateError'));
      assert.ok(name('InvalidStateError')(await rejection(codec.flush())));
      assert.deepEqual(errors, [], 'close() is no error');
      await codec.ready; // it never hangs
    });

    test('an invalid configuration is a TypeError, before the state is looked at', () => {
      const { codec } = create();
      for (const bad of [undefined, null, {}, { ...config(), codec: '' }, { ...config(), codec: ' \t\n' }, 3]) {
        assert.throws(() => codec.configure(bad), TypeError);
      }
      assert.equal(codec.state, 'unconfigured');
      codec.close();
      assert.throws(() => codec.configure({}), TypeError);
    });

    test('an unsupported configuration closes in a task, with one NotSupportedError', async () => {
      const { codec, errors } = create();
      codec.configure(UNSUPPORTED);
      assert.equal(codec.state, 'configured');
      submit(codec); // accepted: nobody knows yet
      assert.equal(codec[queueSize], 1);
      const flushed = rejection(codec.flush());
      await Promise.resolve();
      assert.equal(codec.state, 'configured', 'not in a microtask');
      assert.ok(name('NotSupportedError')(await flushed));
      assert.equal(codec.state, 'closed');
      assert.equal(codec[queueSize], 0);
      await nextTask();
      assert.equal(errors.length, 1);
      assert.ok(name('NotSupportedError')(errors[0]));
      assert.match(errors[0].message, /^codec "bogus" is not supported/);
    });

    test('an unsupported configuration after a good one: earlier work comes out first', async () => {
      const { codec, outputs, errors } = create();
      codec.configure(config());
      submit(codec);
      codec.configure(UNSUPPORTED);
      assert.ok(name('NotSupportedError')(await rejection(codec.flush())));
      assert.deepEqual(outputs, [0]);
      assert.equal(errors.length, 1);
    });

    test('reset() forgives an unsupported configuration', async () => {
      const { codec, outputs, errors } = create();
      codec.configure(UNSUPPORTED);
      codec.reset();
      codec.configure(config());
      submit(codec);
      await codec.flush();
      assert.deepEqual(outputs, [0]);
      assert.deepEqual(errors, []);
      codec.close();
    });

    test('reset() drops work, rejects flushes, and nothing comes out of it', async () => {
      const { codec, outputs, errors } = create();
      let dequeues = 0;
      codec.addEventListener('dequeue', () => (dequeues += 1));
      codec.configure(config());
      submit(codec);
      const flushes = [rejection(codec.flush()), rejection(codec.flush())];
      codec.reset();
      assert.equal(codec.state, 'unconfigured');
      assert.equal(codec[queueSize], 0);
      for (const flush of flushes) assert.ok(name('AbortError')(await flush));
      for (let i = 0; i < 20; i += 1) await nextTask();
      assert.deepEqual(outputs, []);
      assert.deepEqual(errors, []);
      assert.ok(dequeues >= 1, 'the queue became empty');
      codec.configure(config());
      submit(codec);
      await codec.flush();
      assert.deepEqual(outputs, [0], 'and it works again');
      codec.close();
    });

    test('close() rejects flushes with AbortError and does not call the error callback', async () => {
      const { codec, errors } = create();
      codec.configure(config());
      submit(codec);
      const flush = rejection(codec.flush());
      codec.close();
      assert.ok(name('AbortError')(await flush));
      assert.deepEqual(errors, []);
    });

    test('flushes resolve in order, each after the last output callback before it has returned', async () => {
      const log = [];
      const { codec } = create({ output: (output) => (log.push('output'), output.close?.()) });
      codec.configure(config());
      const note = (text) => () => log.push(text);
      submit(codec);
      const first = codec.flush().then(note('first'));
      const second = codec.flush().then(note('second'));
      submit(codec);
      const third = codec.flush().then(note('third'));
      await Promise.all([first, second, third]);
      assert.deepEqual(log, ['output', 'first', 'second', 'output', 'third']);
      codec.close();
    });

    test('flush() with nothing to do resolves', async () => {
      const { codec } = create();
      codec.configure(config());
      await codec.flush();
      codec.close();
    });

    test('configure() again: earlier work finishes first', async () => {
      const { codec, outputs } = create();
      for (let i = 0; i < 3; i += 1) {
        codec.configure(config());
        submit(codec);
      }
      await codec.flush();
      assert.deepEqual(outputs, [0, 0, 0]);
      codec.close();
    });

    for (const method of ['reset', 'close']) {
      test(`callbacks may call ${method}()`, async () => {
        const { codec, outputs } = create({ output: (output) => (outputs.push(output.timestamp), output.close?.(), codec[method]()) });
        codec.configure(config());
        submit(codec);
        assert.ok(name('AbortError')(await rejection(codec.flush())));
        assert.deepEqual(outputs, [0]);
        assert.equal(codec.state, method === 'reset' ? 'unconfigured' : 'closed');
        if (method === 'reset') codec.close();
      });
    }

    test('callbacks may call configure()', async () => {
      let again = true;
      const { codec, outputs } = create({
        output: (output) => {
          outputs.push(output.timestamp);
          output.close?.();
          if (!again) return;
          again = false;
          codec.configure(config());
          submit(codec);
        },
      });
      codec.configure(config());
      submit(codec);
      await codec.flush();
      await codec.flush();
      assert.deepEqual(outputs, [0, 0]);
      codec.close();
    });

    test('isConfigSupported: yes, no, and a TypeError', async () => {
      const yes = await Codec.isConfigSupported({ ...config(), unknown: 1 });
      assert.equal(yes.supported, true);
      assert.equal('unknown' in yes.config, false);
      assert.equal(yes.config.codec, config().codec);
      assert.equal((await Codec.isConfigSupported({ ...config(), codec: 'bogus' })).supported, false);
      assert.equal((await Codec.isConfigSupported({ ...config(), codec: `${config().codec}\0` })).supported, false);
      for (const bad of [undefined, {}, { ...config(), codec: '' }]) {
        assert.ok((await rejection(Codec.isConfigSupported(bad))) instanceof TypeError);
      }
    });

    test('isConfigSupported clones deeply', async () => {
      const description = new Uint8Array([1, 2, 3]);
      const given = { ...config(), avc: { format: 'annexb', other: 1 }, description };
      const { config: copy } = await Codec.isConfigSupported(given);
      if ('avc' in copy) assert.deepEqual(copy.avc, { format: 'annexb' });
      if ('description' in copy) {
        assert.notEqual(copy.description, description);
        assert.deepEqual([...copy.description], [1, 2, 3]);
      }
    });
  });
}
