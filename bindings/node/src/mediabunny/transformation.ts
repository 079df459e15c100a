/** What is used of mediabunny's VideoSample. (Its own declarations need lib.dom.) */
export interface VideoSampleLike {
  readonly squarePixelWidth: number;
  readonly squarePixelHeight: number;
  readonly timestamp: number;
  readonly duration: number;
  /** A VideoFrame, if the global one is ours. */
  toVideoFrame(): object;
}

export interface CropRectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** mediabunny's VideoSampleTransformationDescription: square pixels, then turned, mirrored, cropped, and fitted into a size. */
export interface VideoSampleTransformation {
  readonly width: number;
  readonly height: number;
  readonly fit: 'fill' | 'contain' | 'cover';
  /** Clockwise. */
  readonly rotation: 0 | 90 | 180 | 270;
  /** Left to right, after the turn. */
  readonly flip: boolean;
  /** In the picture that is turned and mirrored. */
  readonly crop: CropRectangle;
  readonly alpha: 'keep' | 'discard';
}
