// Going to times, tracks beside each other, and what files say of themselves: by ffprobe and mediabunny.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import { Demuxer } from 'framegate';
import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input } from 'mediabunny';

import { rejectsDom, rejectsTypeError } from '../support/assertions.mjs';
import { microseconds, newPath, run } from '../support/clips.mjs';
import { bytesOf } from '../support/collect.mjs';
import { all, H264_AAC, made, opened, VP9_OPUS } from '../support/files.mjs';

const file = made('mp4', H264_AAC);
const TIMES = [0, 500_000, 1_000_000, 999_000, 3_333_000, 1_234_567];

async function first(track) {
  for await (const chunk of track) return chunk;
}

const facts = (chunks) => chunks.map((chunk) => [chunk.type, chunk.timestamp, bytesOf(chunk)]);
const ofTrack = (read, index) => read.filter(({ track }) => track.index === index).map(({ chunk }) => chunk);

/** Where ffprobe goes: the first packet of a track that it reads then. */
function landed(path, stream, time) {
  const args = ['-read_intervals', `${time / 1e6}%+#1`, '-select_streams', stream, '-show_entries', 'packet=pts_time,size', '-of', 'json', path];
  const [packet] = JSON.parse(run('ffprobe', args)).packets;
  return [microseconds(packet.pts_time), Number(packet.size)];
}

describe('seek() lands where ffprobe does', () => {
  for (const path of [file, made('mkv', H264_AAC), made('webm', VP9_OPUS), made('mp4', [...H264_AAC, '-movflags', 'frag_keyframe+empty_moov'])]) {
    test(path.split('.').at(-1), () =>
      opened(path, async (demuxer) => {
        for (const time of TIMES) {
          await demuxer.seek(time / 1e6);
          const chunk = await first(demuxer.video);
          assert.equal(chunk.type, 'key');
          const [timestamp, size] = landed(path, 'v:0', time);
          if (timestamp <= time) assert.deepEqual([chunk.timestamp, chunk.byteLength], [timestamp, size], String(time));
          else assert.ok(chunk.timestamp <= Math.max(time, demuxer.video.start), `${chunk.timestamp} for ${time}: FFmpeg takes it for a time of decoding`);
        }
      }));
  }

  test('in a track of sound', () =>
    opened(file, async (demuxer) => {
      for (const time of TIMES) {
        await demuxer.seek(time / 1e6, { track: demuxer.audio });
        const { timestamp, duration } = await first(demuxer.audio);
        assert.ok(timestamp <= time && time < timestamp + duration + 1, `${timestamp} for ${time}`);
      }
    }));
});

test('and where mediabunny finds the key', async () => {
  const input = new Input({ source: new FilePathSource(file), formats: ALL_FORMATS });
  const sink = new EncodedPacketSink(await input.getPrimaryVideoTrack());
  await opened(file, async (demuxer) => {
    for (const time of TIMES) {
      await demuxer.seek(time / 1e6);
      const [theirs, ours] = [await sink.getKeyPacket(time / 1e6), await first(demuxer.video)];
      assert.deepEqual([ours.timestamp, Buffer.from(bytesOf(ours))], [theirs.microsecondTimestamp, Buffer.from(theirs.data)]);
    }
  });
});

test('what follows a seek, also after the end', () =>
  opened(file, async (demuxer) => {
    const whole = await all(demuxer);
    await rejectsDom(all(demuxer), 'InvalidStateError', /seek, or open it again/);
    await demuxer.seek(0);
    assert.deepEqual(facts((await all(demuxer)).map(({ chunk }) => chunk)), facts(whole.map(({ chunk }) => chunk)));
    await demuxer.seek(2.5);
    const rest = await all(demuxer.video);
    assert.equal(rest[0].timestamp, 2_000_000);
    assert.deepEqual(facts(rest), facts(ofTrack(whole, 0).slice(-rest.length)));
  }));

test('a loop goes on from there', () =>
  opened(file, async (demuxer) => {
    const found = [];
    for await (const chunk of demuxer.video) {
      found.push(chunk.timestamp);
      if (found.length === 2) await demuxer.seek(3);
      if (found.length === 4) break;
    }
    assert.equal(found[2], 3_000_000);
    // Pictures take the place, too; those who wait for a chunk go on behind it.
    await demuxer.seek(0);
    const loop = demuxer.video[Symbol.asyncIterator]();
    await loop.next();
    const [frame, { value: next }] = await Promise.all([demuxer.frameAt(2), loop.next()]);
    assert.equal(frame.timestamp, 2_000_000);
    frame.close();
    assert.ok(next.timestamp > 2_000_000, String(next.timestamp));
  }));

test('times that are none, and tracks that are not there', () =>
  opened(file, async (demuxer) => {
    await rejectsTypeError(demuxer.seek(), /1 argument required/);
    for (const time of [NaN, Infinity, 1e300, -1e300, 'x', {}, undefined]) await rejectsTypeError(demuxer.seek(time), /seconds/);
    for (const track of [null, 0, 7, {}, 'video']) await rejectsTypeError(demuxer.seek(0, { track }), /none of this demuxer's tracks/);
    await opened(file, (other) => rejectsTypeError(demuxer.seek(0, { track: other.video }), /none of this demuxer's tracks/));
    await demuxer.seek(-9e9);
    assert.equal((await first(demuxer.video)).timestamp, 0);
    await demuxer.seek(9e9);
    assert.equal((await first(demuxer.video)).timestamp, 3_000_000, 'the last key');
    await demuxer.close();
    await rejectsDom(demuxer.seek(0), 'InvalidStateError', /closed/);
  }));

test('a stream cannot go back, and is read on where it was', async () => {
  const bytes = readFileSync(made('mkv', H264_AAC));
  const whole = await opened(bytes, all);
  await opened(new Blob([bytes]).stream(), async (demuxer) => {
    assert.equal(demuxer.seekable, false);
    const loop = demuxer[Symbol.asyncIterator]();
    const read = [(await loop.next()).value];
    await rejectsDom(demuxer.seek(1), 'NotSupportedError', /one after another|pipe|stream|seek/);
    for await (const item of loop) read.push(item);
    assert.deepEqual(facts(read.map(({ chunk }) => chunk)), facts(whole.map(({ chunk }) => chunk)));
  });
});

test('close() while a seek is under way', async () => {
  const demuxer = await Demuxer.open(file);
  const refused = [demuxer.seek(1), demuxer.seek(2)].map((seek) => rejectsDom(seek, 'InvalidStateError', /closed/));
  await demuxer.close();
  await Promise.all(refused);
});

describe('tracks beside each other', () => {
  test('each in a loop of its own, at different speeds', async () => {
    const whole = await opened(file, all);
    await opened(file, async (demuxer) => {
      const slowly = async (track, turns) => {
        const chunks = [];
        for await (const chunk of track) {
          chunks.push(chunk);
          for (let n = 0; n < turns; n += 1) await turn();
        }
        return chunks;
      };
      for (const [picture, sound] of [[0, 0], [3, 0], [0, 3]]) {
        const [video, audio] = await Promise.all([slowly(demuxer.video, picture), slowly(demuxer.audio, sound)]);
        assert.deepEqual(facts(video), facts(ofTrack(whole, 0)));
        assert.deepEqual(facts(audio), facts(ofTrack(whole, 1)));
        await demuxer.seek(0);
      }
    });
  });

  test('a loop in a loop begins where the file is read', () =>
    opened(file, async (demuxer) => {
      for await (const chunk of demuxer.video) {
        if (chunk.timestamp < 1_000_000) continue;
        const sound = await first(demuxer.audio);
        assert.ok(Math.abs(sound.timestamp - 1_000_000) < 200_000, String(sound.timestamp));
        break;
      }
    }));

  for (const [limit, value, said] of [['maxBufferedChunks', 20, /maxBufferedChunks is 20.*read track 1/], ['maxBufferedBytes', 3000, /maxBufferedBytes is 3000.*read track 1/]]) {
    test(`a full buffer: ${limit}`, async () => {
      const whole = await opened(file, all);
      await opened(
        file,
        async (demuxer) => {
          const { sound, heard, seen, look } = await begun(demuxer, said);
          assert.ok(seen.length > 0 && seen.length < 100, String(seen.length));
          // Nothing is lost: it goes on when the other is read.
          for (let isDone = false; !isDone; ) {
            for (let n = 0; n < 15; n += 1) {
              const { value, done } = await sound.next();
              if (!done) heard.push(value);
            }
            isDone = await look().then(() => true, (error) => assert.match(error.message, said));
          }
          for await (const chunk of sound) heard.push(chunk);
          assert.deepEqual(facts(seen), facts(ofTrack(whole, 0)));
          assert.deepEqual(facts(heard), facts(ofTrack(whole, 1)));
        },
        { [limit]: value },
      );
    });
  }

  test('a track alone leaves nothing of others in the buffer', () =>
    opened(file, async (demuxer) => assert.equal((await all(demuxer.video)).length, 100), { maxBufferedChunks: 1, maxBufferedBytes: 1 }));

  test('a loop over all gives what was kept, in file order', async () => {
    const whole = await opened(file, all);
    await opened(
      file,
      async (demuxer) => {
        const { sound, heard, seen } = await begun(demuxer, /read track 1/);
        const listen = async () => {
          for await (const chunk of sound) heard.push(chunk);
        };
        await rejectsDom(listen(), 'OperationError', /read track 0/);
        const rest = await all(demuxer);
        const given = [seen.length, heard.length];
        const left = whole.filter(({ track }) => (given[track.index] -= 1) < 0);
        assert.deepEqual(facts([...seen, ...ofTrack(rest, 0)]), facts(ofTrack(whole, 0)));
        assert.deepEqual(facts([...heard, ...ofTrack(rest, 1)]), facts(ofTrack(whole, 1)));
        assert.deepEqual(facts(rest.map(({ chunk }) => chunk)), facts(left.map(({ chunk }) => chunk)));
      },
      { maxBufferedChunks: 5 },
    );
  });

  /** Two loops, of which that over sound is left after a chunk, until the other one fails. */
  async function begun(demuxer, said) {
    const sound = demuxer.audio[Symbol.asyncIterator]();
    const seen = [];
    const look = async () => {
      for await (const chunk of demuxer.video) seen.push(chunk);
    };
    const [{ value }] = await Promise.all([sound.next(), rejectsDom(look(), 'OperationError', said)]);
    return { sound, heard: [value], seen, look };
  }
});

describe('what files say of themselves', () => {
  const picture = newPath('png');
  run('ffmpeg', ['-nostdin', '-f', 'lavfi', '-i', 'testsrc=size=32x32', '-frames:v', '1', picture]);
  const told = newPath('txt');
  const CHAPTERS = '[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=2500\ntitle=One\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=2500\nEND=4000\ntitle=Zwei\n';
  writeFileSync(told, `;FFMETADATA1\ntitle=A film\nartist=Somebody\ncomment=Grüße\n${CHAPTERS}`);
  const rich = newPath('mp4');
  run('ffmpeg', [
    ...['-nostdin', '-i', file, '-i', told, '-i', picture, '-map_metadata', '1', '-map', '0', '-map', '2', '-c', 'copy', '-disposition:v:1', 'attached_pic'],
    ...['-metadata:s:a:0', 'language=deu', '-disposition:a:0', 'default+forced+hearing_impaired', '-metadata:s:a:0', 'title=Ton', rich],
  ]);
  const odd = newPath('mkv');
  run('ffmpeg', ['-nostdin', '-i', file, '-c', 'copy', '-metadata', '__proto__=mine', '-metadata', 'constructor=yes', odd]);
  const album = newPath('flac');
  run('ffmpeg', ['-nostdin', '-i', file, '-i', picture, '-map', '0:a', '-map', '1', '-c:a', 'flac', '-c:v', 'copy', '-disposition:v', 'attached_pic', album]);
  const turned = newPath('mp4');
  run('ffmpeg', ['-nostdin', '-i', file, '-c', 'copy', '-metadata:s:v', 'rotate=90', turned]);
  const us = (seconds) => (seconds === undefined ? null : microseconds(seconds));
  const DISPOSITIONS = ['default', 'dub', 'original', 'comment', 'forced', 'hearing_impaired', 'visual_impaired'];
  const camel = (name) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());

  for (const [name, path] of Object.entries({ rich, album, odd, ts: made('ts', H264_AAC), webm: made('webm', VP9_OPUS), wav: made('wav', [], { pictures: false }) })) {
    test(name, async () => {
      const probed = JSON.parse(run('ffprobe', ['-show_format', '-show_streams', '-show_chapters', '-of', 'json', path]));
      await opened(path, (demuxer) => {
        const { format, duration, start, tags, title, chapters, covers, tracks } = demuxer;
        const said = probed.format;
        assert.deepEqual([format, duration, start], [said.format_name, us(said.duration), us(said.start_time)]);
        assert.deepEqual(Object.entries(tags), Object.entries(said.tags ?? {}));
        assert.equal(title, tags.title ?? '');
        assert.deepEqual(chapters, probed.chapters.map((row) => ({ start: us(row.start_time), end: us(row.end_time), title: row.tags.title })));
        const streams = probed.streams.filter((stream) => ['audio', 'video'].includes(stream.codec_type));
        const isCover = (stream) => stream.disposition.attached_pic === 1;
        assert.deepEqual(covers.map(({ type, data }) => [type, Buffer.from(data)]), streams.filter(isCover).map(() => ['image/png', readFileSync(picture)]));
        assert.deepEqual(
          tracks.map((track) => [track.stream, track.frameCount, track.duration, track.start, track.tags, track.disposition, track.language ?? 'und']),
          streams.filter((stream) => !isCover(stream)).map((stream) => [
            ...[stream.index, stream.nb_frames === undefined ? null : Number(stream.nb_frames), us(stream.duration), us(stream.start_time), stream.tags ?? {}],
            ...[DISPOSITIONS.filter((key) => stream.disposition[key] === 1).map(camel), stream.tags?.language ?? 'und'],
          ]),
        );
      });
    });
  }

  test('however much it is', async () => {
    const [much, path] = ['x'.repeat(3_000_000), newPath('mkv')];
    writeFileSync(told, `;FFMETADATA1\ncomment=${much}\n`);
    run('ffmpeg', ['-nostdin', '-i', file, '-i', told, '-map_metadata', '1', '-map', '0', '-c', 'copy', path]);
    await opened(path, (demuxer) => assert.equal(demuxer.tags.COMMENT, much));
  });

  test('rotation', () =>
    opened(turned, (demuxer) => {
      const [{ rotation }] = JSON.parse(run('ffprobe', ['-select_streams', 'v', '-show_streams', '-of', 'json', turned])).streams[0].side_data_list;
      const clockwise = (360 - rotation) % 360; // FFmpeg's turns the other way
      assert.ok(clockwise % 180 === 90, String(rotation));
      assert.deepEqual(demuxer.tracks.map((track) => track.rotation), [clockwise, 0]);
    }));

  test('they stay after close(), and a program’s changes are its own', async () => {
    const demuxer = await Demuxer.open(rich);
    await demuxer.close();
    demuxer.covers[0].data.fill(0);
    demuxer.tags.artist = 'me';
    demuxer.chapters[0].title = 'me';
    assert.deepEqual([demuxer.tags.artist, demuxer.chapters[0].title, demuxer.covers[0].data[0]], ['Somebody', 'One', 0x89]);
    assert.deepEqual([demuxer.audio.language, demuxer.audio.disposition], ['deu', ['default', 'forced', 'hearingImpaired']]);
  });
});
