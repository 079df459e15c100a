const { threadId } = require('node:worker_threads');

const framegate = require('framegate');
const { H264, picture } = require('../program.cjs');

exports.encode = async ({ frames }) => {
  let count = 0;
  const encoder = new framegate.VideoEncoder({
    output: () => (count += 1),
    error: (error) => {
      throw error;
    },
  });
  encoder.configure(H264);
  for (let n = 0; n < frames; n += 1) encode(encoder, n);
  await encoder.flush();
  encoder.close();
  return { frames: count, thread: threadId };
};

exports.forever = async () => {
  const encoder = new framegate.VideoEncoder({ output() {}, error() {} });
  encoder.configure(H264);
  for (let n = 0; ; n += 1) {
    await encoder.ready;
    encode(encoder, n);
    // ref-napi aborts the process if its thread is terminated in a call of it.
    if (n === 20 && process.env.FRAMEGATE_FFI === 'ffi-napi') await new Promise(() => undefined);
  }
};

function encode(encoder, n) {
  const frame = picture(framegate, n);
  encoder.encode(frame);
  frame.close();
}
