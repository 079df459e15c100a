"""A codec's configuration, by WebCodecs' member names in Python's spelling."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypedDict

from ._native import ConfigHandle, native
from ._native.constants import ERROR_INVALID_ARGUMENT
from ._native.status import check

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

    InvalidArgumentError: an unknown member, or a value that it does not take.
    Threads: reading beside reading; changing beside nothing else.
    """

    __slots__ = ("handle",)

    def __init__(self, **members: Any) -> None:
        self.handle = ConfigHandle()
        check(native.fg_config_new(str(members.pop("codec", "")).encode(), ctypes.byref(self.handle)))
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
        check(native.fg_config_copy(pointer, ctypes.byref(handle)))
        return cls.adopt(handle)

    def copy(self) -> Config:
        """A configuration of its own with the same members."""
        return self.copy_of(self.handle)

    def update(self, **members: Any) -> None:
        """Sets members."""
        for name, value in _flat(members):
            self[name] = value

    def __setitem__(self, name: str, value: Value) -> None:
        """Sets a member; members of members are named with a dot: `config["avc.format"] = "annexb"`."""
        if value is None:
            return
        key = _key(name)
        if isinstance(value, bytes | bytearray | memoryview):
            data = bytes(value)
            check(native.fg_config_set_bytes(self.handle, key, data, len(data)))
        elif isinstance(value, Mapping):
            self.update(**{name: value})
        else:
            check(native.fg_config_set(self.handle, key, _text(value)))

    def __getitem__(self, name: str) -> str:
        """A member's value as text: what was set, else its default, else ""."""
        for capacity in (256, 4096, 65536):
            text = ctypes.create_string_buffer(capacity)
            status: int = native.fg_config_get(self.handle, _key(name), text, capacity)
            if status != ERROR_INVALID_ARGUMENT or not _too_small():
                break
        check(status)
        return text.value.decode()

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
        check(native.fg_config_get_bytes(self.handle, b"description", ctypes.byref(data), ctypes.byref(size)))
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


def _key(name: str) -> bytes:
    """latency_mode is latencyMode; FFmpeg's option names stay as they are."""
    if not name.startswith("ffmpeg."):
        name = re.sub(r"_([a-z])", lambda found: found[1].upper(), name)
    return name.encode()


def _text(value: object) -> bytes:
    if isinstance(value, bool):
        return b"true" if value else b"false"
    return str(value).encode()


def _too_small() -> bool:
    text: bytes = native.fg_last_error()
    return b"capacity" in text
