// In each project of suite/jest.test.mjs: Node and jsdom, with Jest's timers and with Node's.
const framegate = require('framegate');

const { leave, PROGRAMS } = require('../program.cjs');

for (const [name, run] of Object.entries(PROGRAMS)) test(name, () => run(framegate));

test('fake timers in one test', async () => {
  jest.useFakeTimers();
  await PROGRAMS.transcode(framegate);
  await PROGRAMS.stream(framegate);
  jest.useRealTimers();
  await PROGRAMS.transcode(framegate);
});

test('modules reset, and loaded again', async () => {
  jest.resetModules();
  const again = require('framegate');
  expect(again.VideoFrame).not.toBe(framegate.VideoFrame);
  await PROGRAMS.transcode(again);
});

test('ends with work under way', () => leave(framegate));
