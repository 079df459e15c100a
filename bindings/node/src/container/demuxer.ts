import { stat } from 'node:fs/promises';

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
import { demuxed, type Demuxed } from './demuxed';
import { DemuxerClient } from './demuxer_client';
import type { Limits } from './messages';
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
}

const OPEN = "Failed to execute 'open' on 'Demuxer'";

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
  readonly #tracks: readonly AnyTrack[];
  /** An iteration is under way. */
  #isRead = false;
  #isOver = false;

  static {
    defineInterface(this);
    inspectable(this, ['tracks', 'title']);
  }

  private constructor(client: DemuxerClient) {
    if (!(client instanceof DemuxerClient)) throw typeError("Failed to construct 'Demuxer': Demuxer.open() makes one");
    this.#client = client;
    this.#tracks = Object.freeze(client.tracks.map((facts, index) => trackOf(facts, index, () => this.#readAll())));
    registry.register(this, client, this);
    refuseCloning(this);
  }

  /**
   * Opens a file: a path, bytes or a Blob (which are not copied), or a stream, which is read as it comes. Some formats need what stands
   * at their end, which a stream cannot go to (MP4 that was not written for it).
   */
  static async open(source: DemuxerSource, options: DemuxerOptions = {}): Promise<Demuxer> {
    requireArguments(arguments.length, 1, OPEN);
    const limits = limitsOf(options);
    const given = sourceOf(source, OPEN);
    const [path, bytes] = typeof given === 'string' ? [given, null] : [null, given];
    const client = new DemuxerClient(bytes, path === null || (await mayWait(path)));
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
    return this.#client.title;
  }

  /** The chunks that are left, in file order. InvalidStateError: another iteration is under way, or it was read to its end before. */
  [Symbol.asyncIterator](): AsyncGenerator<Demuxed> {
    return this.#readAll();
  }

  async *#readAll(): AsyncGenerator<Demuxed> {
    this.#begin();
    try {
      for (let read; (read = await this.#client.read()); ) yield demuxed(this.#tracks[read.track]!, read);
      this.#isOver = true;
    } finally {
      this.#isRead = false;
    }
  }

  #begin(): void {
    if (this.#isOver) throw invalidState(ENDED);
    if (this.#isRead) throw invalidState(OTHER_LOOP);
    this.#isRead = true;
  }

  /** Closes the file. A read that waits fails with an InvalidStateError, and a stream is cancelled. Again is allowed. */
  close(): Promise<void> {
    registry.unregister(this);
    return this.#client.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

const ALL_IN_ONE = 'read all tracks in one, `for await (const { track, chunk } of demuxer)`';
const ENDED = `it was read to its end, and chunks of tracks that were not asked for were passed over: open it again for another pass, or ${ALL_IN_ONE}`;
const OTHER_LOOP = `it is being read by another loop, which would lose the chunks that this one gets: ${ALL_IN_ONE}`;

const invalidState = (reason: string): DOMException => domException('InvalidStateError', reason);

/** Whether a path is a pipe, or the like. The library says what is wrong with one that is none. */
const mayWait = (path: string): Promise<boolean> => stat(path).then((facts) => !facts.isFile(), () => false);

function limitsOf(options: DemuxerOptions): Limits {
  const members: Members = dictionary(options, OPEN, 'options');
  const small = (key: keyof Limits): number => optional(members, key, unsignedLong, OPEN, 0);
  const large = (key: keyof Limits): number => optional(members, key, unsignedLongLong, OPEN, 0);
  return {
    maxPixels: large('maxPixels'),
    maxSamples: large('maxSamples'),
    maxSide: small('maxSide'),
    maxStreams: small('maxStreams'),
    probeBytes: large('probeBytes'),
  };
}
