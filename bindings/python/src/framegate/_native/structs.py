"""Structs that framegate.h does not have."""

import ctypes
from ctypes import c_char_p, c_void_p
from typing import Final

from .generated import ChunkStruct

DURATION_UNKNOWN: Final = -1


class RawChunk(ctypes.Structure):
    """fg_chunk again, with addresses where `ChunkStruct` has text: for reading what a demuxer wrote."""

    _fields_ = [(field[0], c_void_p if field[1] is c_char_p else field[1]) for field in ChunkStruct._fields_]


class PyBuffer(ctypes.Structure):
    """CPython's Py_buffer: a hold on an object's memory, by the stable ABI of Python 3.11."""

    _fields_ = [
        ("buf", c_void_p),
        ("obj", c_void_p),
        ("len", ctypes.c_ssize_t),
        ("itemsize", ctypes.c_ssize_t),
        ("readonly", ctypes.c_int),
        ("ndim", ctypes.c_int),
        ("format", c_char_p),
        ("shape", ctypes.POINTER(ctypes.c_ssize_t)),
        ("strides", ctypes.POINTER(ctypes.c_ssize_t)),
        ("suboffsets", ctypes.POINTER(ctypes.c_ssize_t)),
        ("internal", c_void_p),
    ]
