// Compiled, never run: containers, with lib.dom and without.
import { createReadStream, createWriteStream } from 'node:fs';
import {
  AudioDecoder, Demuxer, Muxer, VideoDecoder, VideoDecoderStream, VideoEncoder, type AnyTrack, type AudioTrack, type Chapter, type Cover, type Demuxed, type DemuxerOptions,
  type DemuxerSource, type Disposition, type MuxerOptions, type MuxerTarget, type VideoFrame, type VideoTrack,
} from 'framegate';

const options: DemuxerOptions = { maxStreams: 4, maxSide: 4096, maxBufferedChunks: 64, maxBufferedBytes: 1e6 };
const sources: DemuxerSource[] = [
  'a.mp4', new URL('file:///a.mp4'), new Uint8Array(4), new ArrayBuffer(4), new Blob([]), new Blob([]).stream(), createReadStream('a.mp4'),
  (async function* () { yield new Uint8Array(4); })(),
];
await using demuxer: Demuxer = await Demuxer.open(sources[0]!, options);
const video: VideoTrack = demuxer.video;
const audio: AudioTrack = demuxer.audio;
const tracks: readonly AnyTrack[] = demuxer.tracks;
const targets: MuxerTarget[] = ['a.mkv', new WritableStream<Uint8Array>(), createWriteStream('a.mkv'), null];
const keys: MuxerOptions = { format: 'mp4', title: demuxer.title, startAtZero: true, faststart: true, fragmentDuration: 500_000 };
const muxer: Muxer = await Muxer.create(targets[0]!, keys);
const numbers: number[] = tracks.map((track) => muxer.addTrack(track.config));

await demuxer.seek(1);
await demuxer.seek(1, { track: audio });
const frame: VideoFrame = await video.frameAt(1.5);
frame.close();
for await (const shown of demuxer.frames(0, 1, 1 / 30)) shown.close();
const [chapters, covers]: [readonly Chapter[], readonly Cover[]] = [demuxer.chapters, demuxer.covers];
const said: (string | number | boolean | null)[] = [demuxer.format, demuxer.duration, demuxer.start, demuxer.seekable, demuxer.tags['artist'] ?? null, chapters[0]!.start, covers[0]!.type];
const facts: (string | number | null)[] = tracks.flatMap((track) => [track.stream, track.frameCount, track.duration, track.start, track.language, track.rotation, track.tags['title'] ?? null]);
const dispositions: readonly Disposition[] = audio.disposition;
console.log(said, facts, dispositions.includes('forced'), covers[0]!.data.length);

const decoder = new VideoDecoder({ output: (frame) => frame.close(), error: console.error });
decoder.configure(video.config);
for await (const chunk of video) decoder.decode(chunk);
const sound = new AudioDecoder({ output: (data) => data.close(), error: console.error });
sound.configure({ ...audio.config, framegate: { ...audio.config.framegate, priming: 'drop' } });
for await (const chunk of audio) sound.decode(chunk);

for await (const demuxed of demuxer) {
  const { track, chunk, metadata }: Demuxed = demuxed;
  await muxer.write(numbers[track.index]!, chunk, metadata);
  const { decodeTimestamp, discard }: { decodeTimestamp: number | null; discard: boolean } = metadata.framegate;
  console.log(decodeTimestamp, discard, track.config.framegate?.language);
}
new VideoEncoder({
  output: (chunk, metadata) => void muxer.write(metadata.decoderConfig ? muxer.addTrack(metadata.decoderConfig) : 0, chunk, metadata),
  error: console.error,
});
const bytes: Buffer | undefined = await muxer.finish();
console.log(bytes?.length, new VideoDecoderStream(video.config).readable);
// @ts-expect-error: a number is no source
void Demuxer.open(7);
// @ts-expect-error: a time is a number
void demuxer.seek('1:30');
// @ts-expect-error: tracks by what they are, not by their number
void demuxer.seek(0, { track: 0 });
// @ts-expect-error: sound has no pictures
void audio.frameAt(0);
// @ts-expect-error: what a file says cannot be changed
demuxer.duration = 7;
// @ts-expect-error: only open() makes one
new Demuxer();
