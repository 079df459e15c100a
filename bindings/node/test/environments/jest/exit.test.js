// The process ends: its codecs are closed, though Jest's copy of `process` hears nothing of it.
const { writeSync } = require('node:fs');
const { runInThisContext } = require('node:vm');

const framegate = require('framegate');
const { H264, picture } = require('../program.cjs');

test('codecs are closed when the process ends', () => {
  const encoder = new framegate.VideoEncoder({ output() {}, error() {} });
  encoder.configure(H264);
  const frame = picture(framegate, 0);
  process.on('exit', () => writeSync(1, 'the copy of process\n'));
  runInThisContext('process').on('exit', () => {
    try {
      encoder.encode(frame);
      writeSync(1, 'at exit: open\n');
    } catch (error) {
      writeSync(1, `at exit: ${error.name}\n`);
    }
  });
});
