import { ENUMERATIONS, type AlphaOption } from '../native/generated';
import {
  boolean,
  dictionary,
  double,
  enumeration,
  longLongModulo,
  optional,
  positive,
  unsignedLong,
  unsignedLongLongModulo,
  type Conversion,
} from '../webidl';
import { givenDisplaySize, scaledDisplaySize, type Size } from './display_size';
import type { DOMRectInit } from './dom_rect';
import type { FrameFacts } from './frame_facts';
import { videoFrameMetadata, type VideoFrameMetadata } from './metadata';
import { combine, parseRotation, type Orientation } from './orientation';
import type { PixelFormat } from './pixel_format';
import { domRectInit, parseVisibleRect, type Rect } from './rect';

const alphaOption = enumeration('AlphaOption', ENUMERATIONS.AlphaOption);

/** What a VideoFrame that is made of an image has of its own. Times are in microseconds. */
export interface VideoFrameInit {
  /** Default: the frame's; every other image needs one. */
  timestamp?: number;
  duration?: number;
  /** Default "keep". */
  alpha?: AlphaOption;
  /** Default: the image's. */
  visibleRect?: DOMRectInit;
  /** On top of the image's own, clockwise, degrees; the nearest multiple of 90 counts. Default 0. */
  rotation?: number;
  flip?: boolean;
  /** Default: the image's, scaled as visibleRect is smaller. */
  displayWidth?: number;
  displayHeight?: number;
  metadata?: VideoFrameMetadata;
  framegate?: FramegateFrameOptions;
}

/** Not W3C: what is made of the visible part. */
export interface FramegateFrameOptions {
  /** Its pixels across, any number up to 32,768; without it, in proportion to the height. */
  resizeWidth?: number;
  /** Its rows; without it, in proportion to the width. */
  resizeHeight?: number;
}

export type FrameInit = ReturnType<typeof videoFrameInit>;

interface Resize {
  readonly resizeWidth: number | undefined;
  readonly resizeHeight: number | undefined;
}

const NO_RESIZE: Resize = { resizeWidth: undefined, resizeHeight: undefined };

const frameOptions: Conversion<Resize> = (value, context, name) => {
  const members = dictionary(value, context, name);
  return {
    resizeHeight: optional(members, 'resizeHeight', positive, context, undefined),
    resizeWidth: optional(members, 'resizeWidth', positive, context, undefined),
  };
};

/** Members in the order of their names, as Web IDL converts them. */
export function videoFrameInit(value: unknown, context: string) {
  const members = dictionary(value, context, 'init');
  return {
    alpha: optional(members, 'alpha', alphaOption, context, 'keep' as const),
    displayHeight: optional(members, 'displayHeight', unsignedLong, context, undefined),
    displayWidth: optional(members, 'displayWidth', unsignedLong, context, undefined),
    duration: optional(members, 'duration', unsignedLongLongModulo, context, undefined),
    flip: optional(members, 'flip', boolean, context, false),
    // Of a dictionary without it nothing is read but what W3C reads.
    resize: 'framegate' in members ? optional(members, 'framegate', frameOptions, context, NO_RESIZE) : NO_RESIZE,
    metadata: optional(members, 'metadata', videoFrameMetadata, context, {}),
    rotation: optional(members, 'rotation', double, context, 0),
    timestamp: optional(members, 'timestamp', longLongModulo, context, undefined),
    visibleRect: optional(members, 'visibleRect', domRectInit, context, undefined),
  };
}

/** What a frame is made from: an image, or another frame. */
export interface Base extends Orientation {
  readonly codedWidth: number;
  readonly codedHeight: number;
  readonly visible: Rect;
  readonly displayWidth: number;
  readonly displayHeight: number;
}

type Geometry = Pick<FrameFacts, 'visible' | 'rotation' | 'flip' | 'displayWidth' | 'displayHeight'>;

/**
 * W3C "Validate VideoFrameInit" and "Initialize Visible Rect, Orientation, and Display Size". Width and height of the
 * display size change places by the whole rotation. (The text asks the init's alone, by which a plain copy of a frame
 * that is turned by 90 degrees would be shown in another size.)
 */
export function geometry(init: FrameInit, base: Base, format: PixelFormat | null, context: string): Geometry {
  const visible = init.visibleRect
    ? parseVisibleRect(init.visibleRect, base.codedWidth, base.codedHeight, format, context, 'visibleRect')
    : base.visible;
  const given = givenDisplaySize(init.displayWidth, init.displayHeight, context);
  const turn = combine(base, { rotation: parseRotation(init.rotation), flip: init.flip });
  const baseDisplay: Size = { width: base.displayWidth, height: base.displayHeight };
  const display = given ?? scaledDisplaySize(visible, base.visible, baseDisplay, base.rotation, turn.rotation);
  return {
    visible,
    ...turn,
    displayWidth: display.width,
    displayHeight: display.height,
  };
}
