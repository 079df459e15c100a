"""A codec's configuration, by WebCodecs' member names in Python's spelling."""

from __future__ import annotations

import ctypes
import os
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Literal, TypedDict

from ._native import ConfigHandle, native
from ._native.constants import END, ERROR_INVALID_ARGUMENT
from ._native.status import check
from .texts import encoded

_lock = threading.RLock()
"""Held while the library reads or changes any configuration: short calls, and none of them waits."""
# A child never finds it held by a thread that it does not have.
os.register_at_fork(before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_lock.release)

_DESCRIPTION: Final = "description"

Value = str | int | float | bool | bytes | Mapping[str, Any] | None


class VideoEncoderMembers(TypedDict, total=False):
    """What `VideoEncoder` takes: W3C VideoEncoderConfig, and the gate's members."""

    codec: str
    width: int
    height: int
    display_width: int
    display_height: int
    bitrate: int
    framerate: float
    latency_mode: Literal["quality", "realtime"]
    bitrate_mode: Literal["variable", "constant", "quantizer"]
    alpha: Literal["discard", "keep"]
    scalability_mode: str
    content_hint: str
    hardware_acceleration: Literal["no-preference", "prefer-hardware", "prefer-software"]
    avc: Mapping[str, Any]
    color_space: Mapping[str, Any]
    slots: int
    max_bytes: int
    max_delay: int
    threads: int
    b_frames: int
    ffmpeg: Mapping[str, Any]


class VideoDecoderMembers(TypedDict, total=False):
    """What `VideoDecoder` takes: W3C VideoDecoderConfig, and the gate's members."""

    codec: str
    description: bytes | None
    coded_width: int
    coded_height: int
    display_aspect_width: int
    display_aspect_height: int
    color_space: Mapping[str, Any]
    hardware_acceleration: Literal["no-preference", "prefer-hardware", "prefer-software"]
    optimize_for_latency: bool
    rotation: Literal[0, 90, 180, 270]
    flip: bool
    slots: int
    max_bytes: int
    max_delay: int
    threads: int
    max_pixels: int
    max_side: int
    max_samples: int
    ffmpeg: Mapping[str, Any]


class Config:
    """A codec's configuration: `Config(codec="avc1.42001f", width=640, avc={"format": "annexb"})`.

    Members of members are mappings; `ffmpeg={"preset": "fast"}` gives FFmpeg's own options, checked when a codec is
    made of the configuration. A member that is None is left unset. Demuxers give the configuration that a track's
    decoder needs, encoders that for their chunks.

    Copies, also pickled ones, are configurations of their own with the same members.

    InvalidArgumentError: an unknown member, or a value that it does not take. Any thread may use it.
    """

    __slots__ = ("handle",)

    def __init__(self, **members: Any) -> None:
        self.handle = ConfigHandle()
        check(native.fg_config_new(encoded(str(members.pop("codec", ""))), ctypes.byref(self.handle)))
        self.update(**members)

    @classmethod
    def adopt(cls, handle: ConfigHandle) -> Config:
        """Around a handle that is now the configuration's."""
        config = cls.__new__(cls)
        config.handle = handle
        return config

    @classmethod
    def copy_of(cls, pointer: int | ConfigHandle) -> Config:
        """A copy of the configuration at a pointer."""
        handle = ConfigHandle()
        with _lock:
            check(native.fg_config_copy(pointer, ctypes.byref(handle)))
        return cls.adopt(handle)

    def copy(self) -> Config:
        """A configuration of its own with the same members."""
        return self.copy_of(self.handle)

    __copy__ = copy

    def __deepcopy__(self, memo: dict[int, Any]) -> Config:
        return self.copy()

    def __reduce__(self) -> tuple[Callable[..., Config], tuple[type[Config], dict[str, str | bytes]]]:
        return _of_members, (type(self), {key: self._value(key) for key in self._keys()})

    def _keys(self) -> list[str]:
        keys: list[str] = []
        while (key := read_text(native.fg_config_key, self.handle, len(keys))) is not None:
            keys.append(key)
        return keys

    def update(self, **members: Any) -> None:
        """Sets members."""
        for name, value in _flat(members):
            self[name] = value

    def __setitem__(self, name: str, value: Value) -> None:
        """Sets a member; members of members are named with a dot: `config["avc.format"] = "annexb"`."""
        if value is None:
            return
        key = encoded_key(name)
        if isinstance(value, bytes | bytearray | memoryview):
            data = bytes(value)
            with _lock:
                check(native.fg_config_set_bytes(self.handle, key, data, len(data)))
        elif isinstance(value, Mapping):
            self.update(**{name: value})
        else:
            text = encoded_text(value)
            with _lock:
                check(native.fg_config_set(self.handle, key, text))

    def __getitem__(self, name: str) -> str:
        """A member's value as text: what was set, else its default, else ""."""
        return read_text(native.fg_config_get, self.handle, encoded_key(name)) or ""

    def _value(self, key: str) -> str | bytes:
        return self.description or b"" if key == _DESCRIPTION else self[key]

    def number(self, name: str) -> float | None:
        """A member's value as a number; None when it is unset."""
        text = self[name]
        return float(text) if text else None

    @property
    def codec(self) -> str:
        """The codec string."""
        return self["codec"]

    @property
    def description(self) -> bytes | None:
        """The codec's setup bytes (avcC for H.264); None when there are none."""
        data, size = ctypes.c_void_p(), ctypes.c_size_t()
        places = ctypes.byref(data), ctypes.byref(size)
        with _lock:  # the bytes are there until the next change
            check(native.fg_config_get_bytes(self.handle, _DESCRIPTION.encode(), *places))
            return ctypes.string_at(data.value, size.value) if data.value else None

    def __repr__(self) -> str:
        return f"<framegate.Config {self.codec}>"


def make(config: Config | None, members: Mapping[str, Any]) -> Config:
    """What a codec is made with: a configuration with some members changed, or members alone."""
    if config is None:
        return Config(**members)
    made = config.copy()
    made.update(**members)
    return made


def _flat(members: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Value]]:
    for name, value in members.items():
        if hasattr(value, "_asdict"):
            value = value._asdict()
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def encoded_key(name: str) -> bytes:
    """latency_mode is latencyMode; FFmpeg's option names stay as they are."""
    if not name.startswith("ffmpeg."):
        name = re.sub(r"_([a-z])", lambda found: found[1].upper(), name)
    return encoded(name)


def encoded_text(value: object) -> bytes:
    if isinstance(value, bool):
        return b"true" if value else b"false"
    return encoded(str(value))


def _of_members(kind: type[Config], members: dict[str, str | bytes]) -> Config:
    """What `Config.__reduce__` asks for."""
    handle = ConfigHandle()
    check(native.fg_config_new(encoded(str(members["codec"])), ctypes.byref(handle)))
    config = kind.adopt(handle)
    for key, value in members.items():
        config[key] = value
    return config


def read_text(function: Callable[..., int], *arguments: Any) -> str | None:
    """The text that a function writes; None at the end."""
    for capacity in (256, 4096, 65536, 1 << 20):
        text = ctypes.create_string_buffer(capacity)
        with _lock:
            status = function(*arguments, text, capacity)
        if status != ERROR_INVALID_ARGUMENT or not _too_small():
            break
    return None if check(status) == END else text.value.decode()


def _too_small() -> bool:
    text: bytes = native.fg_last_error()
    return b"capacity" in text
