// W3C WebCodecs, "Parse Rotation", "Add Rotations", and the default display sizes.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { VideoFrame } from 'framegate';
import { i420Frame } from '../support/frames.mjs';

/** What `read` finds, after which the frame is closed. */
function look(frame, read) {
  const found = read(frame);
  frame.close();
  return found;
}

const turnOf = ({ rotation, flip }) => [rotation, flip];
const shownAs = ({ displayWidth, displayHeight }) => [displayWidth, displayHeight];

test('rotation is the nearest multiple of 90, ties up, within one turn', () => {
  const expected = [
    [0, 0], [-0, 0], [1, 0], [44.9, 0], [45, 90], [90, 90], [134, 90], [135, 180], [180, 180], [225, 270], [270, 270],
    [314, 270], [315, 0], [360, 0], [450, 90], [3600, 0], [-1, 0], [-44, 0], [-45, 0], [-46, 270], [-90, 270],
    [-135, 270], [-136, 180], [-180, 180], [-270, 90], [-360, 0], [-450, 270], ['90', 90], [null, 0],
  ];
  for (const [given, rotation] of expected) {
    assert.ok(Object.is(look(i420Frame({ rotation: given }), (frame) => frame.rotation), rotation), String(given));
  }
});

test('the display size is that of the visible part, on its side when the frame is', () => {
  const visibleRect = { x: 0, y: 0, width: 3, height: 2 };
  for (const [rotation, size] of [[0, [3, 2]], [90, [2, 3]], [180, [3, 2]], [270, [2, 3]]]) {
    assert.deepEqual(look(i420Frame({ visibleRect, rotation }), shownAs), size);
    assert.deepEqual(look(i420Frame({ visibleRect, rotation, flip: true }), shownAs), size);
    const given = { displayWidth: 7, displayHeight: 5 };
    assert.deepEqual(look(i420Frame({ visibleRect, rotation, ...given }), shownAs), [7, 5]);
  }
});

test("a frame of a frame has its turn on top of the other's, against it where that is mirrored", () => {
  for (const base of [0, 90, 180, 270]) {
    for (const turn of [0, 90, 180, 270, -90]) {
      for (const baseFlip of [false, true]) {
        for (const flip of [false, true]) {
          const frame = i420Frame({ rotation: base, flip: baseFlip });
          const turned = new VideoFrame(frame, { rotation: turn, flip });
          const rotation = (((baseFlip ? base - turn : base + turn) % 360) + 360) % 360;
          assert.deepEqual(look(turned, turnOf), [rotation, baseFlip !== flip]);
          frame.close();
        }
      }
    }
  }
});

test('a frame of a frame is shown on its side when it is', () => {
  for (const base of [0, 90, 180, 270]) {
    for (const turn of [0, 90, 180, 270]) {
      const frame = i420Frame({ rotation: base });
      const sideways = (base + turn) % 180 !== 0;
      assert.deepEqual(look(new VideoFrame(frame, { rotation: turn }), shownAs), sideways ? [2, 4] : [4, 2]);
      frame.close();
    }
  }
});

test('a part of a frame is shown as large as it was in the whole', () => {
  const anamorphic = i420Frame({ displayWidth: 8, displayHeight: 2 });
  const visibleRect = { x: 2, y: 0, width: 2, height: 2 };
  assert.deepEqual(look(new VideoFrame(anamorphic, { visibleRect }), shownAs), [4, 2]);
  assert.deepEqual(look(new VideoFrame(anamorphic, { visibleRect, rotation: 90 }), shownAs), [2, 4]);
  assert.deepEqual(look(new VideoFrame(anamorphic, { visibleRect, displayWidth: 1, displayHeight: 9 }), shownAs), [1, 9]);
  anamorphic.close();

  const onItsSide = i420Frame({ rotation: 90, displayWidth: 2, displayHeight: 8 }); // 4x2, shown twice as wide, turned
  assert.deepEqual(look(new VideoFrame(onItsSide, { visibleRect }), shownAs), [2, 4]);
  assert.deepEqual(look(new VideoFrame(onItsSide, { visibleRect, rotation: 270 }), shownAs), [4, 2]);
  onItsSide.close();

  const third = i420Frame({ displayWidth: 5, displayHeight: 3 });
  assert.deepEqual(look(new VideoFrame(third, { visibleRect: { width: 3, height: 1 } }), shownAs), [4, 2], '3.75 and 1.5 are rounded');
  third.close();
});
