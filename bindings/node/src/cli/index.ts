#!/usr/bin/env node
/** The command: `npx framegate probe in.mp4`, `npx framegate transcode in.mp4 out.webm --bitrate 2M --start 1:30`. */
import { native } from '../native';
import { probe } from './probe';
import { transcode } from './transcode';
import { UsageError } from './usage_error';

const USAGE = `usage: framegate probe [--json] INPUT
       framegate transcode INPUT OUTPUT [options]
       framegate --version

transcode encodes a file's video, or its sound, anew:
  --bitrate N          bits a second: 800k, 2M (default 1M)
  --video NAME         h264, vp8 or vp9, with the source's depth and chroma where it has them
                       (default h264; in .webm vp9)
  --codec STRING       the same as a WebCodecs codec string: avc1.640028, vp09.00.31.08
  --audio CODEC        what every track of sound becomes: copy (the default), none, or a codec
                       (aac, opus, flac, mp3, vorbis, or a WebCodecs codec string)
  --audio-bitrate N    bits a second of each: 96k (default: the codec's own)
  --start TIME         from this time on: 90, 1:30, 0:01:30.5
  --end TIME           up to this time, counted from the file's beginning
  --slots N            items in flight in each codec (default 16)
  --set MEMBER=VALUE   any other member: framegate.ffmpeg.preset=fast, alpha=keep
  --audio-set ...      the same of the sound: opus.frameDuration=60000, sampleRate=48000
`;

const COMMANDS: Readonly<Record<string, (args: string[]) => Promise<void>>> = { probe, transcode };

async function main([name = '', ...args]: string[]): Promise<void> {
  if (name === '--version') console.log(`framegate ${native.fg_version()} (FFmpeg ${native.fg_ffmpeg_version()})`);
  else if (name === '--help' || name === '-h' || args.includes('--help')) process.stdout.write(USAGE);
  else if (Object.hasOwn(COMMANDS, name)) await COMMANDS[name]!(args);
  else throw new UsageError(name === '' ? 'a command is missing' : `there is no command ${name}`);
}

// Who reads the beginning of what is printed may have enough of it.
process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
  process.stderr.write(`framegate: ${code === 'EPIPE' ? 'nobody reads the standard output any more' : message}\n`);
  process.exitCode = 1;
});

main(process.argv.slice(2)).catch((error: Error & { code?: unknown }) => {
  const isUsage = error instanceof UsageError || String(error.code).startsWith('ERR_PARSE_ARGS');
  process.stderr.write(`${isUsage ? USAGE : ''}framegate: ${isUsage ? '' : `${error.name}: `}${error.message}\n`);
  process.exitCode = isUsage ? 2 : 1;
});
