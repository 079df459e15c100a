/** Bytes of JavaScript's, as the library reads and writes them: fg_io, on the thread that calls the library. */
import { callbackOf, Io } from '../native';
import { lazyObject } from '../native/lazy';

/** What the library's calls reach. If one throws, the call of the library fails; who threw says why. */
export interface HostFile {
  /** Puts at most so many bytes at an address, at least one unless the end is reached; gives how many. */
  read?(address: number, size: number): number;
  /** Takes so many bytes from an address. */
  write?(address: number, size: number): void;
  /** As lseek. */
  seek?(offset: number, whence: number): number;
}

const EIO = 5;
const EINVAL = 22;

/** Those in use, by what the library calls them. */
const files = new Map<number, HostFile>();
let lastNumber = 0;

/** One function of each kind serves all files. */
const FUNCTIONS = lazyObject(['read', 'write', 'seek'], (name) => {
  if (name === 'seek') return callbackOf(['address', 'i64', 'i32'], (number, offset, whence) => call(number, (file) => file.seek!(offset, whence)));
  return callbackOf(['address', 'address', 'size'], (number, address, size) => call(number, (file) => transfer(file, name, address, size)));
});

function transfer(file: HostFile, name: string, address: number, size: number): number {
  if (name === 'read') return file.read!(address, size);
  file.write!(address, size);
  return size;
}

/** Never throws: native code is between here and whoever could catch it. */
function call(number: number, work: (file: HostFile) => number): number {
  try {
    return work(files.get(number)!);
  } catch (error) {
    return error instanceof NoPlace ? -EINVAL : -EIO;
  }
}

/** A file's fg_io. */
export class HostIo {
  readonly struct = new Io();
  readonly #number = (lastNumber += 1);

  constructor(file: HostFile) {
    for (const name of ['read', 'write', 'seek'] as const) if (file[name]) this.struct[name] = FUNCTIONS[name];
    this.struct.opaque = this.#number;
    files.set(this.#number, file);
  }

  /** The library does not call it any more. */
  end(): void {
    files.delete(this.#number);
  }
}

/** A format asked for a place that there is not, which is no failure: they try. */
class NoPlace extends RangeError {}

/** Of what is `size` bytes long: where lseek from `position` goes. Throws for a place that there is not. */
export function placeOf(offset: number, whence: number, position: number, size: number): number {
  const place = offset + [0, position, size][whence]!;
  if (place < 0) throw new NoPlace(`${place} is before the beginning`);
  return place;
}
