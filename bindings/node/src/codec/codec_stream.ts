import {
  ReadableStream,
  WritableStream,
  type ReadableStreamDefaultController,
  type WritableStreamDefaultController,
} from 'node:stream/web';

import { Deferred } from './deferred';

/** The part of a codec that a stream needs. */
export interface StreamCodec {
  readonly desiredSize: number;
  readonly ready: Promise<void>;
  readonly state: string;
  flush(): Promise<void>;
  close(): void;
}

/** What makes it a stream of one codec. */
export interface StreamFilling<In, Out> {
  /** Gives an input to the codec. */
  take(input: In): void;
  /** Ends an input, which was taken or never will be. */
  endInput(input: In): void;
  /** Ends an output that nobody will read. */
  endOutput(output: Out): void;
  /** Says whether the program has the output, or has been able to ask for it. */
  setReachable(output: Out, isReachable: boolean): void;
}

/**
 * A codec between a writable and a readable stream. Inputs are taken while what is in flight and the outputs that wait to be read fit in
 * the gate. The outputs wait here and not in the readable stream, whose queue is lost unseen when it is cancelled. The codec is
 * closed as soon as the streams end, whichever way.
 */
export class CodecStream<In, Out> {
  readonly readable: ReadableStream<Out>;
  readonly writable: WritableStream<In>;

  readonly #codec: StreamCodec;
  readonly #filling: StreamFilling<In, Out>;
  #reader!: ReadableStreamDefaultController<Out>;
  #writer!: WritableStreamDefaultController;
  /** Written, and not taken yet. */
  readonly #inputs = new Set<In>();
  readonly #outputs: Out[] = [];
  /** Given to the readable stream, where nobody was left to take it. */
  #stranded: Out | null = null;
  /** A reader waits for an output. */
  #pull: Deferred | null = null;
  /** An input waits until one is read. */
  #read: Deferred | null = null;
  /** How the readable stream ends, when its outputs have been read. */
  #end: { failed: boolean; reason: unknown } | null = null;

  constructor(codec: StreamCodec, filling: StreamFilling<In, Out>) {
    this.#codec = codec;
    this.#filling = filling;
    this.readable = new ReadableStream<Out>(
      {
        start: (controller) => void (this.#reader = controller),
        pull: () => this.#onPull(),
        cancel: (reason) => {
          this.#writer.error(reason);
          this.#stop(reason);
        },
      },
      { highWaterMark: 0 },
    );
    this.writable = new WritableStream<In>(
      {
        start: (controller) => this.#onStart(controller),
        write: (input) => this.#onWrite(input),
        close: () => this.#onClose(),
        abort: (reason) => this.#onAbort(reason),
      },
      { highWaterMark: 1, size: (input) => this.#onQueued(input) },
    );
  }

  /** The codec's output. */
  push(output: Out): void {
    if (this.#end) {
      this.#filling.endOutput(output);
      return;
    }
    this.#filling.setReachable(output, false);
    this.#outputs.push(output);
    if (this.#pull) this.#deliver();
  }

  /** The codec has failed: readers get what came before, and then the reason. */
  fail(reason: unknown): void {
    if (this.#end) return;
    this.#closeCodec();
    this.#writer.error(reason);
    this.#endInputs();
    this.#finish({ failed: true, reason });
  }

  #onPull(): Promise<void> | void {
    if (this.#stranded) this.#filling.setReachable(this.#stranded, true);
    this.#stranded = null;
    if (this.#outputs.length === 0) return (this.#pull = new Deferred()).promise;
    this.#deliver();
  }

  /** Gives one output to the readable stream, which asked for it. */
  #deliver(): void {
    const output = this.#outputs.shift()!;
    this.#reader.enqueue(output);
    const isTaken = (this.#reader.desiredSize ?? 0) === 0;
    this.#filling.setReachable(output, isTaken);
    if (!isTaken) this.#stranded = output;
    this.#settle();
    if (this.#end) this.#finish(this.#end);
  }

  /** Whoever waits looks again. */
  #settle(): void {
    const waiting = [this.#pull, this.#read];
    this.#pull = this.#read = null;
    for (const one of waiting) one?.resolve();
  }

  #onStart(controller: WritableStreamDefaultController): void {
    this.#writer = controller;
    // The sink's own abort() waits for the write under way, which may wait for a reader.
    const { signal } = controller as { signal?: AbortSignal };
    signal?.addEventListener('abort', () => this.#onAbort(signal.reason));
  }

  #onAbort(reason: unknown): void {
    this.#stop(reason);
    this.#reader.error(reason);
  }

  /** Its size; it is called as soon as the input is written, which nothing else tells. */
  #onQueued(input: In): number {
    if (!this.#end) this.#inputs.add(input);
    return 1;
  }

  async #onWrite(input: In): Promise<void> {
    await this.#room();
    if (this.#end) throw this.#end.reason;
    this.#inputs.delete(input);
    try {
      this.#filling.take(input);
    } catch (error) {
      this.fail(error);
      throw error;
    } finally {
      this.#filling.endInput(input);
    }
  }

  async #room(): Promise<void> {
    for (;;) {
      await this.#codec.ready;
      if (this.#end || this.#outputs.length < this.#codec.desiredSize) return;
      await (this.#read ??= new Deferred()).promise;
    }
  }

  async #onClose(): Promise<void> {
    if (this.#codec.state === 'configured') await this.#codec.flush();
    if (this.#end) throw this.#end.reason;
    this.#closeCodec();
    this.#finish({ failed: false, reason: undefined });
  }

  #finish(end: { failed: boolean; reason: unknown }): void {
    this.#end = end;
    if (this.#outputs.length > 0) return;
    if (end.failed) this.#reader.error(end.reason);
    else this.#reader.close();
    this.#settle();
  }

  /** Nobody wants more: cancelled or aborted. */
  #stop(reason: unknown): void {
    this.#closeCodec();
    this.#end = { failed: true, reason };
    if (this.#stranded) this.#filling.endOutput(this.#stranded);
    for (const output of this.#outputs.splice(0)) this.#filling.endOutput(output);
    this.#endInputs();
    this.#settle();
  }

  #closeCodec(): void {
    if (this.#codec.state !== 'closed') this.#codec.close();
  }

  #endInputs(): void {
    for (const input of this.#inputs) this.#filling.endInput(input);
    this.#inputs.clear();
  }
}
