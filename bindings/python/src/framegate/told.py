"""What files say of themselves."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of a file."""

    start: int
    """When it begins, microseconds."""
    end: int
    """When it ends, microseconds."""
    title: str
    """What it is called; "" when the file says nothing."""


@dataclass(frozen=True, slots=True)
class Cover:
    """A picture that belongs to a file, such as the cover of an album."""

    type: str
    """"image/jpeg", "image/png" ..."""
    data: bytes
    """The picture's file."""


def below(said: dict[str, str], prefix: str) -> dict[str, str]:
    """What has such keys, by the rest of them."""
    return {key[len(prefix) :]: value for key, value in said.items() if key.startswith(prefix)}


def chapter(said: dict[str, str], index: int) -> Chapter:
    """One of a file's."""
    start, end, title = (said.get(f"chapters.{index}.{name}", "") for name in ("start", "end", "title"))
    return Chapter(int(start or 0), int(end or start or 0), title)
