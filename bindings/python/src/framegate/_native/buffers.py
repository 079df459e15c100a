"""Memory of other Python objects, by CPython's buffer protocol."""

from __future__ import annotations

import ctypes

from .structs import PyBuffer

_WRITABLE = 0x1
_STRIDED = 0x1C  # PyBUF_RECORDS_RO: strides and format, read-only is good enough

_get = ctypes.pythonapi.PyObject_GetBuffer
_get.argtypes, _get.restype = (ctypes.py_object, ctypes.POINTER(PyBuffer), ctypes.c_int), ctypes.c_int
_release = ctypes.pythonapi.PyBuffer_Release
_release.argtypes, _release.restype = (ctypes.POINTER(PyBuffer),), None


class Buffer:
    """A hold on an object's memory until `release`, whatever becomes of the object and of this one.

    That it is never let go of by accident is what makes the end of the interpreter safe: memory that a codec's
    thread may still read is then simply not freed.
    """

    __slots__ = ("_view", "address", "itemsize", "nbytes", "readonly", "shape", "strides")

    def __init__(self, source: object, *, writable: bool = False) -> None:
        self._view = view = PyBuffer()
        _get(source, view, _STRIDED | _WRITABLE if writable else _STRIDED)
        ndim = view.ndim
        self.address: int = view.buf or 0
        self.nbytes: int = view.len
        self.itemsize: int = view.itemsize
        self.readonly = bool(view.readonly)
        self.shape: tuple[int, ...] = tuple(view.shape[:ndim])
        self.strides: tuple[int, ...] = tuple(view.strides[:ndim])

    def release(self) -> None:
        """Lets go of the memory. Again does nothing."""
        _release(self._view)

    @property
    def contiguous(self) -> bool:
        """One block, in C's order."""
        expected = self.itemsize
        for length, stride in zip(reversed(self.shape), reversed(self.strides), strict=True):
            if stride != expected and length != 1:
                return False
            expected *= length
        return True
