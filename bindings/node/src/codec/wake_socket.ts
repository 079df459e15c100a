/** The socket that reads a wait set's descriptor in the event loop. */
import { Socket } from 'node:net';

export interface WakeSocket {
  /** While it is referenced, the process stays alive. At first it is not. */
  ref(): void;
  unref(): void;
  /** Closes the descriptor. */
  close(): void;
}

/** Bun's net.Socket takes no descriptor; its own connect does. */
interface BunSocket extends Omit<WakeSocket, 'close'> {
  end(): void;
}
interface Bun {
  connect(options: { fd: number; socket: { data(): void; open(socket: BunSocket): void } }): Promise<BunSocket>;
}

/** Calls `wake` for every wake of the descriptor, which it owns from now on. */
export function wakeSocket(fd: number, wake: () => void): WakeSocket {
  const bun = (globalThis as { Bun?: Bun }).Bun;
  return bun ? bunSocket(bun, fd, wake) : nodeSocket(fd, wake);
}

function nodeSocket(fd: number, wake: () => void): WakeSocket {
  const callback = (): boolean => {
    wake();
    return true;
  };
  // `onread` is an option of Socket as well as of connect; the types know only the latter.
  const onread = { buffer: new Uint8Array(64), callback };
  const socket = new Socket({ fd, readable: true, writable: false, onread } as ConstructorParameters<typeof Socket>[0]);
  socket.unref();
  return { ref: () => socket.ref(), unref: () => socket.unref(), close: () => socket.destroy() };
}

function bunSocket(bun: Bun, fd: number, wake: () => void): WakeSocket {
  let referenced = false;
  let isClosed = false;
  let socket: BunSocket | undefined;
  const apply = (): void => (isClosed ? socket?.end() : referenced ? socket?.ref() : socket?.unref());
  void bun.connect({
    fd,
    socket: {
      data: wake,
      open(opened) {
        socket = opened;
        apply();
      },
    },
  });
  return {
    ref: () => ((referenced = true), apply()),
    unref: () => ((referenced = false), apply()),
    close: () => ((isClosed = true), apply()),
  };
}
