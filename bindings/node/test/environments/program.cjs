// What programs do with the package, and what they want of it: the same in every environment. Nothing here is a test framework's.
const assert = require('node:assert/strict');
const { ReadableStream } = require('node:stream/web');

const SMALL = { codedWidth: 64, codedHeight: 48 };
const BYTES = 64 * 48 * 4;
const H264 = { codec: 'avc1.42001f', width: 64, height: 48, framerate: 30 };

function picture({ VideoFrame }, n) {
  return new VideoFrame(new Uint8Array(BYTES).fill(n * 3), { format: 'RGBA', ...SMALL, timestamp: n });
}

/** Encodes and decodes `count` frames, half of them after `ready`, half in a tight loop. */
async function transcode(framegate, count = 40) {
  const { VideoDecoder, VideoEncoder } = framegate;
  const times = [];
  const errors = [];
  const error = (reason) => errors.push(reason);
  const decoder = new VideoDecoder({ output: (frame) => (times.push(frame.timestamp), frame.close()), error, slots: 4 });
  const output = (chunk, metadata) => {
    if (metadata.decoderConfig) decoder.configure(metadata.decoderConfig);
    decoder.decode(chunk);
  };
  const encoder = new VideoEncoder({ output, error, slots: 4 });
  const events = { listener: 0, attribute: 0 };
  encoder.addEventListener('dequeue', () => (events.listener += 1));
  encoder.ondequeue = () => (events.attribute += 1);
  encoder.configure(H264);
  for (let n = 0; n < count; n += 1) {
    if (n < count / 2) await encoder.ready;
    const frame = picture(framegate, n);
    encoder.encode(frame);
    frame.close();
  }
  await encoder.flush();
  await decoder.flush();
  encoder.close();
  decoder.close();
  assert.deepEqual(errors, []);
  assert.equal(times.join(), Array.from({ length: count }, (_, n) => n).join());
  assert.ok(events.listener > 0 && events.listener === events.attribute, 'dequeue');
}

/** The same as streams. */
async function stream(framegate, count = 20) {
  const { VideoDecoderStream, VideoEncoderStream } = framegate;
  let made = 0;
  const source = new ReadableStream({
    pull: (controller) => (made === count ? controller.close() : controller.enqueue(picture(framegate, made++))),
  });
  const times = [];
  for await (const frame of source.pipeThrough(new VideoEncoderStream(H264)).pipeThrough(new VideoDecoderStream())) {
    times.push(frame.timestamp);
    frame.close();
  }
  assert.equal(times.join(), Array.from({ length: count }, (_, n) => n).join());
}

/** The environment's buffers and Node's, copied, shared, transferred. */
async function buffers({ EncodedVideoChunk, VideoFrame }) {
  const init = { format: 'RGBA', ...SMALL, timestamp: 0 };
  for (const make of [() => new Uint8Array(BYTES), () => Buffer.alloc(BYTES), () => new ArrayBuffer(BYTES), () => new Uint8Array(new SharedArrayBuffer(BYTES))]) {
    const data = make();
    const view = ArrayBuffer.isView(data) ? data : new Uint8Array(data);
    view.fill(7);
    const transfer = view.buffer instanceof SharedArrayBuffer || Buffer.isBuffer(data) ? [] : [view.buffer];
    const frame = new VideoFrame(data, { ...init, transfer });
    if (transfer.length > 0) assert.equal(view.byteLength, 0, 'detached');
    const copy = make();
    await frame.copyTo(copy);
    frame.close();
    assert.ok((ArrayBuffer.isView(copy) ? copy : new Uint8Array(copy)).every((byte) => byte === 7));
  }
  const data = Buffer.from([1, 2, 3]);
  const bytes = new Uint8Array(3);
  new EncodedVideoChunk({ type: 'key', timestamp: 0, data }).copyTo(bytes);
  assert.equal(bytes.join(), '1,2,3');
}

function metadata({ VideoFrame }) {
  const segments = [{ id: 1 }];
  const frame = new VideoFrame(new Uint8Array(BYTES), { format: 'RGBA', ...SMALL, timestamp: 0, metadata: { rtpTimestamp: 5, segments } });
  segments[0].id = 2;
  assert.equal(JSON.stringify(frame.metadata()), '{"rtpTimestamp":5,"segments":[{"id":1}]}');
  frame.close();
  const init = { format: 'RGBA', ...SMALL, timestamp: 0, metadata: { segments: () => undefined } };
  assert.throws(() => new VideoFrame(new Uint8Array(BYTES), init), isDom('DataCloneError'));
}

/** Errors, events and promises are those that the program knows by these names. */
async function classes({ VideoDecoder, VideoEncoder, VideoFrame }) {
  assert.throws(() => new VideoFrame(1, {}), (error) => error instanceof TypeError);
  const encoder = new VideoEncoder({ output() {}, error() {} });
  assert.ok(encoder instanceof EventTarget);
  const seen = [];
  encoder.addEventListener('mine', (event) => seen.push(event));
  encoder.dispatchEvent(new Event('mine'));
  assert.ok(seen[0] instanceof Event && seen[0].target === encoder);
  const promise = encoder.flush();
  assert.ok(promise instanceof Promise);
  await assert.rejects(promise, isDom('InvalidStateError'));
  encoder.close();
  assert.equal((await VideoEncoder.isConfigSupported(H264)).supported, true);
  const failure = await new Promise((error) => new VideoDecoder({ output() {}, error }).configure({ codec: 'bogus' }));
  assert.ok(isDom('NotSupportedError')(failure));
}

const isDom = (name) => (error) => {
  assert.ok(error instanceof DOMException, `${error?.stack}`);
  assert.equal(error.name, name);
  return true;
};

/** Ends with work, an error and outputs to come. */
function leave({ EncodedVideoChunk, VideoDecoder, VideoEncoder, ...framegate }) {
  const encoder = new VideoEncoder({ output: () => new DOMException('x'), error() {}, backpressure: 'queue' });
  encoder.ondequeue = () => new Event('x');
  encoder.configure({ ...H264, latencyMode: 'realtime' });
  for (let n = 0; n < 40; n += 1) {
    const frame = picture(framegate, n);
    encoder.encode(frame);
    frame.close();
  }
  const decoder = new VideoDecoder({ output() {}, error: (error) => error.name });
  decoder.configure(H264);
  decoder.decode(new EncodedVideoChunk({ type: 'key', timestamp: 0, data: new Uint8Array([0, 0, 0, 1, 0x65, 1, 2, 3]) }));
  decoder.flush().catch(() => undefined);
  new VideoDecoder({ output() {}, error: (error) => error.name }).configure({ codec: 'bogus' });
}

module.exports = { H264, PROGRAMS: { transcode, stream, buffers, metadata, classes }, leave, picture };
