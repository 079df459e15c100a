import { FG, type VideoInfo } from '../native';
import { pickColorSpace, readColor, VideoColorSpace, writeColor } from './color_space';
import type { VideoFrameMetadata } from './metadata';
import { pixelFormat, pixelFormatOfNumber, type VideoPixelFormat } from './pixel_format';
import type { Rect } from './rect';

/** The internal slots of a VideoFrame, without the resource. They never change. */
export interface FrameFacts {
  /** null: one without a W3C name. */
  readonly format: VideoPixelFormat | null;
  readonly codedWidth: number;
  readonly codedHeight: number;
  readonly visible: Rect;
  readonly rotation: number;
  readonly flip: boolean;
  readonly displayWidth: number;
  readonly displayHeight: number;
  readonly timestamp: number;
  readonly duration: number | null;
  readonly colorSpace: VideoColorSpace;
  readonly metadata: VideoFrameMetadata;
}

/** Beyond what JavaScript counts exactly, only the attribute says the duration. */
const nativeDuration = (duration: number | null): number =>
  duration === null ? -1 : Math.min(duration, Number.MAX_SAFE_INTEGER);

export function writeFacts(facts: FrameFacts, info: VideoInfo): void {
  info.format = facts.format === null ? 0 : pixelFormat(facts.format).number;
  info.coded_width = facts.codedWidth;
  info.coded_height = facts.codedHeight;
  info.visible_x = facts.visible.x;
  info.visible_y = facts.visible.y;
  info.visible_width = facts.visible.width;
  info.visible_height = facts.visible.height;
  info.display_width = facts.displayWidth;
  info.display_height = facts.displayHeight;
  info.rotation = facts.rotation;
  info.flip = Number(facts.flip);
  writeColor(facts.colorSpace, info);
  info.timestamp_us = facts.timestamp;
  info.duration_us = nativeDuration(facts.duration);
  info.id = 0;
}

export function readFacts(info: VideoInfo): FrameFacts {
  const format = pixelFormatOfNumber(info.format);
  return {
    format: format?.name ?? null,
    codedWidth: info.coded_width,
    codedHeight: info.coded_height,
    visible: { x: info.visible_x, y: info.visible_y, width: info.visible_width, height: info.visible_height },
    rotation: info.rotation,
    flip: info.flip !== 0,
    displayWidth: info.display_width,
    displayHeight: info.display_height,
    timestamp: info.timestamp_us,
    duration: info.duration_us < 0 ? null : info.duration_us,
    colorSpace: pickColorSpace(readColor(info), format?.isRgb ?? false),
    metadata: info.flags & FG.VIDEO_FLAG_REFERENCE_LOST ? { framegate: { referenceLost: true } } : {},
  };
}

/** What is left after W3C "Close VideoFrame": the times. (Browsers empty the colour space, too.) */
export const closedFacts = ({ timestamp, duration }: FrameFacts): FrameFacts => ({
  format: null,
  codedWidth: 0,
  codedHeight: 0,
  visible: { x: 0, y: 0, width: 0, height: 0 },
  rotation: 0,
  flip: false,
  displayWidth: 0,
  displayHeight: 0,
  timestamp,
  duration,
  colorSpace: new VideoColorSpace(),
  metadata: {},
});
