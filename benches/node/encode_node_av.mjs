// RGBA to H.264 with node-av's FFmpeg bindings, by the synchronous calls, which are its fastest way.
//   encode_node_av.mjs --raw file --width w --height h --frames n --out file --options "preset=...;..."
import { writeFileSync } from 'node:fs';

import {
  AV_PIX_FMT_RGBA, AV_PIX_FMT_YUV420P, AVERROR_EAGAIN, AVERROR_EOF, SWS_BICUBIC,
} from 'node-av/constants';
import { Codec, CodecContext, Dictionary, FFmpegError, Frame, Packet, Rational, SoftwareScaleContext } from 'node-av/lib';

import { argumentsOf, pictures, report, stopwatch } from './common.mjs';

const options = argumentsOf();
const [width, height, frames] = [options.width, options.height, options.frames].map(Number);
const picture = pictures(options.raw, width * height * 4);
const codec = Codec.findEncoderByName('libx264');
const context = new CodecContext();
context.allocContext3(codec);
Object.assign(context, {
  width, height, pixelFormat: AV_PIX_FMT_YUV420P, timeBase: new Rational(1, 30), framerate: new Rational(30, 1),
  bitRate: BigInt(options.bitrate), threadCount: Number(options.threads),
});
const settings = Dictionary.fromObject(JSON.parse(options.settings));
FFmpegError.throwIfError(context.open2Sync(codec, settings), 'open');
const scaler = new SoftwareScaleContext();
scaler.getContext(width, height, AV_PIX_FMT_RGBA, width, height, AV_PIX_FMT_YUV420P, SWS_BICUBIC);
const packet = new Packet();
packet.alloc();
const chunks = [];

function receive() {
  for (;;) {
    const status = context.receivePacketSync(packet);
    if (status === AVERROR_EAGAIN || status === AVERROR_EOF) return;
    FFmpegError.throwIfError(status, 'receive');
    chunks.push(Buffer.from(packet.data));
    packet.unref();
  }
}

const clock = stopwatch();
const yuv = new Frame();
for (let i = 0; i < frames; i++) {
  const bytes = picture(i);
  const rgba = Frame.fromVideoBuffer(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), {
    width, height, format: AV_PIX_FMT_RGBA, timeBase: { num: 1, den: 30 },
  });
  yuv.alloc();
  Object.assign(yuv, { width, height, format: AV_PIX_FMT_YUV420P });
  FFmpegError.throwIfError(yuv.getBuffer(), 'buffer');
  FFmpegError.throwIfError(scaler.scaleFrameSync(yuv, rgba), 'scale');
  yuv.pts = BigInt(i);
  FFmpegError.throwIfError(context.sendFrameSync(yuv), 'send');
  yuv.free();
  rgba.free();
  receive();
}
context.sendFrameSync(null);
receive();
const times = clock();
packet.free();
context.freeContext();
scaler.freeContext();
if (chunks.length !== frames) throw new Error(`${chunks.length} of ${frames} chunks`);
writeFileSync(options.out, Buffer.concat(chunks));
report({ frames, ...times, bytes: chunks.reduce((sum, chunk) => sum + chunk.length, 0) });
