// Video, or with --medium audio sound, to frames with node-av's FFmpeg bindings, by the synchronous calls. Reads the file itself, as it is made to.
//   decode_node_av.mjs --clip file [--medium audio] [--threads n]
import { AVERROR_EAGAIN, AVERROR_EOF, AVMEDIA_TYPE_AUDIO, AVMEDIA_TYPE_VIDEO } from 'node-av/constants';
import { Codec, CodecContext, FFmpegError, FormatContext, Frame, Packet } from 'node-av/lib';

import { argumentsOf, report, stopwatch } from './common.mjs';

const options = argumentsOf();
const input = new FormatContext();
FFmpegError.throwIfError(input.openInputSync(options.clip), 'open');
FFmpegError.throwIfError(input.findStreamInfoSync(), 'streams');
const index = input.findBestStream(options.medium === 'audio' ? AVMEDIA_TYPE_AUDIO : AVMEDIA_TYPE_VIDEO);
const stream = input.streams[index];
const codec = Codec.findDecoder(stream.codecpar.codecId);
const context = new CodecContext();
context.allocContext3(codec);
context.parametersToContext(stream.codecpar);
context.threadCount = Number(options.threads ?? 0);
FFmpegError.throwIfError(context.open2Sync(codec, null), 'decoder');
const [packet, frame] = [new Packet(), new Frame()];
packet.alloc();
frame.alloc();
let frames = 0;

function receive() {
  for (;;) {
    const status = context.receiveFrameSync(frame);
    if (status === AVERROR_EAGAIN || status === AVERROR_EOF) return;
    FFmpegError.throwIfError(status, 'receive');
    frames += 1;
    frame.unref();
  }
}

const clock = stopwatch();
while (input.readFrameSync(packet) >= 0) {
  if (packet.streamIndex === index) {
    FFmpegError.throwIfError(context.sendPacketSync(packet), 'send');
    receive();
  }
  packet.unref();
}
context.sendPacketSync(null);
receive();
const times = clock();
frame.free();
packet.free();
context.freeContext();
report({ frames, ...times });
