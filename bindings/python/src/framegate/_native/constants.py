"""Numbers of framegate.h. A test compares each with the header."""

from typing import Final

ABI_VERSION: Final = 1

NO_TIMESTAMP: Final = -(2**63)
DURATION_UNKNOWN: Final = -1

OUTPUT_CHUNK: Final = 1
OUTPUT_FRAME: Final = 2
OUTPUT_FLUSHED: Final = 3
OUTPUT_ERROR: Final = 4

OUTPUT_KEY: Final = 1
OUTPUT_CONFIG: Final = 2
CHUNK_KEY: Final = 1
VIDEO_FLAG_REFERENCE_LOST: Final = 1
CHUNK_DISCARD: Final = 2

READY_ENQUEUE: Final = 1
READY_POLL: Final = 2

OK: Final = 0
WAIT_CODEC: Final = 1
WAIT_INPUT: Final = 2
WAIT_POLL: Final = 3
WAIT_RELEASE: Final = 4
END: Final = 5

ERROR_INVALID_ARGUMENT: Final = -1
ERROR_INVALID_STATE: Final = -2
ERROR_NOT_SUPPORTED: Final = -3
ERROR_DATA: Final = -4
ERROR_ENCODING: Final = -5
ERROR_CLOSED: Final = -6
ERROR_WOULD_DEADLOCK: Final = -7
ERROR_OUT_OF_MEMORY: Final = -8
ERROR_IO: Final = -9
ERROR_INTERNAL: Final = -10

COLOR_SPACE: Final = {"srgb": 0, "display-p3": 1, "source": 2}

PIXEL: Final = {
    "I420": 1,
    "I420A": 2,
    "I422": 3,
    "I422A": 4,
    "I444": 5,
    "I444A": 6,
    "NV12": 7,
    "RGBA": 8,
    "RGBX": 9,
    "BGRA": 10,
    "BGRX": 11,
    "I420P10": 12,
    "I420AP10": 13,
    "I422P10": 14,
    "I422AP10": 15,
    "I444P10": 16,
    "I444AP10": 17,
    "I420P12": 18,
    "I420AP12": 19,
    "I422P12": 20,
    "I422AP12": 21,
    "I444P12": 22,
    "I444AP12": 23,
    "RGB24": 24,
    "BGR24": 25,
}
