// Pictures at times: those that ffmpeg decodes.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, describe, test } from 'node:test';

import { Demuxer, VideoDecoder } from 'framegate';

import { rejectsDom, rejectsTypeError, throwsDom, throwsTypeError } from '../support/assertions.mjs';
import { frameSums, framesOf, microseconds, newPath, run, sumOf } from '../support/clips.mjs';
import { all, made, opened, VP9_OPUS } from '../support/files.mjs';

const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '3', '-b_strategy', '0', '-g', '30', '-pix_fmt', 'yuv420p', '-c:a', 'aac'];
const file = made('mp4', X264);

function cut() {
  const path = newPath('mp4');
  run('ffmpeg', ['-nostdin', '-ss', '1.5', '-i', file, '-c', 'copy', path]);
  return path;
}

const FILES = {
  'MP4 with B-frames': file,
  'an edit list that hides pictures': cut(),
  'fragments': made('mp4', [...X264, '-movflags', 'frag_keyframe+empty_moov+default_base_moof']),
  'open groups': made('mp4', [...X264, '-x264-params', 'open-gop=1:scenecut=0']),
  Matroska: made('mkv', X264),
  'MPEG-TS': made('ts', X264),
  'MPEG-TS, with recovery points for keys': made('ts', [...X264, '-bf', '0', '-x264-params', 'intra-refresh=1']),
  WebM: made('webm', [...VP9_OPUS, '-pix_fmt', 'yuv420p']),
};

/** All pictures by ffmpeg: time, and sum. */
function shown(path) {
  const sums = frameSums(path);
  const pictures = framesOf(path).map(({ time }, n) => ({ timestamp: microseconds(time), sum: sums[n] }));
  assert.equal(pictures.length, sums.length);
  return pictures;
}

const wanted = (pictures, time) => pictures.findLast(({ timestamp }) => timestamp <= time) ?? pictures[0];

async function facts(frame) {
  const found = { timestamp: frame.timestamp, sum: await sumOf(frame) };
  frame.close();
  return found;
}

async function times(frames) {
  const found = [];
  for await (const frame of frames) {
    found.push(frame.timestamp);
    frame.close();
  }
  return found;
}

const TIMES = [0, 10_000, 500_000, 1_200_000, 1_190_000, 3_333_000, 2_000_000, 2_040_000, 2_200_000, 1_234_567, 3_000_000, 80_000];

for (const [name, path] of Object.entries(FILES)) {
  describe(name, () => {
    const pictures = shown(path);
    const [first, last] = [pictures[0].timestamp, pictures.at(-1).timestamp];

    test('frameAt', () =>
      opened(path, async (demuxer) => {
        for (const time of [...TIMES, ...TIMES.toReversed()]) {
          const moment = Math.min(first + time, last + 20_000);
          assert.deepEqual(await facts(await demuxer.frameAt(moment / 1e6)), wanted(pictures, moment), String(moment));
        }
        assert.equal((await facts(await demuxer.frameAt(-1))).timestamp, first);
        for (const late of [last + 200_000, 1e9]) await rejectsTypeError(demuxer.frameAt(late / 1e6), /the track ends at \d+ us/);
      }));

    test('frames', () =>
      opened(path, async (demuxer) => {
        const own = pictures.map(({ timestamp }) => timestamp);
        assert.deepEqual(await times(demuxer.frames()), own);
        const begin = wanted(pictures, first + 500_000).timestamp;
        const some = [];
        for await (const frame of demuxer.frames((first + 500_000) / 1e6, (first + 2_100_000) / 1e6)) some.push(await facts(frame));
        assert.deepEqual(some, pictures.filter(({ timestamp }) => timestamp >= begin && timestamp < first + 2_100_000));
        for (const step of [1e6 / 30, 700_000, 2_500_000]) {
          const moments = Array.from({ length: 1000 }, (_, n) => Math.round(first + n * step)).filter((moment) => moment < last);
          const found = await times(demuxer.frames(first / 1e6, last / 1e6, step / 1e6));
          assert.deepEqual(found, moments.map((moment) => wanted(pictures, moment).timestamp));
        }
        assert.deepEqual(await times(demuxer.frames(first / 1e6, first / 1e6)), []);
      }));
  });
}

test('two ranges at once, and others between', () =>
  opened(file, async (demuxer) => {
    const [left, right] = [demuxer.frames(), demuxer.frames(1)];
    const next = async (frames) => (await facts((await frames.next()).value)).timestamp;
    for (let n = 0; n < 8; n += 1) {
      const both = await Promise.all([next(left), next(right), facts(await demuxer.frameAt(3))]);
      assert.deepEqual([both[0], both[1], both[2].timestamp], [n * 40_000, 1_000_000 + n * 40_000, 3_000_000]);
    }
    await Promise.all([left.return(), right.return()]);
  }));

describe('it goes on from where it is when that is shorter', () => {
  const { decode } = VideoDecoder.prototype;
  let decoded = 0;
  VideoDecoder.prototype.decode = function (...args) {
    decoded += 1;
    return decode.apply(this, args);
  };
  after(() => Object.assign(VideoDecoder.prototype, { decode }));
  const counted = async (demuxer, time) => {
    const before = decoded;
    (await demuxer.frameAt(time / 1e6)).close();
    return decoded - before;
  };

  test('chunks that were decoded', () =>
    opened(file, async (demuxer) => {
      await counted(demuxer, 1_300_000); // the key is at 1.2
      let sum = 0;
      for (const time of [1_340_000, 1_380_000, 1_900_000, 2_300_000]) sum += await counted(demuxer, time);
      assert.ok(sum <= 25 + 8, `${sum}: each was decoded once`);
      assert.ok((await counted(demuxer, 3_650_000)) < 20, 'what is between was not decoded: the key is at 3.6');
      assert.ok((await counted(demuxer, 3_650_000)) === 0);
    }));
});

test('frames are the program’s to keep, however many, and outlive the demuxer', async () => {
  const pictures = shown(file);
  const kept = await opened(file, (demuxer) => all(demuxer.frames(0, 1.6)));
  assert.equal(kept.length, 40);
  for (const [n, frame] of kept.entries()) assert.deepEqual(await facts(frame), pictures[n]);
});

test('from bytes and Blobs', async () => {
  const bytes = readFileSync(file);
  for (const source of [bytes, new Blob([bytes])]) {
    await opened(source, async (demuxer) => assert.equal((await facts(await demuxer.frameAt(2.5))).timestamp, 2_480_000));
  }
});

test('a track by name, and what has no pictures', () =>
  opened(file, async (demuxer) => {
    assert.equal((await facts(await demuxer.video.frameAt(0.1))).timestamp, 80_000);
    await rejectsDom(demuxer.audio.frameAt(0), 'NotSupportedError', /track 1 has sound/);
    throwsDom(() => demuxer.audio.frames(), 'NotSupportedError', /track 1 has sound/);
    const [wav] = [made('wav', [], { pictures: false })];
    await opened(wav, (sound) => rejectsDom(sound.frameAt(0), 'NotSupportedError', /no video track/));
  }));

test('what cannot go back says so', async () => {
  const raw = newPath('h264');
  run('ffmpeg', ['-nostdin', '-i', file, '-c', 'copy', '-an', raw]);
  await opened(raw, (demuxer) => rejectsDom(demuxer.frameAt(1), 'NotSupportedError', /neither times nor an index/));
  const mkv = readFileSync(FILES.Matroska);
  await opened(new Blob([mkv]).stream(), async (demuxer) => {
    await rejectsDom(demuxer.frameAt(1), 'NotSupportedError');
    assert.equal((await all(demuxer.video)).length, 100, 'it is read on where it was');
  });
});

test('arguments that are no times', () =>
  opened(file, async (demuxer) => {
    await rejectsTypeError(demuxer.frameAt(), /1 argument required/);
    for (const time of [NaN, Infinity, -Infinity, 1e300, 2 ** 60, 'soon', {}, undefined]) {
      await rejectsTypeError(demuxer.frameAt(time), /seconds/);
      if (time !== undefined) throwsTypeError(() => demuxer.frames(time), /start/);
      if (time !== undefined) throwsTypeError(() => demuxer.frames(0, time), /end/);
    }
    for (const step of [0, -1, NaN, Infinity, 5e-7, 'x']) throwsTypeError(() => demuxer.frames(0, 1, step), /step/);
    for (const time of [9e9, '1e3']) await rejectsTypeError(demuxer.frameAt(time), /the track ends/);
    assert.equal((await facts(await demuxer.frameAt(-9e9))).timestamp, 0);
    assert.deepEqual(await times(demuxer.frames(0, null, null)), await times(demuxer.video.frames()));
  }));

test('close() in the middle', async () => {
  const demuxer = await Demuxer.open(file);
  const refused = [demuxer.frameAt(2), demuxer.frameAt(1), demuxer.frames().next()].map((promise) => rejectsDom(promise, 'InvalidStateError', /closed/));
  await demuxer.close();
  await Promise.all(refused);
  await rejectsDom(demuxer.frameAt(0), 'InvalidStateError', /closed/);
  const other = await Demuxer.open(file);
  const frames = other.frames();
  (await frames.next()).value.close();
  const next = rejectsDom(frames.next(), 'InvalidStateError', /closed/);
  await other.close();
  await next;
});

test('damage ends in an error or in a picture that is right, at every cut', async () => {
  for (const name of ['MPEG-TS', 'Matroska']) {
    const bytes = readFileSync(FILES[name]);
    const sums = new Map(shown(FILES[name]).map(({ timestamp, sum }) => [timestamp, sum]));
    let right = 0;
    for (let size = 1024; size < bytes.length; size += 8 * 1024) {
      const demuxer = await Demuxer.open(bytes.subarray(0, size)).catch(() => null);
      const found = await demuxer?.frameAt(2).then(facts, (error) => assert.ok(error instanceof Error));
      if (found) assert.equal(found.sum, sums.get(found.timestamp), `${name} cut at ${size}`);
      right += Number(Boolean(found));
      await demuxer?.close();
    }
    assert.ok(right > 0);
  }
});
