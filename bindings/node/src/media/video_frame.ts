import {
  bufferSource,
  defineInterface,
  inspectable,
  isBufferSource,
  refuseCloning,
  requireArguments,
  strangerError,
  type AllowSharedBufferSource,
} from '../webidl';
import type { AsInDom } from './as_in_dom';
import type { VideoFrameBufferInit } from './buffer_init';
import type { VideoColorSpace } from './color_space';
import { copyPixels, copyToOptions, planCopy, type VideoFrameCopyToOptions } from './copy_to';
import { DOMRectReadOnly } from './dom_rect';
import { unwatch, watch } from './forgotten';
import { closedFacts, type FrameFacts } from './frame_facts';
import { videoFrameInit, type VideoFrameInit } from './frame_init';
import type { FrameReference } from './frame_reference';
import { pictureFromBuffer } from './from_buffer';
import { pictureFromFrame } from './from_frame';
import { isImage, pictureFromImage, type CanvasImageSource } from './from_image';
import { requireBytes, type PlaneLayout } from './layout';
import { copyMetadata, type VideoFrameMetadata } from './metadata';
import { nativePicture, Picture } from './picture';
import type { VideoPixelFormat } from './pixel_format';
import { resized } from './resize';
import { handleOf, markReachable, requireOpen as requireResource } from './resource';

const CONSTRUCT = "Failed to construct 'VideoFrame'";
const execute = (method: string): string => `Failed to execute '${method}' on 'VideoFrame'`;

/** Only inside the class; for the codecs, see the functions below it. */
let pictureIn: (frame: VideoFrame) => Picture | null;

/**
 * W3C VideoFrame: a picture, its time, and how it is shown. Its pixels are not in JavaScript's memory, so close() it
 * as soon as it is no longer needed: the garbage collector does not know how large it is.
 */
export class VideoFrame {
  #facts: FrameFacts;
  /** null once closed. */
  #picture: Picture | null;

  static {
    pictureIn = (frame) => {
      if (typeof frame === 'object' && frame !== null && #picture in frame) return frame.#picture;
      throw strangerError(frame, 'the argument is not a VideoFrame');
    };
  }

  /** From pixels of a canvas or of ImageData (`timestamp` is required), or from another frame, whose pixels are shared. */
  constructor(image: VideoFrame | CanvasImageSource, init?: VideoFrameInit);
  /** From bytes, which are copied, or adopted if their buffer is in `transfer`. */
  constructor(data: AllowSharedBufferSource, init: VideoFrameBufferInit);
  constructor(source: unknown, init: unknown = undefined) {
    const picture = source instanceof Picture ? source : pictureOf(source, init, arguments.length);
    this.#facts = picture.facts;
    this.#picture = picture;
    watch(this, picture.reference, 'VideoFrame');
    refuseCloning(this);
  }

  /** null for a format without a W3C name, and once closed. */
  get format(): AsInDom<'VideoFrame', 'format', VideoPixelFormat | null> {
    return this.#facts.format;
  }
  /** Pixels in memory; 0 once closed, as every size. */
  get codedWidth(): number {
    return this.#facts.codedWidth;
  }
  get codedHeight(): number {
    return this.#facts.codedHeight;
  }
  /** null once closed. */
  get codedRect(): DOMRectReadOnly | null {
    return this.#picture && new DOMRectReadOnly(0, 0, this.#facts.codedWidth, this.#facts.codedHeight);
  }
  /** The part to be seen; null once closed. */
  get visibleRect(): DOMRectReadOnly | null {
    const { x, y, width, height } = this.#facts.visible;
    return this.#picture && new DOMRectReadOnly(x, y, width, height);
  }
  /** Clockwise turn before showing: 0, 90, 180 or 270 degrees. */
  get rotation(): number {
    return this.#facts.rotation;
  }
  /** Mirrored left to right, after the turn. */
  get flip(): boolean {
    return this.#facts.flip;
  }
  /** The size in which it is shown, turned and with square pixels. */
  get displayWidth(): number {
    return this.#facts.displayWidth;
  }
  get displayHeight(): number {
    return this.#facts.displayHeight;
  }
  /** Microseconds; null if it is not known. */
  get duration(): number | null {
    return this.#facts.duration;
  }
  /** Microseconds. */
  get timestamp(): number {
    return this.#facts.timestamp;
  }
  get colorSpace(): VideoColorSpace {
    return this.#facts.colorSpace;
  }

  /** A copy of the metadata. InvalidStateError once closed. */
  metadata(): VideoFrameMetadata {
    const context = execute('metadata');
    requireOpen(this.#picture, context);
    return copyMetadata(this.#facts.metadata, context);
  }

  /**
   * How many bytes copyTo() needs with the same options. InvalidStateError once closed, NotSupportedError for a format
   * that cannot be had, TypeError for a rectangle or layout that is impossible.
   */
  allocationSize(options: VideoFrameCopyToOptions = {}): number {
    const context = execute('allocationSize');
    const given = copyToOptions(options, context);
    requireOpen(this.#picture, context);
    return planCopy(this.#facts, given, context).layout.allocationSize;
  }

  /**
   * Copies the pixels to `destination` before it returns, and converts them to RGB if the options say so. The promise
   * tells where each plane is. Rejects as allocationSize() throws, and with a TypeError if `destination` is too small.
   */
  async copyTo(destination: AllowSharedBufferSource, options: VideoFrameCopyToOptions = {}): Promise<PlaneLayout[]> {
    const context = execute('copyTo');
    requireArguments(arguments.length, 1, context);
    const bytes = bufferSource(destination, context, 'destination');
    const given = copyToOptions(options, context);
    const { reference } = requireOpen(this.#picture, context);
    const plan = planCopy(this.#facts, given, context);
    requireBytes(bytes.byteLength, plan.layout, context, 'destination');
    return copyPixels(reference.pointer, plan, given, bytes, context);
  }

  /** Another VideoFrame of the same pixels, to be closed on its own. InvalidStateError once closed. */
  clone(): VideoFrame {
    const { facts, reference } = requireOpen(this.#picture, execute('clone'));
    return fromPicture(new Picture(facts, reference.retain()));
  }

  /** Lets go of the pixels, whose memory is free as soon as no clone and no codec needs it. May be called again. */
  close(): void {
    if (!this.#picture) return;
    const { facts, reference } = this.#picture;
    this.#picture = null;
    this.#facts = closedFacts(facts);
    unwatch(reference);
    reference.release();
  }
}
defineInterface(VideoFrame);
inspectable(VideoFrame);

function pictureOf(source: unknown, init: unknown, count: number): Picture {
  requireArguments(count, 1, CONSTRUCT);
  if (isBufferSource(source)) {
    requireArguments(count, 2, CONSTRUCT);
    return pictureFromBuffer(source, init, CONSTRUCT);
  }
  if (!(source instanceof VideoFrame) && !isImage(source)) {
    throw strangerError(source, `${CONSTRUCT}: the first argument is neither a buffer, a VideoFrame, a canvas nor ImageData`);
  }
  const given = videoFrameInit(init, CONSTRUCT);
  const picture =
    source instanceof VideoFrame
      ? pictureFromFrame(requireOpen(pictureIn(source), CONSTRUCT), given, CONSTRUCT)
      : pictureFromImage(source, given, CONSTRUCT);
  return resized(picture, given, CONSTRUCT);
}

const requireOpen = (picture: Picture | null, context: string): Picture => requireResource(picture, context, 'the frame');

const fromPicture = (picture: Picture): VideoFrame => new (VideoFrame as unknown as new (picture: Picture) => VideoFrame)(picture);

// For the codecs.

/** The frame of a native one. Takes over the reference; nothing is copied. */
export const videoFrameFromNative = (reference: FrameReference): VideoFrame => fromPicture(nativePicture(reference));

/** Says whether the program can reach the frame. */
export const setReachable = (frame: VideoFrame, isReachable: boolean): void => markReachable(pictureIn(frame), isReachable);

/** The native frame, valid until this one is closed; 0 if it is closed. */
export const frameHandle = (frame: VideoFrame): number => handleOf(pictureIn(frame));
