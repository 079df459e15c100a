/** For mediabunny, which changes the size of pictures with a canvas where there is one. */
import { turned, type Size } from '../media/display_size';
import { pixelFormat } from '../media/pixel_format';
import type { Rect } from '../media/rect';
import { VideoFrame } from '../media/video_frame';
import { boxed } from './box';
import { frameOf, pixelsOf } from './pixels';
import { regionOf, type Region } from './region';
import type { VideoSampleLike, VideoSampleTransformation } from './transformation';
import { canTurn, turnedPixels } from './turn';

export type { CropRectangle, VideoSampleLike, VideoSampleTransformation } from './transformation';

/**
 * Scales, crops, turns and mirrors: for mediabunny's registerVideoSampleTransformer(). null, which leaves it to others, if
 * the global VideoFrame is not ours or the picture's format has no name.
 */
export async function transformVideoSample<S extends VideoSampleLike>(sample: S, wanted: VideoSampleTransformation): Promise<S | null> {
  const frame = sample.toVideoFrame();
  if (!(frame instanceof VideoFrame)) {
    (frame as { close?: () => void }).close?.();
    return null;
  }
  if (frame.format === null) return frame.close(), null;
  const given = await next(frame, (whole) => new VideoFrame(whole, { alpha: wanted.alpha }));
  const part = await next(given, (opaque) => scaled(opaque, regionOf(sample, wanted, opaque.visibleRect!), wanted));
  const result = await next(part, (upright) => arranged(upright, wanted));
  // The instance of mediabunny that the program uses: it may have one for ES modules and one for CommonJS.
  const VideoSample = sample.constructor as new (frame: VideoFrame, init: object) => S;
  return new VideoSample(result, { timestamp: sample.timestamp, duration: sample.duration });
}

/** What `make` makes of a frame, which is closed. */
async function next(frame: VideoFrame, make: (frame: VideoFrame) => VideoFrame | Promise<VideoFrame>): Promise<VideoFrame> {
  try {
    return await make(frame);
  } finally {
    frame.close();
  }
}

/** The part that is seen, in its size, not turned yet. */
async function scaled(frame: VideoFrame, region: Region, wanted: VideoSampleTransformation): Promise<VideoFrame> {
  const format = pixelFormat(frame.format!);
  const rect = wholePixels(region, frame.visibleRect!);
  const begins = format.planes.every(({ sampleWidth, sampleHeight }) => rect.x % sampleWidth === 0 && rect.y % sampleHeight === 0);
  const turns = canTurn({ format }, wanted.rotation);
  if (begins && turns) return resized(frame, rect, region.size);
  const rgb = await inRgb(frame);
  const { x, y } = frame.visibleRect!;
  return next(rgb, (picture) => resized(picture, { ...rect, x: rect.x - x, y: rect.y - y }, region.size));
}

/** Where the part is in the coded picture, at least one pixel of it. */
function wholePixels({ source, exact }: Region, visible: Rect): Rect {
  const place = (value: number) => (exact ? Math.round(value) : 2 * Math.round(value / 2));
  const [left, top] = [place(source.left), place(source.top)];
  const x = Math.min(left, visible.width - 1);
  const y = Math.min(top, visible.height - 1);
  const width = Math.min(Math.max(1, Math.round(source.width)), visible.width - x);
  const height = Math.min(Math.max(1, Math.round(source.height)), visible.height - y);
  return { x: visible.x + x, y: visible.y + y, width, height };
}

function resized(frame: VideoFrame, visibleRect: Rect, { width, height }: Size): VideoFrame {
  const shown = { visibleRect, displayWidth: width, displayHeight: height };
  if (visibleRect.width === width && visibleRect.height === height) return new VideoFrame(frame, shown);
  return new VideoFrame(frame, { ...shown, framegate: { resizeWidth: width, resizeHeight: height } });
}

/** The visible part as RGB, which has no chroma samples that begin elsewhere. */
async function inRgb(frame: VideoFrame): Promise<VideoFrame> {
  const opaque = pixelFormat(frame.format!).opaque === frame.format;
  const format = opaque ? 'RGBX' : 'RGBA';
  const data = new Uint8Array(frame.allocationSize({ format }));
  await frame.copyTo(data, { format });
  const { timestamp, visibleRect } = frame;
  return new VideoFrame(data, { format, codedWidth: visibleRect!.width, codedHeight: visibleRect!.height, timestamp });
}

/** Turned, mirrored and in its box. */
async function arranged(frame: VideoFrame, wanted: VideoSampleTransformation): Promise<VideoFrame> {
  const turns = wanted.rotation !== 0 || wanted.flip;
  const { width, height } = turned(frame.visibleRect!, wanted.rotation);
  const fills = width === wanted.width && height === wanted.height;
  if (!turns && fills) return frame.clone();
  const colorSpace = frame.colorSpace.toJSON();
  const pixels = await pixelsOf(frame);
  const picture = turns ? turnedPixels(pixels, wanted) : pixels;
  return frameOf(fills ? picture : boxed(picture, wanted, colorSpace), frame, colorSpace);
}
