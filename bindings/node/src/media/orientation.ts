/** How a picture is turned before it is shown: clockwise first, then mirrored left to right. */
export interface Orientation {
  /** 0, 90, 180 or 270 degrees. */
  readonly rotation: number;
  readonly flip: boolean;
}

const TURN = 360;
const withinOneTurn = (degrees: number): number => ((degrees % TURN) + TURN) % TURN;

/** W3C "Parse Rotation": the nearest multiple of 90, ties going up, within one turn. */
export const parseRotation = (degrees: number): number => withinOneTurn(Math.floor(degrees / 90 + 0.5) * 90);

/** W3C "Add Rotations", and the flip that goes with it: `change` on top of `base`. */
export function combine(base: Orientation, change: Orientation): Orientation {
  const rotation = base.flip ? base.rotation - change.rotation : base.rotation + change.rotation;
  return { rotation: withinOneTurn(rotation), flip: base.flip !== change.flip };
}

/** Whether width and height change places. */
export const isSideways = (rotation: number): boolean => rotation === 90 || rotation === 270;
