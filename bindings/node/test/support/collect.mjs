// Codecs that keep what they give.

/** Makes encoders of a class, and what they gave: `outputs` of { chunk, metadata }, `errors`. `onOutput` is called after each. */
export const chunkCollector = (Encoder) => (init = {}, onOutput = () => {}) => {
  const outputs = [];
  const errors = [];
  const encoder = new Encoder({
    output: (chunk, metadata) => {
      outputs.push({ chunk, metadata });
      onOutput(chunk, metadata);
    },
    error: (error) => errors.push(error),
    ...init,
  });
  return { encoder, outputs, errors };
};

/** Makes decoders of a class, and what they gave, which is closed unless `keep`. */
export const frameCollector = (Decoder) => ({ keep = false, ...init } = {}, onOutput = () => {}) => {
  const frames = [];
  const errors = [];
  const decoder = new Decoder({
    output: (frame) => {
      frames.push(frame);
      onOutput(frame);
      if (!keep) frame.close();
    },
    error: (error) => errors.push(error),
    ...init,
  });
  return { decoder, frames, errors };
};

/** Submits all inputs. In mode `throw` those that were refused are submitted again when there is room. How many were refused. */
export async function submitAll(codec, count, submit) {
  let refused = 0;
  for (let n = 0; n < count; ) {
    try {
      submit(n);
      n += 1;
    } catch (error) {
      if (error.name !== 'QuotaExceededError') throw error;
      refused += 1;
      await codec.ready;
    }
  }
  return refused;
}

export const bytesOf = (chunk) => {
  const bytes = Buffer.alloc(chunk.byteLength);
  chunk.copyTo(bytes);
  return bytes;
};
