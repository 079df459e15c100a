"""Sample formats, by their W3C names, and what their numbers are."""

from __future__ import annotations

from typing import Final, NamedTuple

from ._native.generated import SAMPLE, SAMPLE_BYTES
from .errors import InvalidArgumentError

_PLANAR: Final = "-planar"
_LETTERS: Final = {"u8": "B", "s16": "h", "s32": "i", "f32": "f"}
_TYPES: Final = {"u": "uint", "s": "int", "f": "float"}


class SampleFormat(NamedTuple):
    """W3C AudioSampleFormat."""

    name: str
    number: int
    size: int
    """Bytes of a sample."""
    kind: str
    """Its name without planes: u8, s16, s32 or f32."""

    @property
    def planar(self) -> bool:
        """Each channel has a plane; else there is one, of all channels in turn."""
        return self.name != self.kind

    @property
    def letter(self) -> str:
        """What the module struct calls a sample."""
        return _LETTERS[self.kind]

    @property
    def dtype(self) -> str:
        """What numpy calls it."""
        return f"{_TYPES[self.kind[0]]}{8 * self.size}"

    @property
    def typestr(self) -> str:
        """The same as numpy's array interface has it."""
        return f"{'|' if self.size == 1 else '<'}{_TYPES[self.kind[0]][0]}{self.size}"

    def planes(self, channels: int) -> int:
        """Of sound of so many channels."""
        return channels if self.planar else 1

    def packed(self) -> SampleFormat:
        """The same samples, all channels in one plane."""
        return BY_NAME[self.kind]

    def apart(self) -> SampleFormat:
        """The same samples, a plane a channel."""
        return BY_NAME[self.kind + _PLANAR]


KINDS: Final = tuple(_LETTERS)
"""The names of those that are not planar."""
BY_NAME: Final = {
    name: SampleFormat(name, number, SAMPLE_BYTES[name], name.removesuffix(_PLANAR)) for name, number in SAMPLE.items()
}
BY_NUMBER: Final = {known.number: known for known in BY_NAME.values()}
BY_LETTER: Final = {letter: BY_NAME[kind] for kind, letter in _LETTERS.items()}


def of_name(name: str) -> SampleFormat:
    """Upper and lower case do not matter. InvalidArgumentError lists those that exist."""
    found = BY_NAME.get(name.lower())
    if found is None:
        raise InvalidArgumentError(f'format is "{name}", allowed are {", ".join(BY_NAME)}')
    return found
