import { dictionary, double, optional, structuredCloneOf, unsignedLong, type Conversion } from '../webidl';

/** The members of the VideoFrame Metadata Registry. */
export interface VideoFrameMetadata {
  backgroundBlur?: unknown;
  backgroundSegmentationMask?: unknown;
  captureTime?: number;
  receiveTime?: number;
  rtpTimestamp?: number;
  segments?: unknown;
  /**
   * Of decoded frames, not in the registry: `referenceLost` if a picture that this one refers to never came, as far as the
   * stream tells, so that it does not look as it should.
   */
  readonly framegate?: { readonly referenceLost: true };
}

const as = <T>(): Conversion<T> => (value) => value as T;

const MEMBERS: { readonly [K in Exclude<keyof VideoFrameMetadata, 'framegate'>]-?: Conversion<VideoFrameMetadata[K]> } = {
  backgroundBlur: as<unknown>(),
  backgroundSegmentationMask: as<unknown>(),
  captureTime: double,
  receiveTime: double,
  rtpTimestamp: unsignedLong,
  segments: as<unknown>(),
};

/**
 * What the registry knows, copied; other members are left out, as of every Web IDL dictionary. The copy is made here
 * because it may run code of the program: nothing that code could take away is in use yet.
 */
export const videoFrameMetadata: Conversion<VideoFrameMetadata> = (value, context, name) => {
  const given = dictionary(value, context, name);
  const metadata: Record<string, unknown> = {};
  for (const [key, convert] of Object.entries(MEMBERS)) {
    const member = optional<unknown, undefined>(given, key, convert, `${context}: ${name}`, undefined);
    if (member !== undefined) metadata[key] = member;
  }
  return copyMetadata(metadata, `${context}: ${name}`);
};

/** W3C "Copy VideoFrame metadata": so that nobody changes what belongs to a frame. */
export const copyMetadata = (metadata: VideoFrameMetadata, context: string): VideoFrameMetadata =>
  structuredCloneOf(metadata, context);
