import type { Deferred } from './deferred';

/** A control message that the library has not been given yet. */
export type Message<Config, Input> =
  | { kind: 'configure'; config: Config }
  | { kind: 'input'; input: Input }
  | { kind: 'flush'; promise: Deferred };

/** Messages that wait for the gate, in order. */
export class Backlog<Config, Input> {
  #messages: Message<Config, Input>[] = [];
  #first = 0;
  #inputs = 0;
  #sent = 0;

  get isEmpty(): boolean {
    return this.#first === this.#messages.length;
  }

  /** How many of the messages are inputs. */
  get inputs(): number {
    return this.#inputs;
  }

  /** Gives the message's number, for `has`. */
  push(message: Message<Config, Input>): number {
    this.#messages.push(message);
    this.#inputs += Number(message.kind === 'input');
    return this.#sent + this.#messages.length - this.#first;
  }

  has(number: number): boolean {
    return number > this.#sent;
  }

  /** Takes an input out. */
  remove(number: number): void {
    this.#messages.splice(this.#first + number - this.#sent - 1, 1);
    this.#inputs -= 1;
  }

  get first(): Message<Config, Input> | undefined {
    return this.#messages[this.#first];
  }

  shift(): void {
    const message = this.#messages[this.#first];
    this.#inputs -= Number(message?.kind === 'input');
    this.#first += 1;
    this.#sent += 1;
    if (this.isEmpty || this.#first > 1024) {
      this.#messages = this.#messages.slice(this.#first);
      this.#first = 0;
    }
  }

  /** Takes everything out. */
  clear(): Message<Config, Input>[] {
    const messages = this.#messages.slice(this.#first);
    for (let i = 0; i < messages.length; i += 1) this.shift();
    return messages;
  }
}
