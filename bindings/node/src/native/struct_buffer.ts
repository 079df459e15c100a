/**
 * C structs as plain bytes that are reused: members are read and written in place, nothing is marshalled.
 * 64-bit members are numbers, exact up to 2^53 (and for -2^63, FG_NO_TIMESTAMP).
 */
export interface Field {
  readonly type: 'i32' | 'u32' | 'i64' | 'u64';
  /** What FG_..._INIT sets. */
  readonly initial: number;
}

export interface ArrayField extends Field {
  readonly length: number;
}

export type Fields = Readonly<Record<string, Field | ArrayField>>;

/** An array inside a struct. */
export interface Members {
  readonly length: number;
  get(index: number): number;
  set(index: number, value: number): void;
}

export type StructBuffer<F extends Fields> = {
  /** The struct itself, to be passed as a `bytes` argument. */
  readonly bytes: Uint8Array;
  /** Sets everything as FG_..._INIT does. */
  initialise(): void;
} & { -readonly [K in keyof F]: F[K] extends ArrayField ? Members : number };

export interface Layout {
  readonly size: number;
  readonly offsets: Readonly<Record<string, number>>;
}

export interface StructType<F extends Fields> {
  new (): StructBuffer<F>;
  readonly layout: Layout;
}

const SIZES = { i32: 4, u32: 4, i64: 8, u64: 8 } as const;
const LITTLE_ENDIAN = true;

/** The layout that C gives members in this order, `struct_size` before them. */
function layoutOf(fields: Fields): Layout {
  const offsets: Record<string, number> = { struct_size: 0 };
  let end = 4;
  let alignment = 4;
  for (const [name, field] of Object.entries(fields)) {
    const size = SIZES[field.type];
    alignment = Math.max(alignment, size);
    const offset = Math.ceil(end / size) * size;
    offsets[name] = offset;
    end = offset + size * lengthOf(field);
  }
  return { size: Math.ceil(end / alignment) * alignment, offsets };
}

const isArray = (field: Field | ArrayField): field is ArrayField => 'length' in field;
const lengthOf = (field: Field | ArrayField): number => (isArray(field) ? field.length : 1);

/** Makes the class of a struct from its members, in the header's order. */
export function structType<const F extends Fields>(fields: F): StructType<F> {
  const layout = layoutOf(fields);

  class Struct {
    static readonly layout = layout;
    readonly view = new DataView(new ArrayBuffer(layout.size));
    readonly bytes = new Uint8Array(this.view.buffer);

    constructor() {
      this.initialise();
    }

    initialise(): void {
      this.view.setUint32(0, layout.size, LITTLE_ENDIAN);
      for (const [name, field] of Object.entries(fields)) {
        const offset = layout.offsets[name]!;
        for (let i = 0; i < lengthOf(field); i += 1) {
          write(this.view, field.type, offset + i * SIZES[field.type], field.initial);
        }
      }
    }
  }

  for (const [name, field] of Object.entries(fields)) {
    Object.defineProperty(Struct.prototype, name, accessor(field, layout.offsets[name]!));
  }
  return Struct as unknown as StructType<F>;
}

function accessor(field: Field | ArrayField, offset: number): PropertyDescriptor {
  const { type } = field;
  if (isArray(field)) {
    return {
      get(this: { view: DataView }): Members {
        const { view } = this;
        const at = (index: number) => offset + index * SIZES[type];
        return {
          length: field.length,
          get: (index) => read(view, type, at(index)),
          set: (index, value) => write(view, type, at(index), value),
        };
      },
    };
  }
  return {
    get(this: { view: DataView }): number {
      return read(this.view, type, offset);
    },
    set(this: { view: DataView }, value: number) {
      write(this.view, type, offset, value);
    },
  };
}

function read(view: DataView, type: Field['type'], offset: number): number {
  switch (type) {
    case 'i32':
      return view.getInt32(offset, LITTLE_ENDIAN);
    case 'u32':
      return view.getUint32(offset, LITTLE_ENDIAN);
    case 'i64':
      return view.getInt32(offset + 4, LITTLE_ENDIAN) * 2 ** 32 + view.getUint32(offset, LITTLE_ENDIAN);
    case 'u64':
      return view.getUint32(offset + 4, LITTLE_ENDIAN) * 2 ** 32 + view.getUint32(offset, LITTLE_ENDIAN);
  }
}

function write(view: DataView, type: Field['type'], offset: number, value: number): void {
  if (type === 'i32' || type === 'u32') {
    view.setInt32(offset, value, LITTLE_ENDIAN);
    return;
  }
  const high = Math.floor(value / 2 ** 32);
  view.setUint32(offset, value - high * 2 ** 32, LITTLE_ENDIAN);
  view.setInt32(offset + 4, high, LITTLE_ENDIAN);
}
