// Stereo of 48 kHz to Opus or AAC with node-av's FFmpeg bindings, by the synchronous calls, which are its fastest way.
//   sound_encode_node_av.mjs --encoder name --raw file --samples n --format f32|f32-planar --bitrate n
import {
  AV_CHANNEL_LAYOUT_STEREO, AV_SAMPLE_FMT_FLT, AV_SAMPLE_FMT_FLTP, AVERROR_EAGAIN, AVERROR_EOF,
} from 'node-av/constants';
import { Codec, CodecContext, FFmpegError, Frame, Packet, Rational } from 'node-av/lib';

import { argumentsOf, report, soundParts, stopwatch } from './common.mjs';

const options = argumentsOf();
const samples = Number(options.samples);
const format = options.format === 'f32' ? AV_SAMPLE_FMT_FLT : AV_SAMPLE_FMT_FLTP;
const parts = soundParts(options.raw, samples, options.format);
const codec = Codec.findEncoderByName(options.encoder);
const context = new CodecContext();
context.allocContext3(codec);
Object.assign(context, {
  sampleRate: 48000, sampleFormat: format, channelLayout: AV_CHANNEL_LAYOUT_STEREO, timeBase: new Rational(1, 48000),
  bitRate: BigInt(options.bitrate),
});
FFmpegError.throwIfError(context.open2Sync(codec, null), 'open');
const packet = new Packet();
packet.alloc();
let chunks = 0;

function receive() {
  for (;;) {
    const status = context.receivePacketSync(packet);
    if (status === AVERROR_EAGAIN || status === AVERROR_EOF) return;
    FFmpegError.throwIfError(status, 'receive');
    Buffer.from(packet.data);
    chunks += 1;
    packet.unref();
  }
}

const clock = stopwatch();
for (const [index, part] of parts.entries()) {
  const frame = Frame.fromAudioBuffer(Buffer.from(part.buffer, part.byteOffset, part.byteLength), {
    nbSamples: samples, format, sampleRate: 48000, channelLayout: AV_CHANNEL_LAYOUT_STEREO, timeBase: { num: 1, den: 48000 },
  });
  frame.pts = BigInt(index * samples);
  FFmpegError.throwIfError(context.sendFrameSync(frame), 'send');
  frame.free();
  receive();
}
context.sendFrameSync(null);
receive();
const times = clock();
packet.free();
context.freeContext();
if (chunks < parts.length) throw new Error(`${chunks} chunks of ${parts.length} parts`);
report({ frames: chunks, ...times });
