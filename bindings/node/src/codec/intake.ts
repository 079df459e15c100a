import { Backlog, type Message } from './backlog';
import { encodingError } from './failures';
import type { Filling } from './filling';
import type { GatedHandle } from './gated_handle';
import type { Outlet } from './outlet';
import type { Sender } from './sender';

interface Owner {
  /** An input was taken. */
  taken(): void;
  /** And is not, after all. */
  takenBack(): void;
  /** The codec ends with this error, in a task. */
  failLater(error: Error): void;
}

/**
 * Where control messages come in. The library keeps the queue, so most pass straight through. They stay here (`#backlog`) only while
 * the gate is full, and what the codec is to do then is to wait.
 */
export class Intake<Config, Input> {
  readonly #filling: Filling<Config, Input>;
  readonly #handle: GatedHandle<Config, Input>;
  readonly #sender: Sender<Config, Input>;
  readonly #outlet: Outlet<Config, Input>;
  readonly #owner: Owner;
  readonly #backlog = new Backlog<Config, Input>();
  /** Inputs of a codec that will close, since it has refused its configuration. */
  #takenForNothing = 0;

  constructor(
    filling: Filling<Config, Input>,
    handle: GatedHandle<Config, Input>,
    sender: Sender<Config, Input>,
    outlet: Outlet<Config, Input>,
    owner: Owner,
  ) {
    this.#filling = filling;
    this.#handle = handle;
    this.#sender = sender;
    this.#outlet = outlet;
    this.#owner = owner;
  }

  /** Nothing waits for the gate. */
  get isEmpty(): boolean {
    return this.#backlog.isEmpty;
  }

  /** How many inputs wait for the gate. */
  get inputs(): number {
    return this.#backlog.inputs;
  }

  /** How many inputs the library was not given. */
  get waiting(): number {
    return this.#backlog.inputs + this.#takenForNothing;
  }

  /** Takes what is no input, and needs no slot. */
  give(message: Message<Config, never>): void {
    if (this.#backlog.isEmpty) this.#send(message);
    else this.#backlog.push(message);
  }

  submit(input: Input): void {
    const { backpressure } = this.#handle.gate;
    if (this.#admit(input)) this.#owner.taken();
    else if (backpressure === 'queue') this.#keep(input);
    else if (backpressure === 'throw' || this.#handle.isFullOfKept) throw this.#handle.fullError();
    else this.#wait(input);
  }

  /** False if the gate is full, or others wait already. */
  #admit(input: Input): boolean {
    if (!this.#sender.hasRefused) return this.#backlog.isEmpty && this.#sender.enqueue(input);
    this.#takenForNothing += 1;
    return true;
  }

  /** Puts an input in the backlog. Gives its number there. */
  #keep(input: Input): number {
    const number = this.#backlog.push({ kind: 'input', input: this.#filling.keep(input) });
    this.#owner.taken();
    return number;
  }

  /**
   * Mode `block`: stays until the input was let in, or until the program ended this era in a callback. Inputs from deeply
   * nested callbacks are left behind: those further out let them in.
   */
  #wait(input: Input): void {
    const number = this.#keep(input);
    try {
      while (!this.#handle.isNested && this.#backlog.has(number)) {
        this.#outlet.makeRoom();
        this.sendBacklog();
      }
    } catch (error) {
      this.#takeBack(number, input);
      throw error;
    }
  }

  /** An input that was refused after all: nothing was taken. */
  #takeBack(number: number, input: Input): void {
    if (!this.#backlog.has(number)) return;
    this.#backlog.remove(number);
    this.#filling.drop(input);
    this.#owner.takenBack();
  }

  /** A slot may be free. */
  sendBacklog(): void {
    for (;;) {
      const message = this.#backlog.first;
      if (message === undefined || !this.#send(message)) return;
      this.#backlog.shift();
    }
  }

  /** False if the gate is full. */
  #send(message: Message<Config, Input>): boolean {
    switch (message.kind) {
      case 'configure':
        this.#sender.configure(message.config);
        return true;
      case 'flush':
        this.#sender.flush(message.promise);
        return true;
      case 'input':
        return this.#sendInput(message.input);
    }
  }

  #sendInput(input: Input): boolean {
    try {
      if (!this.#sender.enqueue(input)) return false;
    } catch (error) {
      this.#owner.failLater(encodingError(error as Error));
    }
    this.#filling.drop(input);
    return true;
  }

  /** Drops everything that waits. Its flushes reject with the reason. */
  reset(reason: Error): void {
    this.#takenForNothing = 0;
    for (const message of this.#backlog.clear()) {
      if (message.kind === 'input') this.#filling.drop(message.input);
      if (message.kind === 'flush') message.promise.reject(reason);
    }
  }
}
