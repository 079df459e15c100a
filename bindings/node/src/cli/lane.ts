/** A track that is encoded anew: decoder and encoder, whose gates bound what is in memory. */
import { AudioDecoder } from '../codec/audio_decoder';
import { AudioEncoder } from '../codec/audio_encoder';
import type { AudioEncoderConfig } from '../codec/audio_encoder_config';
import { VideoDecoder } from '../codec/video_decoder';
import { VideoEncoder } from '../codec/video_encoder';
import type { VideoEncoderConfig } from '../codec/video_encoder_config';
import type { AudioTrack, VideoTrack } from '../container';
import type { AudioData } from '../media/audio_data';
import type { EncodedAudioChunk } from '../media/encoded_audio_chunk';
import type { EncodedVideoChunk } from '../media/encoded_video_chunk';
import type { VideoFrame } from '../media/video_frame';
import { encoderConfig, resamplerFor } from './audio_wish';
import type { ChosenCodec } from './codec_choice';
import type { Cut } from './cut';
import type { Output } from './output';

interface Closable {
  close(): void;
}

/** The part of a decoder that is used here. */
interface Decoder<Chunk> extends Closable {
  readonly state: string;
  readonly ready: Promise<void>;
  decode(chunk: Chunk): void;
  flush(): Promise<void>;
}
interface Encoder<Config, Frame> extends Closable {
  readonly state: string;
  configure(config: Config): void;
  encode(frame: Frame): void;
  flush(): Promise<void>;
}

interface Converter<Frame> extends Closable {
  /** Takes a frame, or null for the end; gives what is ready. */
  push(frame: Frame | null): Frame[];
}

interface Beginning<Frame, Config> {
  readonly config: Config;
  readonly converter: Converter<Frame> | null;
}

export class Lane<Chunk, Frame extends Closable, Config> {
  /** Frames that were encoded. */
  count = 0;
  #decoder!: Decoder<Chunk>;
  #encoder!: Encoder<Config, Frame>;
  readonly #taken: (frame: Frame) => Frame | null;
  readonly #begin: (frame: Frame) => Beginning<Frame, Config>;
  #converter: Converter<Frame> | null = null;
  readonly #output: Output;
  #failed: Error | null = null;

  /** `taken` gives what is encoded of a frame, itself or another; `begin` says what the encoder wants, by the first one. */
  constructor(output: Output, taken: (frame: Frame) => Frame | null, begin: (frame: Frame) => Beginning<Frame, Config>) {
    this.#output = output;
    this.#taken = taken;
    this.#begin = begin;
  }

  use(decoder: Decoder<Chunk>, encoder: Encoder<Config, Frame>): this {
    this.#decoder = decoder;
    this.#encoder = encoder;
    return this;
  }

  /** The codecs' callbacks. */
  readonly take = (frame: Frame): void => {
    try {
      const taken = this.#taken(frame);
      if (taken) this.#put(taken);
    } catch (error) {
      this.fail(error as Error);
    } finally {
      frame.close();
    }
  };
  readonly fail = (error: Error): void => void (this.#failed ??= error);

  #put(frame: Frame): void {
    try {
      if (this.#encoder.state === 'unconfigured') this.#configure(this.#begin(frame));
      this.#encode(this.#converter ? this.#converter.push(frame) : [frame]);
      this.count += 1;
    } finally {
      frame.close();
    }
  }

  #configure({ config, converter }: Beginning<Frame, Config>): void {
    this.#converter = converter;
    this.#encoder.configure(config);
  }

  #encode(frames: readonly Frame[]): void {
    for (const frame of frames) {
      if (this.#encoder.state === 'configured') this.#encoder.encode(frame);
      frame.close();
    }
  }

  async put(chunk: Chunk): Promise<void> {
    await this.#decoder.ready;
    this.#check();
    this.#decoder.decode(chunk);
    await this.#output.drained();
  }

  async finish(): Promise<void> {
    await this.#whole(this.#decoder.flush());
    if (this.#converter) this.#encode(this.#converter.push(null));
    if (this.#encoder.state === 'configured') await this.#whole(this.#encoder.flush());
    this.#check();
    await this.#output.drained();
  }

  /** What a codec says of its failure, rather than that its flush was in vain. */
  async #whole(flush: Promise<void>): Promise<void> {
    try {
      await flush;
    } catch (error) {
      throw this.#failed ?? error;
    }
  }

  #check(): void {
    if (this.#failed) throw this.#failed;
  }

  close(): void {
    for (const codec of [this.#decoder, this.#encoder]) if (codec.state !== 'closed') codec.close();
    this.#converter?.close();
    this.#converter = null;
  }
}

/** What becomes of a track, beside the members of its encoder's configuration. */
export interface LaneOptions {
  readonly output: Output;
  readonly slots: number;
  readonly part: Cut;
}

export type VideoLane = Lane<EncodedVideoChunk, VideoFrame, VideoEncoderConfig>;
export type AudioLane = Lane<EncodedAudioChunk, AudioData, AudioEncoderConfig>;

/** `members` go before what the first picture says. */
export function videoLane(track: VideoTrack, { output, slots, part }: LaneOptions, codec: ChosenCodec, members: object): VideoLane {
  const { framerate } = track.config.framegate ?? {};
  const isTaken = (frame: VideoFrame): VideoFrame | null => (part.has(frame.timestamp) ? frame : null);
  const lane: VideoLane = new Lane(output, isTaken, (frame) => {
    const { width, height } = frame.visibleRect!;
    const display = { displayWidth: frame.displayWidth, displayHeight: frame.displayHeight };
    const wanted = { width, height, ...display, ...(framerate ? { framerate } : {}), ...members };
    return { config: { codec: codec(frame, wanted), ...wanted }, converter: null };
  });
  const encoder = new VideoEncoder({ slots, output: (chunk, metadata) => output.write(track, chunk, metadata), error: lane.fail });
  const decoder = new VideoDecoder({ slots, output: lane.take, error: lane.fail });
  decoder.configure(track.config);
  return lane.use(decoder, encoder);
}

export function audioLane(track: AudioTrack, { output, slots, part }: LaneOptions, members: object): AudioLane {
  const lane: AudioLane = new Lane(output, (data) => part.sound(data), (first) => {
    const config = encoderConfig(first, members);
    return { config, converter: resamplerFor(first, config) };
  });
  const encoder = new AudioEncoder({ slots, output: (chunk, metadata) => output.write(track, chunk, metadata), error: lane.fail });
  const decoder = new AudioDecoder({ slots, output: lane.take, error: lane.fail });
  const config = part.config(track.config);
  decoder.configure({ ...config, framegate: { ...config.framegate, priming: 'drop' } });
  return lane.use(decoder, encoder);
}
