"""W3C AudioEncoder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import audio_frame, sound
from .audio_frame import AudioFrame
from .encoder import Encoder
from .waiting import timeout_ms

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Unpack

    from .config import Config
    from .members import AudioEncoderMembers


class AudioEncoder(Encoder[AudioFrame]):
    """Sound goes in, in frames of any length; chunks come out.

        with AudioEncoder(codec="opus", sample_rate=48_000, number_of_channels=2, bitrate=96_000) as encoder:
            for chunk in encoder.run(frames):
                track = muxer.add_track(chunk.config) if chunk.config else track
                muxer.write(track, chunk)

    Members are W3C AudioEncoderConfig's in Python's spelling, and `slots`, `max_bytes` and `ffmpeg={...}`. A frame is
    an `AudioFrame`, or an array of samples x channels, which has the configuration's rate.

    The codec is AAC ("mp4a.40.2"), "opus", "flac", "mp3", "vorbis", PCM ("pcm-s16" ...), "alaw" or "ulaw". Any sample
    format is taken; rate and channels must be the configuration's, or the codec fails (`Resampler` changes them). NaN
    is silence.

    Sound is cut to the codec's own frames, and nothing is put between two inputs: the first one after configure, flush
    or reset says when it begins, and samples are counted from there. Who has a gap fills it with silence, or flushes.
    The chunks' durations add up to `priming` (what the encoder puts in front) and input, to the sample.

    An input takes a slot for each chunk that it makes, at least one, and is let in alone if that is more than `slots`.

    InvalidArgumentError: a member is missing, unknown or impossible. NotSupportedError: codec, rate or channels.
    """

    MEDIUM = "audio"
    FRAME = AudioFrame

    def __init__(self, config: Mapping[str, Any] | None = None, **members: Unpack[AudioEncoderMembers]) -> None:
        super().__init__(config, dict(members))
        self._rate_of: Config | None = None
        self._rate = 0
        """Of that configuration."""

    @classmethod
    def is_config_supported(
        cls, config: Mapping[str, Any] | None = None, **members: Unpack[AudioEncoderMembers]
    ) -> bool:
        """Whether such an encoder can be made; it is opened to see. InvalidArgumentError: an unknown member."""
        return cls._supports(config, dict(members))

    def configure(self, config: Mapping[str, Any] | None = None, **members: Unpack[AudioEncoderMembers]) -> None:
        """Goes on with another configuration, as `VideoEncoder.configure`."""
        self._configure(config, dict(members))

    def encode(self, frame: Any, *, timeout: float | None = None) -> bool:
        """Gives it sound, waiting for its slots at most `timeout` seconds; None waits as long as it takes.

        True: taken; the frame may be closed at once. False: not in time, nothing was taken.

        WouldDeadlockError: timeout=None, every slot is taken by chunks, and only this thread polls.
        InvalidStateError: not configured. ClosedError, EncodingError: it has ended.
        After KeyboardInterrupt the sound may have been taken: `stats.inputs` says so.
        """
        return self._encode(frame, None, timeout_ms(timeout))

    async def encode_async(self, frame: Any) -> None:
        """`encode`, awaiting the slots. Some other task must take the chunks."""
        await self._encode_async(frame, None)

    def _stamped(self, item: Any) -> AudioFrame:
        if self._rate_of is not self._config:
            self._rate_of, self._rate = self._config, int(self._config["sample_rate"])
        rate = self._rate
        samples = sound.read(item, None, None)
        start, _ = self._clock.next(rate, samples.frames)
        try:
            return audio_frame.of_sound(samples, rate, start)
        except BaseException:
            self._clock.take_back(start)
            raise
