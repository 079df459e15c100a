import type { ChunkContents } from '../media/encoded_chunk';
import { fillChunk } from '../media/native_chunk';
import { check, Chunk, native, ResultSlot } from '../native';
import { typeError } from '../native/errors';
import { HostIo } from './host_io';
import { MuxedBytes, type Place } from './muxed_bytes';
import type { AudioTrackConfig, VideoTrackConfig } from './track';
import { nativeTrackConfig } from './track_config';

const slot = new ResultSlot();
const nativeChunk = new Chunk();

type Keys = Readonly<Record<string, unknown>>;

/** Forgotten ones are freed. */
const registry = new FinalizationRegistry<{ handle: number; io: HostIo }>(({ handle, io }) => freeMuxer(handle, io));

function freeMuxer(handle: number, io: HostIo): void {
  native.fg_muxer_free(handle);
  io.end();
}

/** A muxer of the library's, which writes to memory and so never waits. */
export class NativeMuxer {
  readonly bytes: MuxedBytes;
  readonly #io: HostIo;
  #handle: number;

  /** Throws what creating one would throw. */
  static check(format: string, keys: Keys): void {
    new NativeMuxer(format, keys, { canSeek: true }).free();
  }

  constructor(format: string, keys: Keys, place: Place) {
    if (format.includes('\0')) throw typeError(`format is ${JSON.stringify(format)}, which has a NUL in it`);
    this.bytes = new MuxedBytes(place);
    this.#io = new HostIo(this.bytes);
    const status = native.fg_muxer_create_io(this.#io.struct.bytes, format, slot.bytes);
    this.#handle = status < 0 ? 0 : slot.value;
    try {
      check(status);
      this.#set(keys);
    } catch (error) {
      freeMuxer(this.#handle, this.#io);
      throw error;
    }
    registry.register(this, { handle: this.#handle, io: this.#io }, this);
  }

  #set(keys: Keys): void {
    for (const [key, value] of Object.entries(keys)) {
      if (value === undefined) continue;
      const [name, text] = [key, String(value)];
      if (`${name}${text}`.includes('\0')) throw typeError(`${JSON.stringify(name)} has a NUL in it, which no key or value has`);
      check(native.fg_muxer_set(this.#handle, name, text));
    }
  }

  addTrack(config: VideoTrackConfig | AudioTrackConfig, context: string): number {
    const nativeConfig = nativeTrackConfig(config, context);
    try {
      check(native.fg_muxer_add_track(this.#handle, nativeConfig, slot.bytes));
      return slot.value32;
    } finally {
      native.fg_config_free(nativeConfig);
    }
  }

  write(track: number, contents: ChunkContents): void {
    nativeChunk.initialise();
    fillChunk(nativeChunk, contents);
    if (contents.decodeTimestamp !== null) nativeChunk.dts_us = contents.decodeTimestamp;
    check(native.fg_muxer_write(this.#handle, track, nativeChunk.bytes));
  }

  finish(): void {
    check(native.fg_muxer_finish(this.#handle));
  }

  free(): void {
    if (this.#handle === 0) return;
    registry.unregister(this);
    freeMuxer(this.#handle, this.#io);
    this.#handle = 0;
  }
}
