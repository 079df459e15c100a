import { domException, typeError } from '../native/errors';
import { bufferSource, isBufferSource, type AllowSharedBufferSource } from '../webidl';
import { DISPLAY_P3, pickColorSpace } from './color_space';
import { copy } from './from_buffer';
import { geometry, type FrameInit } from './frame_init';
import { computeLayout, requireBytes } from './layout';
import { Picture } from './picture';
import { pixelFormat } from './pixel_format';

/** Pixels as canvases give them: RGBA, not premultiplied, without gaps. */
export interface ImageDataLike {
  readonly width: number;
  readonly height: number;
  readonly data: AllowSharedBufferSource;
  readonly colorSpace?: 'srgb' | 'display-p3' | string;
}

/** A canvas, such as those of the packages @napi-rs/canvas and canvas. */
export interface CanvasLike {
  readonly width: number;
  readonly height: number;
  getContext(type: '2d'): unknown;
}

interface Context2D {
  getImageData(x: number, y: number, width: number, height: number): ImageDataLike;
}

/** Of what Web IDL's CanvasImageSource has, what there is in Node. */
export type CanvasImageSource = ImageDataLike | CanvasLike;

const hasSize = (image: object): image is { width: number; height: number } =>
  typeof (image as { width?: unknown }).width === 'number' && typeof (image as { height?: unknown }).height === 'number';

const isCanvas = (image: object): image is CanvasLike => typeof (image as Partial<CanvasLike>).getContext === 'function';
const isImageData = (image: object): image is ImageDataLike => isBufferSource((image as Partial<ImageDataLike>).data);

export function isImage(value: unknown): value is CanvasImageSource {
  return typeof value === 'object' && value !== null && hasSize(value) && (isCanvas(value) || isImageData(value));
}

/** W3C VideoFrame(image, init) for everything but frames: a copy of the pixels. */
export function pictureFromImage(image: CanvasImageSource, given: FrameInit, context: string): Picture {
  const { width, height } = image;
  if (width === 0 || height === 0) {
    throw domException('InvalidStateError', `${context}: the image is ${width}x${height}, it has no pixels`);
  }
  if (given.timestamp === undefined) throw typeError(`${context}: required member timestamp is missing`);
  const pixels = pixelsOf(image, context);
  const layout = computeLayout(pixelFormat('RGBA'), width, height, undefined, context);
  const data = bufferSource(pixels.data, context, 'image.data');
  requireBytes(data.byteLength, layout, context, 'image.data');

  const visible = { x: 0, y: 0, width, height };
  const base = { codedWidth: width, codedHeight: height, visible, rotation: 0, flip: false, displayWidth: width, displayHeight: height };
  const facts = {
    ...base,
    format: given.alpha === 'discard' ? ('RGBX' as const) : ('RGBA' as const),
    ...geometry(given, base, pixelFormat('RGBA'), context),
    timestamp: given.timestamp,
    duration: given.duration ?? null,
    colorSpace: pickColorSpace(pixels.colorSpace === 'display-p3' ? DISPLAY_P3 : undefined, true),
    metadata: given.metadata,
  };
  return new Picture(facts, copy(data, layout, facts, context));
}

function pixelsOf(image: CanvasImageSource, context: string): ImageDataLike {
  if (!isCanvas(image)) return image;
  const canvas = image.getContext('2d') as Context2D | null;
  if (!canvas) throw domException('InvalidStateError', `${context}: the canvas has no 2d context`);
  return canvas.getImageData(0, 0, image.width, image.height);
}
