// Whatever a program passes, it gets a frame or an error that names the call; and a frame gives back what went in.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';

import { VideoFrame } from 'framegate';

import { bytesOfPart, codedBytes, FORMATS } from '../support/frames.mjs';

const ROUNDS = 4000;
const ODD_VALUES = [undefined, null, -1, -0, 0.5, 3, 4, 8, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53, -(2 ** 63), NaN, Infinity, '4', 'x', {}, [], true, 5n, Symbol('s'), () => 4];

/** Numbers from 0 to 1, the same for the same seed. */
function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const random = randomNumbers(7);
const pick = (values) => values[Math.floor(random() * values.length)];
const upTo = (most) => Math.floor(random() * (most + 1));
/** Mostly what `make` gives, sometimes anything. */
const mostly = (make) => (random() < 0.93 ? make() : pick(ODD_VALUES));
const sometimes = (name, make) => (random() < 0.4 ? { [name]: mostly(make) } : {});

const rect = () => ({ ...sometimes('x', () => upTo(8)), ...sometimes('y', () => upTo(8)), width: mostly(() => upTo(9)), height: mostly(() => upTo(9)) });
const layout = () => Array.from({ length: upTo(4) }, () => ({ offset: mostly(() => upTo(300)), stride: mostly(() => upTo(40)) }));
const common = () => ({
  ...sometimes('duration', () => upTo(1000)),
  ...sometimes('visibleRect', rect),
  ...sometimes('rotation', () => upTo(800) - 400),
  ...sometimes('flip', () => random() < 0.5),
  ...(random() < 0.3 ? { displayWidth: mostly(() => 1 + upTo(50)), displayHeight: mostly(() => 1 + upTo(50)) } : {}),
  ...sometimes('metadata', () => ({ rtpTimestamp: mostly(() => 3) })),
});
const bufferInit = () => ({
  format: mostly(() => pick(Object.keys(FORMATS))),
  codedWidth: mostly(() => 1 + upTo(8)),
  codedHeight: mostly(() => 1 + upTo(8)),
  timestamp: mostly(() => upTo(1e6) - 5e5),
  ...common(),
  ...(random() < 0.2 ? { layout: mostly(layout) } : {}),
  ...sometimes('colorSpace', () => ({ matrix: mostly(() => pick(['rgb', 'bt709', null])), fullRange: pick([true, false, null]) })),
});
const frameInit = () => ({ ...sometimes('timestamp', () => upTo(99)), ...sometimes('alpha', () => pick(['keep', 'discard'])), ...common() });
const copyOptions = () => ({
  ...sometimes('rect', rect),
  ...(random() < 0.2 ? { layout: mostly(layout) } : {}),
  ...sometimes('format', () => pick(Object.keys(FORMATS))),
  ...sometimes('colorSpace', () => pick(['srgb', 'display-p3'])),
});

/** Ours, or JavaScript's own for what is no number or string at all. */
function assertError(error) {
  const own = /^Failed to .*'VideoFrame'/.test(error.message);
  const language = error instanceof TypeError && /Cannot (convert|mix)|not iterable/.test(error.message);
  assert.ok(own || language, error.stack);
}

const pixels = (value) => Math.trunc(Number(value));

/** Where the frame was in the picture. */
const partOf = ({ visibleRect }, { codedWidth: width, codedHeight: height }) => ({
  x: pixels(visibleRect?.x ?? 0),
  y: pixels(visibleRect?.y ?? 0),
  width,
  height,
});

function attempt(make) {
  try {
    return make();
  } catch (error) {
    assertError(error);
    return null;
  }
}

test(`${ROUNDS} random frames`, async () => {
  const data = Uint8Array.from({ length: 2048 }, (_, i) => (i * 151) % 256); // also words that no depth has
  const target = new Uint8Array(4096);
  let made = 0;
  let copied = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const init = bufferInit();
    const frame = attempt(() => new VideoFrame(data, init));
    if (!frame) continue;
    made += 1;
    if (!init.layout) {
      const { format, codedWidth, codedHeight } = init;
      const expected = bytesOfPart(data, format, pixels(codedWidth), pixels(codedHeight), partOf(init, frame));
      assert.deepEqual(await codedBytes(frame), expected, inspect(init));
    }
    const other = attempt(() => new VideoFrame(frame, frameInit()));
    for (const each of [frame, other ?? frame.clone()]) {
      const options = copyOptions();
      const size = attempt(() => each.allocationSize(options));
      target.fill(9);
      await each.copyTo(target, options).then(
        (planes) => {
          copied += 1;
          assert.ok(size !== null && planes.length > 0);
          assert.ok(target.subarray(size).every((byte) => byte === 9), 'nothing behind the size is touched');
        },
        (error) => {
          assertError(error);
          assert.ok(size === null || size > target.length, error.stack);
        },
      );
      each.close();
    }
  }
  assert.ok(made > ROUNDS / 10 && copied > made / 4, `${made} made, ${copied} copied`);
});
