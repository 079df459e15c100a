/** Decoders of pictures and of sound, which differ in what they take and give. */
import type { ChunkContents, EncodedChunk } from '../media/encoded_chunk';
import { FrameReference, type Lease } from '../media/frame_reference';
import { fillChunk } from '../media/native_chunk';
import { Chunk, domException, native, type Output } from '../native';
import { requireArguments } from '../webidl';
import { CodecFilling } from './filling';
import { DECODER } from './handle';
import type { CodecInit } from './init';
import type { CodecKind } from './kind';
import { Machine } from './machine';

export interface DecoderKind<Config, Input extends EncodedChunk, Frame> extends CodecKind<Config> {
  /** A TypeError for what is no chunk of its class. */
  readonly contentsOf: (chunk: Input) => ChunkContents;
  /** What the program gets of a native frame. Takes over the reference. */
  readonly frameOf: (reference: FrameReference) => Frame;
}

type FrameCallback<Frame> = (frame: Frame) => void;

const nativeChunk = new Chunk();

class DecoderFilling<Config, Input extends EncodedChunk, Frame> extends CodecFilling<Config, FrameCallback<Frame>> {
  readonly functions = DECODER;
  /** W3C [[key chunk required]]. */
  keyRequired = true;

  constructor(
    protected override readonly kind: DecoderKind<Config, Input, Frame>,
    target: EventTarget,
    init: CodecInit<FrameCallback<Frame>>,
  ) {
    super(kind, target, init);
  }

  enqueue(handle: number, chunk: Input): number {
    fillChunk(nativeChunk, this.kind.contentsOf(chunk));
    return native.fg_decoder_enqueue(handle, nativeChunk.bytes, 0);
  }

  /** Chunks do not change. */
  keep(chunk: Input): Input {
    return chunk;
  }

  drop(): void {}

  deliver(output: Output, slot: Lease | null): void {
    this.init.output(this.kind.frameOf(new FrameReference(native.fg_frame_retain(output.frame), slot)));
  }

  override configuring(): void {
    this.keyRequired = true;
  }

  override flushing(): void {
    this.keyRequired = true;
  }
}

export class DecoderMachine<Config, Input extends EncodedChunk, Frame> extends Machine<Config, Input> {
  readonly #kind: DecoderKind<Config, Input, Frame>;
  readonly #filling: DecoderFilling<Config, Input, Frame>;

  constructor(kind: DecoderKind<Config, Input, Frame>, target: EventTarget, init: CodecInit<FrameCallback<Frame>>) {
    const filling = new DecoderFilling(kind, target, init);
    super(filling, init.gate);
    this.#kind = kind;
    this.#filling = filling;
  }

  /** W3C decode(), called with so many arguments. */
  decode(chunk: Input, given: number): void {
    const context = `Failed to execute 'decode' on '${this.#kind.name}'`;
    requireArguments(given, 1, context);
    const { type } = this.#kind.contentsOf(chunk);
    this.checkConfigured();
    const required = this.#filling.keyRequired;
    if (required && type !== 'key') {
      throw domException('DataError', `${context}: a key chunk is required after configure and flush, this is a delta chunk`);
    }
    this.#filling.keyRequired = false;
    try {
      this.submit(chunk);
    } catch (error) {
      this.#filling.keyRequired = required;
      throw error;
    }
  }
}
