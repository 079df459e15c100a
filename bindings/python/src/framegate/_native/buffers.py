"""Memory of other Python objects, by CPython's buffer protocol."""

from __future__ import annotations

import ctypes
from typing import Any

from .structs import PyBuffer

_WRITABLE = 0x1
_STRIDED = 0x1C  # PyBUF_RECORDS_RO: strides and format, read-only is good enough

_get = ctypes.pythonapi.PyObject_GetBuffer
_get.argtypes, _get.restype = (ctypes.py_object, ctypes.POINTER(PyBuffer), ctypes.c_int), ctypes.c_int
_is_contiguous = ctypes.pythonapi.PyBuffer_IsContiguous
_is_contiguous.argtypes, _is_contiguous.restype = (ctypes.POINTER(PyBuffer), ctypes.c_char), ctypes.c_int
_release = ctypes.pythonapi.PyBuffer_Release
_release.argtypes, _release.restype = (ctypes.POINTER(PyBuffer),), None


class Buffer:
    """A hold on an object's memory until `release`, whatever becomes of the object and of this one.

    That it is never let go of by accident is what makes the end of the interpreter safe: memory that a codec's
    thread may still read is then simply not freed.
    """

    __slots__ = ("_view", "address", "format", "itemsize", "nbytes", "readonly", "shape", "strides")

    def __init__(self, source: object, *, writable: bool = False) -> None:
        self._view = view = PyBuffer()
        _get(source, view, _STRIDED | _WRITABLE if writable else _STRIDED)
        ndim = view.ndim
        self.address: int = view.buf or 0
        self.nbytes: int = view.len
        self.itemsize: int = view.itemsize
        self.format: bytes = view.format or b"B"
        """Of its items, as the module struct spells it."""
        self.readonly = bool(view.readonly) and not _can_change(source)
        """Nobody writes to it, as far as the object says and those whose memory it shows."""
        self.shape: tuple[int, ...] = tuple(view.shape[:ndim])
        self.strides: tuple[int, ...] = tuple(view.strides[:ndim])

    def release(self) -> None:
        """Lets go of the memory. Again does nothing."""
        _release(self._view)

    @property
    def contiguous(self) -> bool:
        """One block, in C's order."""
        return bool(_is_contiguous(self._view, b"C"))


def _can_change(source: Any) -> bool:
    """Whether a read-only object shows memory of one that can be written to: a view of an array, of a bytearray ..."""
    while source is not None:
        if isinstance(source, memoryview):
            if not source.readonly:
                return True
            source = source.obj
        elif (writeable := getattr(getattr(source, "flags", None), "writeable", None)) is not None:  # an array of numpy
            if writeable:
                return True
            source = source.base
        else:
            try:
                with memoryview(source) as view:
                    return not view.readonly
            except (TypeError, BufferError):
                return False
    return False
