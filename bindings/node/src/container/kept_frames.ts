import type { VideoFrame } from '../media/video_frame';

/** Pictures that were decoded and not given to the program. They know nothing of who decoded them: so they can be closed when that is forgotten. */
export class KeptFrames {
  current: VideoFrame | null = null;
  readonly next: VideoFrame[] = [];

  /** Makes the next one the current one. */
  step(): VideoFrame | null {
    this.current?.close();
    return (this.current = this.next.shift() ?? null);
  }

  closeNext(): void {
    for (const frame of this.next.splice(0)) frame.close();
  }

  close(): void {
    this.closeNext();
    this.current?.close();
    this.current = null;
  }
}
