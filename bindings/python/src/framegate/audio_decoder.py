"""W3C AudioDecoder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import audio_frame
from .audio_frame import AudioFrame
from .decoder import Decoder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Unpack

    from ._native import Handle, OutputStruct
    from .members import AudioDecoderMembers


class AudioDecoder(Decoder[AudioFrame]):
    """Chunks go in, sound comes out.

        with Demuxer("in.mp4") as demuxer, AudioDecoder(demuxer.audio.config, priming="drop") as decoder:
            for frame in decoder.run(demuxer.audio):
                play(frame.to_numpy("f32"))

    Members are W3C AudioDecoderConfig's in Python's spelling, and `slots`, `max_bytes`, `max_samples` (1,048,576 of
    each channel of a chunk) and `ffmpeg={...}`.

    Encoders put samples of their own in front of the sound (priming), and behind it (padding). `priming="keep"`, the
    default and W3C's way, gives them out, and frames say how many they are; `priming="drop"` leaves them out: as many
    samples come as went into the encoder, in their places. `priming_samples` says how many, which the `config` of an
    encoder's chunks and of a demuxer's track has.

    A frame leaves the gate when the program gets it; with `hold=True` it keeps its slot until it is closed, as with
    `VideoDecoder`. `decoder.stats.dropped` counts chunks of which no sound comes.

    InvalidArgumentError: a member is missing, unknown or impossible. NotSupportedError: codec, rate or channels.
    """

    MEDIUM = "audio"

    def __init__(
        self, config: Mapping[str, Any] | None = None, *, hold: bool = False, **members: Unpack[AudioDecoderMembers]
    ) -> None:
        super().__init__(config, dict(members), hold)

    @classmethod
    def is_config_supported(
        cls, config: Mapping[str, Any] | None = None, **members: Unpack[AudioDecoderMembers]
    ) -> bool:
        """Whether such a decoder can be made; it is opened to see. InvalidArgumentError: an unknown member."""
        return cls._supports(config, dict(members))

    def configure(self, config: Mapping[str, Any] | None = None, **members: Unpack[AudioDecoderMembers]) -> None:
        """Goes on with another configuration, as `VideoDecoder.configure`."""
        self._configure(config, dict(members))

    def _made(self, handle: Handle, output: OutputStruct) -> AudioFrame:
        return audio_frame.of_output(handle, output)
