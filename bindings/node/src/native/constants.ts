/** fg_status. */
export const Status = {
  OK: 0,
  WAIT_CODEC: 1,
  WAIT_INPUT: 2,
  WAIT_POLL: 3,
  WAIT_RELEASE: 4,
  END: 5,
  ERROR_INVALID_ARGUMENT: -1,
  ERROR_INVALID_STATE: -2,
  ERROR_NOT_SUPPORTED: -3,
  ERROR_DATA: -4,
  ERROR_ENCODING: -5,
  ERROR_CLOSED: -6,
  ERROR_WOULD_DEADLOCK: -7,
  ERROR_OUT_OF_MEMORY: -8,
  ERROR_IO: -9,
  ERROR_INTERNAL: -10,
} as const;

/** fg_output.kind. */
export const OutputKind = { CHUNK: 1, FRAME: 2, FLUSHED: 3, ERROR: 4 } as const;

/** fg_output.flags. */
export const OutputFlag = { KEY: 1, CONFIG: 2 } as const;

/** fg_chunk.flags. */
export const ChunkFlag = { KEY: 1, DISCARD: 2 } as const;

/** What fg_*_wait waits for. */
export const Ready = { ENQUEUE: 1, POLL: 2, DEQUEUE: 4 } as const;
