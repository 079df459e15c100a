// Fails, by the error that the callback throws.
const framegate = require('framegate');

const { H264, picture } = require('../program.cjs');

test('an output callback that throws', async () => {
  const encoder = new framegate.VideoEncoder({ output() { throw new Error('thrown by output'); }, error() {} });
  encoder.configure(H264);
  const frame = picture(framegate, 0);
  encoder.encode(frame);
  frame.close();
  await encoder.flush();
  encoder.close();
});
