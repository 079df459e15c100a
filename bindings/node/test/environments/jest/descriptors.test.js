// One of many files of a process, each of which loads the package anew.
const { readdirSync, readlinkSync } = require('node:fs');
const { setTimeout: sleep } = require('node:timers/promises');
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc');

function sockets() {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith('socket:');
    } catch {
      return false; // that of readdir itself
    }
  }).length;
}

const before = sockets();

test('what a file leaves open goes, with codecs closed and codecs forgotten', async () => {
  const framegate = require('framegate');
  const { H264, PROGRAMS } = require('../program.cjs');
  await PROGRAMS.transcode(framegate);
  new framegate.VideoEncoder({ output() {}, error() {} }).configure(H264);
  new framegate.VideoDecoder({ output() {}, error() {} }).configure({ codec: 'bogus' });
  expect(sockets()).toBeGreaterThan(before);
  while (sockets() > before) {
    gc();
    await sleep(20);
  }
});
