// What bundlers are given, and what runs under --permission.
import { VideoEncoder, VideoFrame } from 'framegate';
import { transformVideoSample } from 'framegate/mediabunny';
import 'framegate/polyfill';

let chunks = 0;
const encoder = new VideoEncoder({ output: () => (chunks += 1), error: console.error });
encoder.configure({ codec: 'avc1.42001f', width: 64, height: 48 });
const frame = new VideoFrame(new Uint8Array(64 * 48 * 4), { format: 'RGBA', codedWidth: 64, codedHeight: 48, timestamp: 0 });
encoder.encode(frame);
frame.close();
encoder.flush().then(() => console.log(chunks, VideoEncoder === globalThis.VideoEncoder, typeof transformVideoSample));
