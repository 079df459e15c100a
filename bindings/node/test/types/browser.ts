// Compiled, never run: what a browser's program has fits the package, by the browser's own declarations (lib.dom).
import * as framegate from 'framegate';

/** A compile-time error unless everything that fits the browser's type fits ours. */
type Fits<Browser extends Ours, Ours> = Browser;

export type Dictionaries = [
  Fits<AudioDataCopyToOptions, framegate.AudioDataCopyToOptions>,
  Fits<AudioDataInit, framegate.AudioDataInit>,
  Fits<AudioDecoderConfig, framegate.AudioDecoderConfig>,
  Fits<AudioEncoderConfig, framegate.AudioEncoderConfig>,
  Fits<EncodedAudioChunkInit, framegate.EncodedAudioChunkInit>,
  Fits<OpusEncoderConfig, framegate.OpusEncoderConfig>,
  Fits<EncodedVideoChunkInit, framegate.EncodedVideoChunkInit>,
  Fits<VideoColorSpaceInit, framegate.VideoColorSpaceInit>,
  Fits<VideoFrameBufferInit, framegate.VideoFrameBufferInit>,
  Fits<VideoFrameInit, framegate.VideoFrameInit>,
  Fits<VideoFrameCopyToOptions, framegate.VideoFrameCopyToOptions>,
  Fits<PlaneLayout, framegate.PlaneLayout>,
  Fits<DOMRectInit, framegate.DOMRectInit>,
  Fits<VideoEncoderConfig, framegate.VideoEncoderConfig>,
  Fits<VideoDecoderConfig, framegate.VideoDecoderConfig>,
  Fits<VideoEncoderEncodeOptions, framegate.VideoEncoderEncodeOptions>,
];

export type Enumerations = [
  Fits<AacBitstreamFormat, framegate.AacBitstreamFormat>,
  Fits<AlphaOption, framegate.AlphaOption>,
  Fits<AudioSampleFormat, framegate.AudioSampleFormat>,
  Fits<AvcBitstreamFormat, framegate.AvcBitstreamFormat>,
  Fits<BitrateMode, framegate.BitrateMode>,
  Fits<CodecState, framegate.CodecState>,
  Fits<EncodedAudioChunkType, framegate.EncodedAudioChunkType>,
  Fits<EncodedVideoChunkType, framegate.EncodedVideoChunkType>,
  Fits<HardwareAcceleration, framegate.HardwareAcceleration>,
  Fits<LatencyMode, framegate.LatencyMode>,
  Fits<OpusBitstreamFormat, framegate.OpusBitstreamFormat>,
  Fits<PredefinedColorSpace, framegate.PredefinedColorSpace>,
  Fits<VideoColorPrimaries, framegate.VideoColorPrimaries>,
  Fits<VideoEncoderBitrateMode, framegate.VideoEncoderBitrateMode>,
  Fits<VideoMatrixCoefficients, framegate.VideoMatrixCoefficients>,
  Fits<VideoPixelFormat, framegate.VideoPixelFormat>,
  Fits<VideoTransferCharacteristics, framegate.VideoTransferCharacteristics>,
];

/** A compile-time error unless we have every member that the browser has. */
type HasAll<Ours extends { [K in keyof Browser]: unknown }, Browser> = Ours;

export type Interfaces = [
  HasAll<framegate.AudioData, AudioData>,
  HasAll<framegate.AudioDecoder, AudioDecoder>,
  HasAll<framegate.AudioEncoder, AudioEncoder>,
  HasAll<framegate.EncodedAudioChunk, EncodedAudioChunk>,
  HasAll<framegate.DOMRectReadOnly, DOMRectReadOnly>,
  HasAll<framegate.EncodedVideoChunk, EncodedVideoChunk>,
  HasAll<framegate.VideoColorSpace, VideoColorSpace>,
  HasAll<framegate.VideoDecoder, VideoDecoder>,
  HasAll<framegate.VideoEncoder, VideoEncoder>,
  HasAll<framegate.VideoFrame, VideoFrame>,
];

// Names that lib.dom lacks as yet, or has with functions in them.
export type Names = [
  framegate.AllowSharedBufferSource,
  framegate.AudioDataOutputCallback,
  framegate.AudioDecoderInit,
  framegate.AudioDecoderSupport,
  framegate.AudioEncoderInit,
  framegate.AudioEncoderSupport,
  framegate.EncodedAudioChunkMetadata,
  framegate.EncodedAudioChunkOutputCallback,
  framegate.EncodedVideoChunkMetadata,
  framegate.EncodedVideoChunkOutputCallback,
  framegate.VideoDecoderInit,
  framegate.VideoDecoderSupport,
  framegate.VideoEncoderInit,
  framegate.VideoEncoderSupport,
  framegate.VideoFrameMetadata,
  framegate.VideoFrameOutputCallback,
  framegate.WebCodecsErrorCallback,
];

export async function program(canvas: HTMLCanvasElement, imageData: ImageData): Promise<void> {
  const { EncodedVideoChunk, VideoDecoder, VideoEncoder, VideoFrame } = framegate;
  const decoder = new VideoDecoder({
    output(frame) {
      const { format, visibleRect, timestamp, duration } = frame;
      console.log(format?.startsWith('I420'), visibleRect?.width, timestamp, duration);
      frame.close();
    },
    error: (error) => console.error(error.message),
  });
  const encoder = new VideoEncoder({
    output(chunk, metadata) {
      if (metadata?.decoderConfig) decoder.configure(metadata.decoderConfig);
      decoder.decode(chunk);
    },
    error: (error: DOMException) => console.error(error.name),
  });
  const config = { codec: 'avc1.42001f', width: 640, height: 480, avc: { format: 'annexb' } } as const;
  const { supported } = await VideoEncoder.isConfigSupported(config);
  if (supported) encoder.configure(config);
  encoder.ondequeue = () => console.log(encoder.encodeQueueSize);
  encoder.addEventListener('dequeue', () => undefined, { once: true });

  const frame = new VideoFrame(canvas, { timestamp: 0, alpha: 'discard' });
  new VideoFrame(imageData, { timestamp: 0 }).close();
  new VideoFrame(frame, { timestamp: 1, visibleRect: { x: 0, y: 0, width: 2, height: 2 } }).close();
  const data = new Uint8Array(frame.allocationSize({ format: 'RGBA' }));
  const layouts = await frame.copyTo(data, { format: 'RGBA', colorSpace: 'display-p3', rect: frame.visibleRect! });
  console.log(layouts[0]?.stride);
  encoder.encode(frame, { keyFrame: true });
  frame.close();
  new EncodedVideoChunk({ type: 'key', timestamp: 0, data, transfer: [data.buffer] }).copyTo(new ArrayBuffer(4));

  // @ts-expect-error: a frame of bytes needs to be described
  new VideoFrame(data, { timestamp: 0 });
  // @ts-expect-error: attributes are read-only
  frame.timestamp = 5;
  await encoder.flush();
}

export async function sound(samples: Float32Array<ArrayBuffer>): Promise<void> {
  const { AudioData, AudioDecoder, AudioEncoder, EncodedAudioChunk } = framegate;
  const decoder = new AudioDecoder({
    output(data) {
      const plane = new Float32Array(data.allocationSize({ planeIndex: 0, format: 'f32-planar' }) / 4);
      data.copyTo(plane, { planeIndex: 0, format: 'f32-planar' });
      console.log(data.format?.startsWith('f32'), data.numberOfFrames, data.duration);
      data.close();
    },
    error: (error) => console.error(error.message),
  });
  const encoder = new AudioEncoder({
    output(chunk, metadata) {
      if (metadata?.decoderConfig) decoder.configure(metadata.decoderConfig);
      decoder.decode(chunk);
    },
    error: (error: DOMException) => console.error(error.name),
  });
  const config = { codec: 'opus', sampleRate: 48000, numberOfChannels: 1, bitrateMode: 'constant', opus: { frameDuration: 10_000 } } as const;
  const { supported } = await AudioEncoder.isConfigSupported(config);
  if (supported) encoder.configure(config);
  const init = { format: 'f32', sampleRate: 48000, numberOfFrames: samples.length, numberOfChannels: 1, timestamp: 0, data: samples } as const;
  const data = new AudioData({ ...init, transfer: [samples.buffer] });
  encoder.encode(data);
  data.close();
  decoder.decode(new EncodedAudioChunk({ type: 'key', timestamp: 0, data: new Uint8Array(4) }));

  // @ts-expect-error: which channel is to be said
  data.copyTo(samples, {});
  // @ts-expect-error: sound has no quantizer
  encoder.configure({ ...config, bitrateMode: 'quantizer' });
  await encoder.flush();
}
