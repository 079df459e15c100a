// Opus or AAC to samples with W3C's classes: the same code for framegate and for its peer.
//   sound_decode.mjs --library framegate|@napi-rs/webcodecs --codec string --clip file       The chunks: chunks_of in benches/common.py
import { argumentsOf, chunksOf, report, stopwatch, webcodecs } from './common.mjs';

const options = argumentsOf();
const { AudioDecoder, EncodedAudioChunk } = webcodecs(options.library);
const { description, chunks } = chunksOf(options.clip);
let samples = 0;
const decoder = new AudioDecoder({
  output: (data) => {
    samples += data.numberOfFrames;
    data.close();
  },
  error: (error) => {
    throw error;
  },
});
const described = description.length > 0 ? { description } : {};
decoder.configure({ codec: options.codec, sampleRate: 48000, numberOfChannels: 2, ...described });

const clock = stopwatch();
for (const { timestamp, data } of chunks) decoder.decode(new EncodedAudioChunk({ type: 'key', timestamp, data }));
await decoder.flush();
const times = clock();
decoder.close();
if (samples < (chunks.length - 2) * 960) throw new Error(`${samples} samples of ${chunks.length} chunks`);
report({ frames: chunks.length, ...times });
