
      import { VideoEncoder } from 'framegate';
      import { parentPort } from 'node:worker_threads';
      import * as video from './video.mjs';
    
      const { encoder } = video.collectChunks({}, () => video.busyWait(1));
      encoder.configure(video.H264);
      parentPort.postMessage('working');
      for (let n = 0; ; n += 1) { await encoder.ready; video.encode(encoder, n); }
    