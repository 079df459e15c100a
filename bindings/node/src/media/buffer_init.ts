import { typeError } from '../native/errors';
import {
  boolean,
  dictionary,
  double,
  longLong,
  optional,
  required,
  transferList,
  unsignedLong,
  unsignedLongLong,
} from '../webidl';
import { pickColorSpace, videoColorSpaceInit, type VideoColorSpaceInit } from './color_space';
import { givenDisplaySize, turned } from './display_size';
import type { DOMRectInit } from './dom_rect';
import type { FrameFacts } from './frame_facts';
import { planeLayouts, type PlaneLayout } from './layout';
import { videoFrameMetadata, type VideoFrameMetadata } from './metadata';
import { parseRotation } from './orientation';
import { pixelFormat, videoPixelFormat, type VideoPixelFormat } from './pixel_format';
import { domRectInit, parseVisibleRect } from './rect';

/** How a VideoFrame is made of bytes. Times are in microseconds. */
export interface VideoFrameBufferInit {
  format: VideoPixelFormat;
  codedWidth: number;
  codedHeight: number;
  timestamp: number;
  duration?: number;
  /** Where the planes of the coded picture lie in the data. Default: tightly packed. */
  layout?: PlaneLayout[];
  /** The part of the picture that becomes the frame. Default: everything. */
  visibleRect?: DOMRectInit;
  /** Clockwise, degrees; the nearest multiple of 90 counts. Default 0. */
  rotation?: number;
  /** Mirrored left to right, after the rotation. Default false. */
  flip?: boolean;
  /** Default: the visible size, turned as the rotation says. */
  displayWidth?: number;
  displayHeight?: number;
  /** Default: sRGB for RGB formats, BT.709 in the limited range for the others. */
  colorSpace?: VideoColorSpaceInit;
  /** Buffers that are detached. If the data is in one of them it is not copied. */
  transfer?: ArrayBuffer[];
  metadata?: VideoFrameMetadata;
}

export type BufferInit = ReturnType<typeof videoFrameBufferInit>;

/** Members in the order of their names, as Web IDL converts them. */
export function videoFrameBufferInit(value: unknown, context: string) {
  const members = dictionary(value, context, 'init');
  return {
    codedHeight: required(members, 'codedHeight', unsignedLong, context),
    codedWidth: required(members, 'codedWidth', unsignedLong, context),
    colorSpace: optional(members, 'colorSpace', videoColorSpaceInit, context, undefined),
    displayHeight: optional(members, 'displayHeight', unsignedLong, context, undefined),
    displayWidth: optional(members, 'displayWidth', unsignedLong, context, undefined),
    duration: optional(members, 'duration', unsignedLongLong, context, null),
    flip: optional(members, 'flip', boolean, context, false),
    format: required(members, 'format', videoPixelFormat, context),
    layout: optional(members, 'layout', planeLayouts, context, undefined),
    metadata: optional(members, 'metadata', videoFrameMetadata, context, {}),
    rotation: optional(members, 'rotation', double, context, 0),
    timestamp: required(members, 'timestamp', longLong, context),
    transfer: optional(members, 'transfer', transferList, context, []),
    visibleRect: optional(members, 'visibleRect', domRectInit, context, undefined),
  };
}

/** The facts of the picture in the bytes; a TypeError unless it is a W3C "valid VideoFrameBufferInit". */
export function factsOfBuffer(init: BufferInit, context: string): FrameFacts {
  const { codedWidth, codedHeight, visibleRect } = init;
  if (codedWidth === 0 || codedHeight === 0) {
    throw typeError(`${context}: the coded size is ${codedWidth}x${codedHeight}, it must not be 0`);
  }
  const format = pixelFormat(init.format);
  const visible = visibleRect
    ? parseVisibleRect(visibleRect, codedWidth, codedHeight, format, context, 'visibleRect')
    : { x: 0, y: 0, width: codedWidth, height: codedHeight };
  const rotation = parseRotation(init.rotation);
  const display = givenDisplaySize(init.displayWidth, init.displayHeight, context) ?? turned(visible, rotation);
  return {
    format: init.format,
    codedWidth,
    codedHeight,
    visible,
    rotation,
    flip: init.flip,
    displayWidth: display.width,
    displayHeight: display.height,
    timestamp: init.timestamp,
    duration: init.duration,
    colorSpace: pickColorSpace(init.colorSpace, format.isRgb),
    metadata: init.metadata,
  };
}

/** The facts of a frame of the visible part alone. */
export function croppedFacts(facts: FrameFacts): FrameFacts {
  const { width, height } = facts.visible;
  return { ...facts, codedWidth: width, codedHeight: height, visible: { x: 0, y: 0, width, height } };
}
