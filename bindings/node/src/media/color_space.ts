import { MATRICES, PRIMARIES, TRANSFERS } from '../native/generated';
import {
  boolean,
  defineInterface,
  dictionary,
  enumeration,
  inspectable,
  keysOf,
  nullable,
  optional,
  refuseCloning,
  type Conversion,
} from '../webidl';
import type { AsInDom } from './as_in_dom';

export type VideoColorPrimaries = keyof typeof PRIMARIES;
export type VideoTransferCharacteristics = keyof typeof TRANSFERS;
export type VideoMatrixCoefficients = keyof typeof MATRICES;

export interface VideoColorSpaceInit {
  primaries?: VideoColorPrimaries | null;
  transfer?: VideoTransferCharacteristics | null;
  matrix?: VideoMatrixCoefficients | null;
  fullRange?: boolean | null;
}

const primaries = nullable(enumeration('VideoColorPrimaries', keysOf(PRIMARIES)));
const transfer = nullable(enumeration('VideoTransferCharacteristics', keysOf(TRANSFERS)));
const matrix = nullable(enumeration('VideoMatrixCoefficients', keysOf(MATRICES)));
const fullRange = nullable(boolean);

export const videoColorSpaceInit: Conversion<Required<VideoColorSpaceInit>> = (value, context, name) => {
  const members = dictionary(value, context, name);
  const place = `${context}: ${name}`;
  return {
    fullRange: optional(members, 'fullRange', fullRange, place, null),
    matrix: optional(members, 'matrix', matrix, place, null),
    primaries: optional(members, 'primaries', primaries, place, null),
    transfer: optional(members, 'transfer', transfer, place, null),
  };
};

type Primaries = AsInDom<'VideoColorSpace', 'primaries', VideoColorPrimaries | null>;
type Transfer = AsInDom<'VideoColorSpace', 'transfer', VideoTransferCharacteristics | null>;
type Matrix = AsInDom<'VideoColorSpace', 'matrix', VideoMatrixCoefficients | null>;

/** A VideoColorSpaceInit that the package gives. */
export interface VideoColorSpaceJSON {
  primaries: Primaries;
  transfer: Transfer;
  matrix: Matrix;
  fullRange: boolean | null;
}

/** W3C VideoColorSpace. */
export class VideoColorSpace {
  readonly #members: Required<VideoColorSpaceInit>;

  constructor(init: VideoColorSpaceInit = {}) {
    this.#members = videoColorSpaceInit(init, "Failed to construct 'VideoColorSpace'", 'init');
    refuseCloning(this);
  }

  get primaries(): Primaries {
    return this.#members.primaries;
  }
  get transfer(): Transfer {
    return this.#members.transfer;
  }
  get matrix(): Matrix {
    return this.#members.matrix;
  }
  get fullRange(): boolean | null {
    return this.#members.fullRange;
  }

  toJSON(): VideoColorSpaceJSON {
    const { primaries, transfer, matrix, fullRange } = this.#members;
    return { primaries, transfer, matrix, fullRange };
  }
}
defineInterface(VideoColorSpace);
inspectable(VideoColorSpace);

const SRGB: VideoColorSpaceInit = { primaries: 'bt709', transfer: 'iec61966-2-1', matrix: 'rgb', fullRange: true };
export const DISPLAY_P3: VideoColorSpaceInit = { ...SRGB, primaries: 'smpte432' };
const REC709: VideoColorSpaceInit = { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', fullRange: false };

/** W3C "Pick Color Space". */
export const pickColorSpace = (given: VideoColorSpaceInit | undefined, isRgb: boolean): VideoColorSpace =>
  new VideoColorSpace(given ?? (isRgb ? SRGB : REC709));

/** The members of fg_video_info and their kind: H.273 numbers, -1 unknown. */
export interface ColorNumbers {
  color_primaries: number;
  color_transfer: number;
  color_matrix: number;
  color_range: number;
}

const UNKNOWN = -1;

export function writeColor(color: VideoColorSpace, numbers: ColorNumbers): void {
  numbers.color_primaries = color.primaries === null ? UNKNOWN : PRIMARIES[color.primaries];
  numbers.color_transfer = color.transfer === null ? UNKNOWN : TRANSFERS[color.transfer];
  numbers.color_matrix = color.matrix === null ? UNKNOWN : MATRICES[color.matrix];
  numbers.color_range = color.fullRange === null ? UNKNOWN : Number(color.fullRange);
}

function byNumber<T extends string>(table: Readonly<Record<T, number>>): (number: number) => T | null {
  const names = new Map(keysOf(table).map((name) => [table[name], name]));
  return (number) => names.get(number) ?? null;
}
const primariesOf = byNumber(PRIMARIES);
const transferOf = byNumber(TRANSFERS);
const matrixOf = byNumber(MATRICES);

/** The colour that a native frame tells; undefined if it tells none. */
export function readColor(numbers: ColorNumbers): VideoColorSpaceInit | undefined {
  const { color_primaries, color_transfer, color_matrix, color_range } = numbers;
  if ([color_primaries, color_transfer, color_matrix, color_range].every((number) => number === UNKNOWN)) return undefined;
  return {
    primaries: primariesOf(color_primaries),
    transfer: transferOf(color_transfer),
    matrix: matrixOf(color_matrix),
    fullRange: color_range === UNKNOWN ? null : color_range === 1,
  };
}
