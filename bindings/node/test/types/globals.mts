// Compiled, never run: what framegate/polyfill declares, with lib.dom and without.
import 'framegate/polyfill';

const encoderConfig: VideoEncoderConfig = { codec: 'avc1.42001f', width: 64, height: 48, framegate: { maxDelay: 4 } };
const decoderConfig: VideoDecoderConfig = { codec: 'avc1.42001f' };
const type: EncodedVideoChunkType = 'key';
const init: VideoFrameInit = { timestamp: 0 };
const pixels: VideoFrameBufferInit = { format: 'RGBA', codedWidth: 2, codedHeight: 2, timestamp: 0 };
const frame: VideoFrame = new VideoFrame(new Uint8Array(16), pixels);
const other: VideoFrame = new VideoFrame(frame, init);
const output: EncodedVideoChunkOutputCallback = (chunk: EncodedVideoChunk, metadata?: EncodedVideoChunkMetadata) => {
  const config: VideoDecoderConfig | undefined = metadata?.decoderConfig;
  console.log(chunk.byteLength, config?.codec);
};
const fail: WebCodecsErrorCallback = (error) => console.error(error.message);
const gated: VideoEncoderInit = { output, error: fail, slots: 4, backpressure: 'throw' };
const encoder: VideoEncoder = new VideoEncoder(gated);
encoder.configure(encoderConfig);
await encoder.ready;
encoder.encode(other, { keyFrame: true });
const options: VideoEncoderEncodeOptions = { avc: { quantizer: 20 }, vp9: { quantizer: 100 }, vp8: { quantizer: null } };
encoder.encode(other, options);
const decoder: VideoDecoder = new VideoDecoder({ output: (picture: VideoFrame) => picture.close(), error: fail });
decoder.configure(decoderConfig);
decoder.decode(new EncodedVideoChunk({ type, timestamp: 0, data: new Uint8Array(4) }));
const transparent: EncodedVideoChunkInit = { type, timestamp: 0, data: new Uint8Array(4), framegate: { alphaSideData: new Uint8Array(4) } };
decoder.decode(new EncodedVideoChunk(transparent));
const space: VideoColorSpace = new VideoColorSpace({ matrix: 'bt709' });
const state: CodecState = encoder.state;
const matrix: VideoMatrixCoefficients = 'smpte170m';
const rect: DOMRectReadOnly | null = frame.visibleRect;
const format: VideoPixelFormat | null = frame.format;
const { supported }: VideoEncoderSupport = await VideoEncoder.isConfigSupported(encoderConfig);
console.log(space.toJSON(), state, matrix, rect?.width, format, supported, encoder.desiredSize, decoder.desiredSize);

const sound: AudioDataInit = { format: 's16', sampleRate: 48_000, numberOfFrames: 2, numberOfChannels: 1, timestamp: 0, data: new Uint8Array(4) };
const samples: AudioData = new AudioData(sound);
const sampleFormat: AudioSampleFormat | null = samples.format;
const copy: AudioDataCopyToOptions = { planeIndex: 0, format: 'f32-planar' };
samples.copyTo(new Float32Array(2), copy);
const heard: EncodedAudioChunkOutputCallback = (chunk: EncodedAudioChunk, metadata?: EncodedAudioChunkMetadata) => {
  const config: AudioDecoderConfig | undefined = metadata?.decoderConfig;
  console.log(chunk.byteLength, config?.codec);
};
const opus: OpusEncoderConfig = { application: 'lowdelay', frameDuration: 2_500 };
const soundConfig: AudioEncoderConfig = { codec: 'opus', sampleRate: 48_000, numberOfChannels: 1, opus, framegate: { ffmpeg: { b: 64_000 } } };
const soundInit: AudioEncoderInit = { output: heard, error: fail, slots: 4, backpressure: 'throw' };
const soundEncoder: AudioEncoder = new AudioEncoder(soundInit);
soundEncoder.configure(soundConfig);
await soundEncoder.ready;
soundEncoder.encode(samples);
const play: AudioDataOutputCallback = (data: AudioData) => data.close();
const soundDecoderInit: AudioDecoderInit = { output: play, error: fail, release: 'close' };
const soundDecoder: AudioDecoder = new AudioDecoder(soundDecoderInit);
const soundDecoderConfig: AudioDecoderConfig = { codec: 'flac', sampleRate: 48_000, numberOfChannels: 1, framegate: { priming: 'drop' } };
soundDecoder.configure(soundDecoderConfig);
const audioChunk: EncodedAudioChunkInit = { type: 'key' satisfies EncodedAudioChunkType, timestamp: 0, data: new Uint8Array(4) };
soundDecoder.decode(new EncodedAudioChunk(audioChunk));
const mode: BitrateMode = 'constant';
const soundSupport: AudioEncoderSupport = await AudioEncoder.isConfigSupported({ ...soundConfig, bitrateMode: mode, flac: { blockSize: 0 } });
console.log(sampleFormat, soundSupport.supported, soundDecoder.desiredSize);

// @ts-expect-error: no such format of samples
new AudioData({ ...sound, format: 'f64' });
// @ts-expect-error: a frame of bytes needs to be described
new VideoFrame(new Uint8Array(4), { timestamp: 0 });
// @ts-expect-error: no such type of chunk
const wrong: EncodedVideoChunkType = 'other';
console.log(wrong);
