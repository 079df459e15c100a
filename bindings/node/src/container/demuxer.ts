import { stat } from 'node:fs/promises';

import type { VideoFrame } from '../media/video_frame';
import { domException } from '../native';
import { typeError } from '../native/errors';
import {
  defineInterface,
  dictionary,
  inspectable,
  optional,
  refuseCloning,
  requireArguments,
  unsignedLong,
  unsignedLongLong,
  type Members,
} from '../webidl';
import type { BufferLimits } from './chunk_buffer';
import { demuxed, type Demuxed } from './demuxed';
import { DemuxerClient } from './demuxer_client';
import { FrameReader } from './frame_reader';
import type { Chapter, Cover, FileFacts, Limits } from './messages';
import { microseconds, namedTrack, optionsOf, type SeekOptions } from './moment';
import { sourceOf, type DemuxerSource } from './source';
import { firstOf, trackOf, type AnyTrack, type AudioTrack, type VideoTrack } from './track';

/** For files that nobody has checked: what is beyond one of these is a NotSupportedError that names it. 0 is the default. */
export interface DemuxerOptions {
  /** Tracks of any kind, default 256. */
  maxStreams?: number;
  /** Bytes that are read to find out what the file is, default 5,000,000. */
  probeBytes?: number;
  /** Pixels of a picture, default 67,108,864. */
  maxPixels?: number;
  /** Pixels of a picture's longer side, default 16,384. */
  maxSide?: number;
  /** Samples of each channel of a chunk of sound, default 1,048,576. */
  maxSamples?: number;
  /** Chunks that are kept of tracks that are not read as far as others, default 4,096. */
  maxBufferedChunks?: number;
  /** Bytes of those, default 67,108,864. */
  maxBufferedBytes?: number;
}

const DEFAULT_BUFFERED_CHUNKS = 4_096;
const DEFAULT_BUFFERED_BYTES = 64 * 1024 * 1024;

const contextOf = (method: string): string => `Failed to execute '${method}' on 'Demuxer'`;
const OPEN = contextOf('open');

/** Forgotten ones are closed. */
const registry = new FinalizationRegistry<DemuxerClient>((client) => void client.close().catch(() => undefined));

/**
 * A file that is read. Reading waits on threads of its own, never on the program's; what is read ahead is a few chunks.
 *
 * NotReadableError: the source cannot be read; `cause` is what it threw. DataError: it is damaged, or of no known format; the next
 * read goes on after a damaged chunk. NotSupportedError: of a format that is not read, or beyond a limit.
 */
export class Demuxer {
  readonly #client: DemuxerClient;
  readonly #facts: FileFacts;
  readonly #tracks: readonly AnyTrack[];
  /** Tracks that are iterated; null for all in one. */
  readonly #loops = new Set<number | null>();
  readonly #frameReaders = new Map<AnyTrack, FrameReader>();

  static {
    defineInterface(this);
    inspectable(this, ['format', 'duration', 'title', 'tracks']);
  }

  private constructor(client: DemuxerClient) {
    if (!(client instanceof DemuxerClient)) throw typeError("Failed to construct 'Demuxer': Demuxer.open() makes one");
    this.#client = client;
    this.#facts = client.file;
    this.#tracks = Object.freeze(this.#facts.tracks.map((facts, index) => trackOf(facts, index, (track) => this.#read(track), () => this.#framesOf(index))));
    registry.register(this, client, this);
    refuseCloning(this);
  }

  /**
   * Opens a file: a path, bytes or a Blob (which are not copied), or a stream, which is read as it comes. Some formats need what stands
   * at their end, which a stream cannot go to (MP4 that was not written for it).
   */
  static async open(source: DemuxerSource, options: DemuxerOptions = {}): Promise<Demuxer> {
    requireArguments(arguments.length, 1, OPEN);
    const { limits, buffer } = limitsOf(options);
    const given = sourceOf(source, OPEN);
    const [path, bytes] = typeof given === 'string' ? [given, null] : [null, given];
    const client = new DemuxerClient(bytes, path === null || (await mayWait(path)), buffer);
    await client.open(path, limits);
    return new Demuxer(client);
  }

  /** The audio and video tracks. */
  get tracks(): readonly AnyTrack[] {
    return this.#tracks;
  }
  /** The first video track. NotSupportedError: there is none. */
  get video(): VideoTrack {
    return firstOf<VideoTrack>(this.#tracks, 'video');
  }
  /** The first audio track. NotSupportedError: there is none. */
  get audio(): AudioTrack {
    return firstOf<AudioTrack>(this.#tracks, 'audio');
  }
  /** The file's title; '' when it says none. */
  get title(): string {
    return this.#facts.title;
  }
  /** FFmpeg's name of the file's format: "mov,mp4,m4a,3gp,3g2,mj2". */
  get format(): string {
    return this.#facts.format;
  }
  /** How long the file is, microseconds; null unknown. Of files that do not say it, an estimate by their size. */
  get duration(): number | null {
    return this.#facts.duration;
  }
  /** The earliest time of any track, microseconds; null unknown. */
  get start(): number | null {
    return this.#facts.start;
  }
  /** seek() works, as far as is known without trying. */
  get seekable(): boolean {
    return this.#facts.seekable;
  }
  /** What the file says of itself, by FFmpeg's names: artist, album ... */
  get tags(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#facts.tags);
  }
  get chapters(): readonly Chapter[] {
    return structuredClone(this.#facts.chapters);
  }
  /** The pictures that belong to the file and are no tracks. */
  get covers(): readonly Cover[] {
    return structuredClone(this.#facts.covers);
  }

  /** The chunks that are left, in file order. InvalidStateError: another iteration is under way, or it was read to its end before. */
  [Symbol.asyncIterator](): AsyncGenerator<Demuxed> {
    return this.#read(null);
  }

  async *#read(index: number | null): AsyncGenerator<Demuxed> {
    this.#begin(index);
    const reader = {};
    let isFull = false;
    try {
      await undefined; // loops that begin together find each other before anything is read
      for (let read; (read = await this.#client.read(index, reader)); ) yield demuxed(this.#tracks[read.track]!, read);
    } catch (error) {
      isFull = this.#client.buffer.isFull;
      throw error;
    } finally {
      this.#loops.delete(index);
      if (index !== null && !isFull) this.#client.buffer.passOver(index);
    }
  }

  #begin(index: number | null): void {
    const { buffer, isOver } = this.#client;
    if (isOver && !(index !== null && buffer.hasKept(index))) throw invalidState(ENDED);
    const isRead = index === null ? this.#loops.size > 0 : this.#loops.has(index) || this.#loops.has(null);
    if (isRead) throw invalidState(OTHER_LOOP);
    this.#loops.add(index);
    if (index === null) buffer.merge();
    else buffer.keep(index);
  }

  /**
   * Goes to the key chunk of a track at or before a time in seconds: to the first one if none is before, to the last one past the
   * end. All loops, also those under way, go on from there; other tracks of pictures may begin with a chunk that is no key. Sound whose
   * container says so (Opus) begins as much earlier.
   *
   * NotSupportedError: the file has no index or no times (raw H.264 and HEVC), or cannot go back, as a stream; it is read on where it was.
   */
  async seek(seconds: number, options: SeekOptions = {}): Promise<void> {
    const context = contextOf('seek');
    requireArguments(arguments.length, 1, context);
    const time = microseconds(seconds, context, 'seconds');
    const track = namedTrack(this.#tracks, optionsOf(options, context), context) ?? this.#usual;
    const reader = {};
    await this.#client.alone(reader, () => this.#client.seek(track?.index ?? 0, time, reader));
  }

  get #usual(): AnyTrack | undefined {
    return this.#tracks.find(({ kind }) => kind === 'video') ?? this.#tracks[0];
  }

  /** `video.frameAt()`. */
  async frameAt(seconds: number): Promise<VideoFrame> {
    requireArguments(arguments.length, 1, contextOf('frameAt'));
    return this.video.frameAt(seconds);
  }

  /** `video.frames()`. */
  frames(start?: number, end?: number | null, step?: number | null): AsyncGenerator<VideoFrame, void> {
    return this.video.frames(start, end, step);
  }

  #framesOf(index: number): FrameReader {
    const track = this.#tracks[index]!;
    if (track.kind === 'audio') throw domException('NotSupportedError', `track ${index} has sound: frames at times are of pictures`);
    const reader = this.#frameReaders.get(track) ?? new FrameReader(this.#client, track);
    this.#frameReaders.set(track, reader);
    return reader;
  }

  /** Closes the file. A read that waits fails with an InvalidStateError, and a stream is cancelled. Again is allowed. */
  close(): Promise<void> {
    registry.unregister(this);
    const closing = this.#client.close();
    for (const reader of this.#frameReaders.values()) reader.close();
    return closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

const ALL_IN_ONE = 'read all tracks in one, `for await (const { track, chunk } of demuxer)`';
const ENDED = `it was read to its end, and chunks of tracks that were not asked for were passed over: seek, or open it again for another pass, or ${ALL_IN_ONE}`;
const OTHER_LOOP = `it is being read by another loop, which would lose the chunks that this one gets: ${ALL_IN_ONE}, or each track in a loop of its own`;

const invalidState = (reason: string): DOMException => domException('InvalidStateError', reason);

/** Whether a path is a pipe, or the like. The library says what is wrong with one that is none. */
const mayWait = (path: string): Promise<boolean> => stat(path).then((facts) => !facts.isFile(), () => false);

function limitsOf(options: DemuxerOptions): { readonly limits: Limits; readonly buffer: BufferLimits } {
  const members: Members = dictionary(options, OPEN, 'options');
  const small = (key: keyof DemuxerOptions): number => optional(members, key, unsignedLong, OPEN, 0);
  const large = (key: keyof DemuxerOptions): number => optional(members, key, unsignedLongLong, OPEN, 0);
  const limits = {
    maxPixels: large('maxPixels'),
    maxSamples: large('maxSamples'),
    maxSide: small('maxSide'),
    maxStreams: small('maxStreams'),
    probeBytes: large('probeBytes'),
  };
  const buffer = {
    maxBufferedBytes: large('maxBufferedBytes') || DEFAULT_BUFFERED_BYTES,
    maxBufferedChunks: large('maxBufferedChunks') || DEFAULT_BUFFERED_CHUNKS,
  };
  return { limits, buffer };
}
