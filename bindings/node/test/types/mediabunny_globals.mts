// Compiled, never run: mediabunny with the polyfill's globals, with lib.dom and without.
import 'framegate/polyfill';
import { transformVideoSample } from 'framegate/mediabunny';
import { registerVideoSampleTransformer, VideoSample } from 'mediabunny';
registerVideoSampleTransformer(transformVideoSample);
const frame: VideoFrame = new VideoFrame(new Uint8Array(6), { format: 'I420', codedWidth: 2, codedHeight: 2, timestamp: 0 });
const sample: VideoSample = new VideoSample(frame);
const encoder = new VideoEncoder({ output: (chunk, meta) => console.log(chunk.type, meta), error: console.error, slots: 3 });
const config: VideoEncoderConfig = { codec: 'avc1.42001f', width: 2, height: 2, framegate: { maxDelay: 3 } };
encoder.configure(config);
await encoder.ready;
encoder.encode(sample.toVideoFrame());
const type: EncodedVideoChunkType = 'key';
console.log(type);
