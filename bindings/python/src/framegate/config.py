"""A codec's configuration, by WebCodecs' member names in Python's spelling."""

from __future__ import annotations

import ctypes
import os
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, Literal

from ._native import ConfigHandle, native
from ._native.generated import MEDIUM_VIDEO, OK
from ._native.status import check
from .errors import InvalidArgumentError, NotSupportedError
from .numbers import number_text
from .texts import encoded, read_text

_lock = threading.RLock()
"""Held while the library reads or changes any configuration: short calls, and none of them waits."""
# A child never finds it held by a thread that it does not have.
os.register_at_fork(before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_lock.release)

_DESCRIPTION: Final = "description"

Medium = Literal["video", "audio"]
Value = str | float | Fraction | Decimal | bytes | Mapping[str, Any] | None


class Config(Mapping[str, Any]):
    """A codec's configuration: `Config(codec="avc1.42001f", width=640, avc={"format": "annexb"})`.

    Members of members are mappings; `ffmpeg={"preset": "fast"}` gives FFmpeg's own options, checked when a codec is
    made of the configuration. A member that is None is unset. Numbers may be of any kind (1e6, Fraction(30000, 1001),
    numpy's). Demuxers give the configuration that a track's decoder needs, encoders that for their chunks.

    It is a mapping of what is set, in Python's spelling, to text ("description": bytes): `for name in config`,
    `"slots" in config`, `dict(config)`, and `Config(**config)` is its like. `config[name]` of what is not set gives
    the default.

    Copies, also pickled ones, are configurations of their own with the same members.

    InvalidArgumentError: an unknown member, or a value that it does not take. Any thread may use it.
    """

    __slots__ = ("handle",)

    def __init__(self, members: Mapping[str, Any] | None = None, /, **more: Any) -> None:
        every = {**(members or {}), **more}
        self.handle = ConfigHandle()
        check(native.fg_config_new(encoded(str(every.pop("codec", None) or "")), ctypes.byref(self.handle)))
        self.update(every)

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
        return _of_members, (type(self), {key: self.__getitem__(key) for key in self._keys()})

    def _keys(self) -> list[str]:
        keys: list[str] = []
        with _lock:
            while (key := _read_text(native.fg_config_key, self.handle, len(keys))) is not None:
                keys.append(key)
        return keys

    def __iter__(self) -> Iterator[str]:
        return iter([_python_name(key) for key in self._keys()])

    def __len__(self) -> int:
        return len(self._keys())

    def __contains__(self, name: object) -> bool:
        """It is set."""
        return isinstance(name, str) and encoded_key(name).decode() in self._keys()

    def get(self, name: str, default: Any = None) -> Any:
        """A member's value, or `default` when it is not set."""
        if name in self:
            return self[name]
        return default

    def update(self, members: Mapping[str, Any] | None = None, /, **more: Any) -> None:
        """Sets members."""
        for name, value in _flat({**(members or {}), **more}):
            self[name] = value

    def __delitem__(self, name: str) -> None:
        """Unsets a member. KeyError: it is not set. InvalidArgumentError: `codec`, which a configuration has."""
        key = encoded_key(name).decode()
        with _lock:
            keys = self._keys()
            if key not in keys:
                raise KeyError(name)
            if key == "codec":
                raise InvalidArgumentError("codec is set by what it is, and cannot be unset")
            rest = {other: self[other] for other in keys if other != key}
            self.handle = _of_members(type(self), rest).handle

    def __setitem__(self, name: str, value: Value) -> None:
        """Sets a member; members of members are named with a dot: `config["avc.format"] = "annexb"`. None unsets."""
        if value is None:
            with _lock:
                if name in self:
                    del self[name]
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

    def __getitem__(self, name: str) -> Any:
        """A member's value as text: what was set, else its default, else ""; the description as bytes."""
        if name == _DESCRIPTION:
            return self.description or b""
        return _read_text(native.fg_config_get, self.handle, encoded_key(name)) or ""

    def number(self, name: str) -> float | None:
        """A member's value as a number; None when it is unset."""
        text = self[name]
        return float(text) if text else None

    @property
    def codec(self) -> str:
        """The codec string."""
        return str(self["codec"])

    @property
    def description(self) -> bytes | None:
        """The codec's setup bytes (avcC for H.264); None when there are none."""
        data, size = ctypes.c_void_p(), ctypes.c_size_t()
        places = ctypes.byref(data), ctypes.byref(size)
        with _lock:  # the bytes are there until the next change
            check(native.fg_config_get_bytes(self.handle, _DESCRIPTION.encode(), *places))
            return ctypes.string_at(data.value, size.value) if data.value else None

    @property
    def medium(self) -> Medium:
        """What the codec has: pictures or sound. NotSupportedError: nobody knows the codec."""
        status, medium = self._medium()
        check(status)
        return medium

    def _medium(self) -> tuple[int, Medium]:
        medium = ctypes.c_int32()
        with _lock:
            status: int = native.fg_config_medium(self.handle, ctypes.byref(medium))
        return status, "video" if medium.value == MEDIUM_VIDEO else "audio"

    def __repr__(self) -> str:
        """The members, of which the description is told by its length."""
        members = []
        for name, value in self.items():
            members.append(f"{name}=<{len(value)} bytes>" if isinstance(value, bytes) else f"{name}={value}")
        return f"<framegate.Config {', '.join(members)}>"


def make(config: Mapping[str, Any] | None, members: Mapping[str, Any], medium: Medium) -> Config:
    """What a codec is made with: a configuration with some members changed, or members alone.

    NotSupportedError: it is one of sound for pictures, or of pictures for sound.
    """
    if config is None:
        made = Config(members)
    else:
        made = config.copy() if isinstance(config, Config) else Config(config)
        made.update(members)
    status, found = made._medium()
    if status == OK and found != medium:  # what nobody knows is the library's to refuse
        raise NotSupportedError(f'codec is "{made.codec}", which has {found}: {medium} codecs are taken here')
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


def _python_name(key: str) -> str:
    """The opposite of `encoded_key`."""
    return key if key.startswith("ffmpeg.") else re.sub("[A-Z]", lambda found: "_" + found[0].lower(), key)


def encoded_text(value: object) -> bytes:
    if isinstance(value, bool) or getattr(getattr(value, "dtype", None), "kind", "") == "b":
        return b"true" if value else b"false"
    text = number_text(value)
    return encoded(str(value) if text is None else text)


def _of_members(kind: type[Config], members: dict[str, str | bytes]) -> Config:
    """What `Config.__reduce__` asks for."""
    handle = ConfigHandle()
    check(native.fg_config_new(encoded(str(members["codec"])), ctypes.byref(handle)))
    config = kind.adopt(handle)
    for key, value in members.items():
        config[key] = value
    return config


def _read_text(function: Callable[..., int], *arguments: Any) -> str | None:
    """The text that a function writes; None at the end."""
    with _lock:
        return read_text(lambda text, size: function(*arguments, text, size))
