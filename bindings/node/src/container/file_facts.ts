/** What a demuxer of the library's says of its file. */
import { check, copyOfMemory, FG, FileInfo, native, ResultSlot, TrackInfo } from '../native';
import type { Chapter, Cover, FileFacts, Tags, TrackFacts } from './messages';
import { configFacts } from './track_facts';

/** FG_NO_TIMESTAMP, which is beyond what numbers have exactly, and is one of them. */
export const NO_TIMESTAMP = -(2 ** 63);

/** More is no text. */
const MOST_TEXT_BYTES = 1 << 28;

const slot = new ResultSlot();
const sizeSlot = new ResultSlot();

/** All of it, once. */
export function fileFacts(demuxer: number): FileFacts {
  const info = new FileInfo();
  check(native.fg_demuxer_info(demuxer, info.bytes));
  const said = allSaid(demuxer);
  const { flags, duration_us, start_us, track_count, chapter_count, cover_count } = info;
  return {
    title: said.get('title') ?? '',
    format: said.get('format') ?? '',
    seekable: (flags & FG.FILE_SEEKABLE) !== 0,
    start: timeOf(start_us),
    duration: knownOf(duration_us),
    tags: below(said, 'tags.'),
    chapters: counted(chapter_count, (index) => chapter(said, index)),
    covers: counted(cover_count, (index) => cover(demuxer, said, index)),
    tracks: counted(track_count, (index) => track(demuxer, said, index)),
  };
}

const counted = <T>(length: number, make: (index: number) => T): T[] => Array.from({ length }, (_, index) => make(index));
const timeOf = (time: number): number | null => (time === NO_TIMESTAMP ? null : time);
const knownOf = (number: number): number | null => (number < 0 ? null : number);

type Said = ReadonlyMap<string, string>;

function allSaid(demuxer: number): Said {
  const said = new Map<string, string>();
  const text = new GrowingText();
  for (let index = 0; ; index += 1) {
    const key = text.written((room) => native.fg_demuxer_key(demuxer, index, room, room.length));
    if (key === null) return said;
    said.set(key, text.written((room) => native.fg_demuxer_get(demuxer, key, room, room.length)) ?? '');
  }
}

/** Room for text, as much as files say. */
class GrowingText {
  #room = Buffer.alloc(4096);

  /** What a call writes; null at the end. It refuses only what there is too little room for, and is asked again with more. */
  written(write: (room: Buffer) => number): string | null {
    for (;;) {
      const status = write(this.#room);
      if (status === FG.OK) return this.#room.toString('utf8', 0, this.#room.indexOf(0));
      if (status === FG.END) return null;
      if (status !== FG.ERROR_INVALID_ARGUMENT || this.#room.length >= MOST_TEXT_BYTES) check(status);
      this.#room = Buffer.alloc(2 * this.#room.length);
    }
  }
}

/** What has such keys, by the rest of them. */
const below = (said: Said, prefix: string): Tags =>
  [...said].filter(([key]) => key.startsWith(prefix)).map(([key, value]) => [key.slice(prefix.length), value]);

function chapter(said: Said, index: number): Chapter {
  const of = (name: string): string => said.get(`chapters.${index}.${name}`) ?? '';
  return { start: Number(of('start')), end: Number(of('end') || of('start')), title: of('title') };
}

function cover(demuxer: number, said: Said, index: number): Cover {
  const key = `covers.${index}`;
  check(native.fg_demuxer_get_bytes(demuxer, key, slot.bytes, sizeSlot.bytes));
  return { type: said.get(key) ?? '', data: copyOfMemory(slot.value, sizeSlot.value) };
}

function track(demuxer: number, said: Said, index: number): TrackFacts {
  const info = new TrackInfo();
  check(native.fg_demuxer_track_info(demuxer, index, info.bytes));
  check(native.fg_demuxer_track(demuxer, index, slot.bytes));
  const { stream, frames, disposition, start_us, duration_us } = info;
  return {
    ...configFacts(slot.value),
    stream,
    frameCount: knownOf(frames),
    disposition,
    start: timeOf(start_us),
    duration: knownOf(duration_us),
    tags: below(said, `tracks.${index}.tags.`),
  };
}
