"""What a film becomes on a cluster: a task a segment, and one for each track of sound that is encoded anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .._native import native
from ..transcoding.plan import no_pictures
from .memory import bound_of, sound_bytes
from .segments import Segment, scan, split
from .work import PicturesTask, SoundTask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..config import Config
    from ..transcoding.plan import Plan
    from .folder import Folder

_TRAVELS_TWICE: Final = 2
"""As it is, and as it is sent."""
_BOTH_WAYS: Final = 2


class Tasks:
    """Of one job."""

    def __init__(self, job: str, plan: Plan, folder: Folder, seconds: float, carried_bytes: int, ships: bool) -> None:
        """With `ships` the source travels to workers, too.

        DataError: there are no pictures. Else as decoders and encoders.
        """
        self._plan = plan
        self.identity = plan.source.identity()
        """Of the source, before it was cut."""
        self.segments: list[Segment] = []
        self.sounds = {index: f"sound-{index}" for index in plan.wishes}
        """The files that tracks of sound become, by their numbers."""
        self.bounds: dict[str, int] = {}
        """Bytes of memory that tasks need, by how that is told in an error."""
        self.mark = folder.mark(job)
        """What workers that have the same folder find in it."""
        self._common: dict[str, Any] = {
            "job": job,
            "source": plan.source,
            "folder": folder,
            "mark": self.mark,
            "most_bytes": carried_bytes,
        }
        self._encoder: Config | None = None
        self._carried = _TRAVELS_TWICE * carried_bytes * (_BOTH_WAYS if ships else 1)
        self.tasks: list[PicturesTask | SoundTask] = [*self._sound_tasks()]
        if not plan.is_sound:
            self._cut(seconds)
            self.tasks += self._pictures_tasks(_one_thread(plan.encoder_config()))

    def manifest(self) -> dict[str, Any]:
        """What makes the files of two jobs the same."""
        plan = self._plan
        return {
            "framegate": native.fg_version().decode(),
            "ffmpeg": native.fg_ffmpeg_version().decode(),
            "source": {"name": plan.source.name, **self.identity},
            "encoder": None if self._encoder is None else _members(self._encoder),
            "sound": {name: str(value) for name, value in plan.encoding.sound.items()} if self.sounds else None,
            "part": [plan.part.start_us, plan.part.end_us],
            "segments": [[each.start_us, each.end_us, each.share] for each in self.segments],
        }

    def _cut(self, seconds: float) -> None:
        plan = self._plan
        with plan.source.open() as demuxer:
            for track in demuxer.tracks:
                track.selected = track.index == plan.main.index
            found = scan(demuxer.tracks[plan.main.index], plan.part)
        if not found.groups:
            raise no_pictures(plan.source.name)
        self.segments = split(found, plan.part, seconds)

    def _pictures_tasks(self, encoder: Config) -> Iterator[PicturesTask]:
        plan, self._encoder = self._plan, encoder
        decoder = plan.decoder_config()
        decoder["threads"] = encoder["threads"]
        bound = bound_of(encoder, plan.first_picture(), self._carried)
        self.bounds[f"a segment needs {bound}"] = bound.total
        for segment in self.segments:
            own = encoder.copy()
            if _has_share(encoder):
                own["bitrate"] = round((encoder.number("bitrate") or 0) * segment.share)
            yield PicturesTask(
                **self._common,
                name=segment.name,
                track=plan.main.index,
                memory=bound.total,
                segment=segment,
                decoder=decoder,
                encoder=own,
            )

    def _sound_tasks(self) -> Iterator[SoundTask]:
        memory = sound_bytes(self._carried)
        for index, name in self.sounds.items():
            self.bounds[f"a track of sound needs {memory // 10**6} MB"] = memory
            yield SoundTask(**self._common, name=name, track=index, memory=memory, encoding=self._plan.encoding)


def _one_thread(encoder: Config) -> Config:
    """Unless somebody says so, codecs have one thread each: a worker has as many segments as threads."""
    if encoder["threads"] in ("", "0"):
        encoder["threads"] = 1
    return encoder


def _has_share(encoder: Config) -> bool:
    """A constant bitrate is one for all, and quantizers have none."""
    return encoder["bitrate_mode"] in ("", "variable") and bool(encoder["bitrate"])


def _members(encoder: Config) -> dict[str, str]:
    return {name: value.hex() if isinstance(value, bytes) else value for name, value in encoder.items()}
