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

export class Lane<Chunk, Frame extends Closable, Config> {
  /** Frames that were encoded. */
  count = 0;
  #decoder!: Decoder<Chunk>;
  #encoder!: Encoder<Config, Frame>;
  readonly #configOf: (frame: Frame) => Config;
  readonly #output: Output;
  #failed: Error | null = null;

  /** `configOf` says what the encoder's configuration is, by the first frame. */
  constructor(output: Output, configOf: (frame: Frame) => Config) {
    this.#output = output;
    this.#configOf = configOf;
  }

  use(decoder: Decoder<Chunk>, encoder: Encoder<Config, Frame>): this {
    this.#decoder = decoder;
    this.#encoder = encoder;
    return this;
  }

  /** The codecs' callbacks. */
  readonly take = (frame: Frame): void => {
    if (!this.#failed && this.#encoder.state === 'unconfigured') this.#encoder.configure(this.#configOf(frame));
    if (!this.#failed && this.#encoder.state === 'configured') this.#encoder.encode(frame);
    frame.close();
    this.count += 1;
  };
  readonly fail = (error: Error): void => void (this.#failed ??= error);

  async put(chunk: Chunk): Promise<void> {
    await this.#decoder.ready;
    this.#check();
    this.#decoder.decode(chunk);
    await this.#output.drained();
  }

  async finish(): Promise<void> {
    await this.#whole(this.#decoder.flush());
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
  }
}

/** `members` go before what the first picture says. */
export function videoLane(track: VideoTrack, output: Output, slots: number, members: object): Lane<EncodedVideoChunk, VideoFrame, VideoEncoderConfig> {
  const { framerate } = track.config.framegate ?? {};
  const lane = new Lane<EncodedVideoChunk, VideoFrame, VideoEncoderConfig>(output, (frame) => {
    const { width, height } = frame.visibleRect!;
    const display = { displayWidth: frame.displayWidth, displayHeight: frame.displayHeight };
    return { width, height, ...display, ...(framerate ? { framerate } : {}), ...members } as VideoEncoderConfig;
  });
  const encoder = new VideoEncoder({ slots, output: (chunk, metadata) => output.write(track, chunk, metadata), error: lane.fail });
  const decoder = new VideoDecoder({ slots, output: lane.take, error: lane.fail });
  decoder.configure(track.config);
  return lane.use(decoder, encoder);
}

export function audioLane(track: AudioTrack, output: Output, slots: number, members: object): Lane<EncodedAudioChunk, AudioData, AudioEncoderConfig> {
  const lane = new Lane<EncodedAudioChunk, AudioData, AudioEncoderConfig>(output, ({ sampleRate, numberOfChannels }) => ({
    ...({ sampleRate, numberOfChannels, ...members } as AudioEncoderConfig),
  }));
  const encoder = new AudioEncoder({ slots, output: (chunk, metadata) => output.write(track, chunk, metadata), error: lane.fail });
  const decoder = new AudioDecoder({ slots, output: lane.take, error: lane.fail });
  decoder.configure({ ...track.config, framegate: { ...track.config.framegate, priming: 'drop' } });
  return lane.use(decoder, encoder);
}
