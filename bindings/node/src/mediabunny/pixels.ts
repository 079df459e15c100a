import type { VideoColorSpaceInit } from '../media/color_space';
import type { Size } from '../media/display_size';
import { pixelFormat, type PixelFormat } from '../media/pixel_format';
import { VideoFrame } from '../media/video_frame';

/** A picture as bytes, a buffer for each plane, without gaps. */
export interface Pixels extends Size {
  readonly format: PixelFormat;
  readonly planes: readonly Plane[];
}

/** One element a sample: `samples` has `width` x `height` of them. */
export interface Plane extends Size {
  readonly samples: Samples;
}

export type Samples = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

export const samplesOf = (count: number, bytes: number): Samples =>
  bytes === 4 ? new Uint32Array(count) : bytes === 2 ? new Uint16Array(count) : new Uint8Array(count);

export const bytesOf = ({ buffer }: Samples): Uint8Array<ArrayBuffer> => new Uint8Array(buffer);

/** The planes of a picture of this size, all 0. */
export function blank(format: PixelFormat, { width, height }: Size): Pixels {
  const planes = format.planes.map(({ sampleBytes, sampleWidth, sampleHeight }) => {
    const size = { width: Math.ceil(width / sampleWidth), height: Math.ceil(height / sampleHeight) };
    return { ...size, samples: samplesOf(size.width * size.height, sampleBytes) };
  });
  return { width, height, format, planes };
}

/** The visible part of a frame. */
export async function pixelsOf(frame: VideoFrame): Promise<Pixels> {
  const data = new Uint8Array(frame.allocationSize());
  await frame.copyTo(data);
  const { width, height } = frame.visibleRect!;
  const pixels = blank(pixelFormat(frame.format!), { width, height });
  let at = 0;
  for (const { samples } of pixels.planes) {
    bytesOf(samples).set(data.subarray(at, at + samples.byteLength));
    at += samples.byteLength;
  }
  return pixels;
}

/** A frame of these pixels, with the times of `other`. */
export function frameOf({ format, width, height, planes }: Pixels, other: VideoFrame, colorSpace: VideoColorSpaceInit): VideoFrame {
  const data = Buffer.concat(planes.map(({ samples }) => bytesOf(samples)));
  const { timestamp, duration } = other;
  const init = { format: format.name, codedWidth: width, codedHeight: height, timestamp, colorSpace };
  return new VideoFrame(data, duration === null ? init : { ...init, duration });
}
