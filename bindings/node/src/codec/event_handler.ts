export type EventHandler = ((this: EventTarget, event: Event) => unknown) | null;

/** An event handler attribute, as HTML has it: one listener, which keeps its place when the handler changes. */
export class Handler {
  handler: EventHandler = null;

  constructor(readonly target: EventTarget) {}

  set(handler: EventHandler): void {
    const before = this.handler;
    this.handler = handler;
    if (before === null && handler !== null) this.target.addEventListener('dequeue', this.#call);
    if (before !== null && handler === null) this.target.removeEventListener('dequeue', this.#call);
  }

  readonly #call = (event: Event): void => {
    this.handler?.call(this.target, event);
  };
}
