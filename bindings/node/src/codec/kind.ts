import type { GateOptions, Release } from './gate';

/** What makes one class of codecs another than the others. */
export interface CodecKind<Config> {
  /** The class's. */
  readonly name: string;
  readonly side: keyof typeof SIDES;
  /** What it gives, for messages. */
  readonly outputs: string;
  /** Web IDL conversion, and what W3C calls valid: a copy with the members that are known, or a TypeError. */
  readonly convert: (config: unknown, context: string) => Config;
  /** The library's configuration, to be freed by the caller. Throws what it says of one that it does not take. */
  readonly toNative: (config: Config, gate?: GateOptions) => number;
}

interface Side {
  /** The attribute that counts what the codec has not begun with. */
  readonly queueSize: string;
  /** What may free a slot. */
  readonly releases: readonly Release[];
}

export const SIDES = {
  encoder: { queueSize: 'encodeQueueSize', releases: ['callback'] },
  decoder: { queueSize: 'decodeQueueSize', releases: ['callback', 'close'] },
} as const satisfies Record<string, Side>;
