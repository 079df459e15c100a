import { defineInterface, dictionary, inspectable, optional, refuseCloning, unrestrictedDouble } from '../webidl';

export interface DOMRectInit {
  x?: number;
  y?: number;
  width?: number;
  height?: number;
}

/** DOMRectReadOnly of the Geometry Interfaces Module, which Node lacks. */
class OwnDOMRectReadOnly {
  readonly #x: number;
  readonly #y: number;
  readonly #width: number;
  readonly #height: number;

  constructor(x = 0, y = 0, width = 0, height = 0) {
    const context = "Failed to construct 'DOMRectReadOnly'";
    this.#x = unrestrictedDouble(x, context, 'x');
    this.#y = unrestrictedDouble(y, context, 'y');
    this.#width = unrestrictedDouble(width, context, 'width');
    this.#height = unrestrictedDouble(height, context, 'height');
    refuseCloning(this);
  }

  static fromRect(other: DOMRectInit = {}): DOMRectReadOnly {
    const context = "Failed to execute 'fromRect' on 'DOMRectReadOnly'";
    const members = dictionary(other, context, 'other');
    const member = (key: string) => optional(members, key, unrestrictedDouble, context, 0);
    const [height, width, x, y] = [member('height'), member('width'), member('x'), member('y')];
    return new DOMRectReadOnly(x, y, width, height);
  }

  get x(): number {
    return this.#x;
  }
  get y(): number {
    return this.#y;
  }
  get width(): number {
    return this.#width;
  }
  get height(): number {
    return this.#height;
  }
  get top(): number {
    return Math.min(this.#y, this.#y + this.#height);
  }
  get right(): number {
    return Math.max(this.#x, this.#x + this.#width);
  }
  get bottom(): number {
    return Math.max(this.#y, this.#y + this.#height);
  }
  get left(): number {
    return Math.min(this.#x, this.#x + this.#width);
  }

  toJSON(): Record<'x' | 'y' | 'width' | 'height' | 'top' | 'right' | 'bottom' | 'left', number> {
    const { x, y, width, height, top, right, bottom, left } = this;
    return { x, y, width, height, top, right, bottom, left };
  }
}
Object.defineProperty(OwnDOMRectReadOnly, 'name', { value: 'DOMRectReadOnly' });
defineInterface(OwnDOMRectReadOnly);
inspectable(OwnDOMRectReadOnly);



export type DOMRectReadOnly = OwnDOMRectReadOnly;

/** The platform's, where it has one. */
export const DOMRectReadOnly: typeof OwnDOMRectReadOnly =
  (globalThis as { DOMRectReadOnly?: typeof OwnDOMRectReadOnly }).DOMRectReadOnly ?? OwnDOMRectReadOnly;
