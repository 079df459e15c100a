"""What the package promises of every codec of sound, in each of the three ways to work; against PyAV."""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest

from framegate import (
    AudioDecoder,
    AudioEncoder,
    AudioFrame,
    Chunk,
    Config,
    EncodingError,
    Frame,
    InvalidArgumentError,
    NotSupportedError,
    VideoDecoder,
    VideoEncoder,
)
from sounds import AAC, CASES, OPUS, RATE, Case, decoded, encoded, joined, likeness, pieces, tones
from ways import WAYS

if TYPE_CHECKING:
    from collections.abc import Sequence

every = pytest.mark.parametrize("case", CASES, ids=str)

LENGTHS = [1, 480, 1000, 1024, 63, 4096, 2, 2500]
COUNT = 20_001


def us(samples: int, rate: int = RATE) -> int:
    """Of so many samples, to the nearest microsecond."""
    return (samples * 1_000_000 + rate // 2) // rate


def sounds(case: Case, count: int = COUNT, start: int = 0) -> list[AudioFrame]:
    """Tones in frames of all lengths; their numbers are those of their first samples."""
    frames, begin = [], 0
    for piece in pieces(tones(count, format=case.numbers), LENGTHS):
        frames.append(AudioFrame(piece, sample_rate=RATE, timestamp=start + us(begin), id=begin))
        begin += len(piece)
    return frames


def pyavs(case: Case, chunks: Sequence[Chunk]) -> np.ndarray:
    """What PyAV decodes of the chunks: samples x channels."""
    decoder: Any = av.CodecContext.create(case.name, "r")
    config = chunks[0].config
    assert config is not None
    decoder.sample_rate, decoder.layout = RATE, "stereo"
    if config.description:
        decoder.extradata = config.description
    found = [frame for chunk in chunks for frame in decoder.decode(av.Packet(chunk.data))] + decoder.decode(None)
    arrays = [frame.to_ndarray().T if frame.format.is_planar else frame.to_ndarray().reshape(-1, 2) for frame in found]
    return np.concatenate(arrays)


# Nothing is lost, and all is in its place.


@every
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("slots", [1, 2, 16])
def test_what_goes_in_comes_out_in_its_place(case: Case, way: str, slots: int) -> None:
    given = sounds(case, start=70_000)
    with AudioEncoder(**case.members(slots=slots)) as encoder:
        chunks: list[Chunk] = WAYS[way](encoder, given, set())
        stats = encoder.stats
    assert (stats.inputs, stats.outputs, stats.releases, stats.in_flight) == (len(given), len(chunks), len(chunks), 0)
    assert all(chunk.key and not chunk.discard for chunk in chunks)
    config = chunks[0].config
    assert config is not None
    assert [chunk.config for chunk in chunks[1:]] == [None] * (len(chunks) - 1)
    # The chunks' times are counted in samples: they add up to what went in and what was put in front of it.
    priming = sum(chunk.priming for chunk in chunks)
    assert config["priming_samples"] == (str(priming) if priming else "")
    ends = [chunk.timestamp + chunk.duration for chunk in chunks if chunk.duration is not None]
    assert [chunk.timestamp for chunk in chunks] == [70_000, *ends[:-1]]
    assert ends[-1] == 70_000 + us(priming + COUNT)
    assert [chunk.padding for chunk in chunks[:-1]] == [0] * (len(chunks) - 1)
    begins = np.cumsum([0, *(frame.frames for frame in given)])
    first = [max(0, round((chunk.timestamp - 70_000) * RATE / 1e6) - priming) for chunk in chunks]
    assert [chunk.id for chunk in chunks] == [begins[np.searchsorted(begins, at, "right") - 1] for at in first]
    with AudioDecoder(config, priming="drop", slots=slots) as decoder:
        heard: list[AudioFrame] = WAYS[way](decoder, chunks, set())
        stats = decoder.stats
    assert (stats.inputs, stats.in_flight) == (len(chunks), 0)
    assert stats.in_flight_peak <= slots + 1
    samples = joined(heard, case.numbers)
    expected = tones(COUNT, format=case.numbers)
    assert samples.shape == expected.shape
    if case.exact:
        assert (samples == expected).all()
    alike, moved = likeness(joined(heard), tones(COUNT))
    assert alike > case.likeness
    assert moved == 0
    ends = np.cumsum([frame.frames for frame in heard])
    times = [frame.timestamp for frame in heard]
    assert np.abs(np.array(times) - 70_000 - np.array([0, *ends[:-1]]) * 1e6 / RATE).max() <= 1.5
    assert all((frame.priming, frame.padding, frame.sample_rate, frame.channels) == (0, 0, RATE, 2) for frame in heard)


@every
def test_what_is_kept_is_what_pyav_decodes(case: Case) -> None:
    chunks = encoded(case, sounds(case))
    kept = decoded(chunks)
    priming, padding = sum(chunk.priming for chunk in chunks), sum(frame.padding for frame in kept)
    assert sum(frame.priming for frame in kept) == priming
    # The Vorbis encoder does not say what its last packet has beyond the sound.
    assert padding == chunks[-1].padding or case.codec == "vorbis"
    assert sum(frame.frames for frame in kept) == priming + COUNT + padding
    ours, theirs = np.concatenate([np.asarray(frame) for frame in kept]), pyavs(case, chunks)
    theirs = theirs[: len(ours)]
    assert ours.dtype == theirs.dtype
    if case.exact:
        assert (ours == theirs).all()
    else:
        assert np.abs(ours.astype(np.float64) - theirs).max() <= (2e-4 if ours.dtype == np.float32 else 0)
    dropped = joined(decoded(chunks, priming="drop"))
    assert (joined(kept)[priming : priming + COUNT] == dropped).all()


@every
def test_arrays_go_in_as_they_are(case: Case) -> None:
    """With the configuration's rate, one after the other; planar or not."""
    samples = tones(COUNT, format=case.numbers)
    expected = [chunk.data for chunk in encoded(case, sounds(case))]
    for order in ("C", "F"):
        arrays = [np.array(piece, order=order) for piece in pieces(samples, LENGTHS)]
        with AudioEncoder(**case.members()) as encoder:
            chunks = list(encoder.run(arrays))
            assert [chunk.data for chunk in chunks] == expected
            again = list(encoder.run(arrays))
        assert chunks[0].timestamp == 0
        assert again[0].timestamp == us(COUNT), "another sequence begins where the last array ends"
        assert [chunk.data for chunk in again] == expected
        assert [chunk.priming for chunk in again] == [chunk.priming for chunk in chunks]


@every
def test_a_flush_ends_a_sequence_and_another_may_begin(case: Case) -> None:
    with AudioEncoder(**case.members()) as encoder:
        first = list(encoder.run(sounds(case, 5000)))
        second = list(encoder.run(sounds(case, 7001, start=9_000_000)))
    assert second[0].timestamp == 9_000_000
    with AudioDecoder(first[0].config, priming="drop") as decoder:
        counts = [sum(frame.frames for frame in decoder.run(chunks)) for chunks in (first, second, first)]
    assert counts == [5000, 7001, 5000]


@every
def test_a_reset_drops_what_is_under_way(case: Case) -> None:
    with AudioEncoder(**case.members()) as encoder:
        encoder.encode(sounds(case)[5])
        encoder.reset()
        assert encoder.state == "unconfigured"
        encoder.configure()
        chunks = list(encoder.run(sounds(case)))
        assert encoder.stats.in_flight == 0
    assert [chunk.data for chunk in chunks] == [chunk.data for chunk in encoded(case, sounds(case))]


@every
def test_chunks_and_configurations_are_copied_by_value(case: Case) -> None:
    chunks = encoded(case, sounds(case))
    again: list[Chunk] = pickle.loads(pickle.dumps([copy.deepcopy(copy.copy(chunk)) for chunk in chunks]))
    assert again == chunks
    assert [(chunk.priming, chunk.padding) for chunk in again] == [(chunk.priming, chunk.padding) for chunk in chunks]
    assert (joined(decoded(again, priming="drop")) == joined(decoded(chunks, priming="drop"))).all()


@every
def test_other_formats_are_converted(case: Case) -> None:
    """Whatever goes in, it is heard."""
    for numbers in ("u8", "s16", "s32", "f32"):
        samples = tones(9600, format=numbers)
        for order in ("C", "F"):
            given = AudioFrame(np.array(samples, order=order), sample_rate=RATE)
            heard = joined(decoded(encoded(case, [given]), priming="drop"))
            alike, moved = likeness(heard, tones(9600))
            assert alike > min(case.likeness, 0.99)
            assert moved == 0


@every
def test_floats_that_are_no_sound_end_nothing(case: Case) -> None:
    samples = tones(9600)
    samples[1000:1100] = np.nan
    samples[2000:2010] = np.inf
    samples[3000:3010] = -1e30
    heard = joined(decoded(encoded(case, [samples]), priming="drop"))
    assert heard.shape == samples.shape
    assert np.isfinite(heard).all()
    if case.exact:
        silence = 0 if case.exact != "u8" else 1 / 128
        assert np.abs(heard[1000:1100]).max() <= silence


# What cannot be is said by name.


@every
@pytest.mark.parametrize("way", WAYS)
def test_sound_of_another_shape_fails_by_name(case: Case, way: str) -> None:
    for wrong in (
        AudioFrame(tones(4800), sample_rate=44_100),
        AudioFrame(tones(4800, 1), sample_rate=RATE),
        tones(4800, 3),
    ):
        encoder = AudioEncoder(**case.members())
        with pytest.raises(BaseException) as raised:  # noqa: PT011
            WAYS[way](encoder, [*sounds(case)[:3], wrong], set())
        error = raised.value.exceptions[0] if isinstance(raised.value, BaseExceptionGroup) else raised.value
        assert isinstance(error, EncodingError)
        assert "Hz and" in str(error)
        assert "the configuration 48000 Hz and 2" in str(error)
        assert encoder.state == "closed"


@pytest.mark.parametrize(
    ("members", "kind", "text"),
    [
        ({"codec": "opus"}, InvalidArgumentError, "sampleRate is not set"),
        ({"codec": "opus", "sample_rate": RATE}, InvalidArgumentError, "numberOfChannels is not set"),
        (OPUS.members(sample_rate=44_100), NotSupportedError, "sampleRate is 44100, Opus supports 48000, 24000"),
        (OPUS.members(number_of_channels=9), NotSupportedError, "numberOfChannels is 9, Opus supports 1 to 8"),
        (OPUS.members(number_of_channels=0), InvalidArgumentError, 'numberOfChannels is "0"'),
        (OPUS.members(opus={"frame_duration": 7}), InvalidArgumentError, 'opus.frameDuration is "7"'),
        (OPUS.members(opus={"frames": 7}), InvalidArgumentError, 'unknown key "opus.frames"'),
        (OPUS.members(aac={"format": "x"}), InvalidArgumentError, 'aac.format is "x", allowed are aac, adts'),
        (OPUS.members(bitrate_mode="quantizer"), InvalidArgumentError, "sound has no quantizer"),
        (OPUS.members(width=640), InvalidArgumentError, "width is no key of an audio encoder"),
        (OPUS.members(sample_rate=float("nan")), InvalidArgumentError, "sampleRate"),
        (AAC.members(codec="mp4a.40.5"), NotSupportedError, "mp4a.40.5"),
        (AAC.members(codec="mp4a.40.3"), NotSupportedError, "mp4a.40.3"),
        (AAC.members(codec="vp8"), NotSupportedError, 'codec is "vp8", which has video'),
    ],
)
def test_what_an_encoder_cannot_is_said(members: dict[str, Any], kind: type[Exception], text: str) -> None:
    with pytest.raises(kind, match=text):
        AudioEncoder(**members)
    if kind is NotSupportedError:
        assert not AudioEncoder.is_config_supported(**members)


def test_pictures_and_sound_are_not_mixed_up() -> None:
    picture = Frame(np.zeros((16, 16, 3), np.uint8), timestamp=0)
    sound = AudioFrame(tones(480), sample_rate=RATE)
    with AudioEncoder(**OPUS.members()) as encoder, pytest.raises(TypeError):
        encoder.encode(picture)
    with VideoEncoder(codec="vp8", width=16, height=16, framerate=5) as encoder, pytest.raises(TypeError):
        encoder.encode(sound)
    assert picture != sound
    sounds_config, pictures_config = Config(OPUS.members()), Config(codec="avc1.42001f")
    for kind, config, text in (
        (VideoDecoder, sounds_config, '"opus", which has audio: video codecs are taken here'),
        (VideoEncoder, sounds_config, '"opus", which has audio'),
        (AudioDecoder, pictures_config, '"avc1.42001f", which has video: audio codecs'),
    ):
        assert not kind.is_config_supported(config)
        with pytest.raises(NotSupportedError, match=text):
            kind(config)
    with AudioDecoder(sounds_config) as decoder, pytest.raises(NotSupportedError, match="which has video"):
        decoder.configure(pictures_config)


def test_a_decoder_says_what_it_needs() -> None:
    (case,) = (case for case in CASES if case.codec == "flac")
    missing = "description is not set, a decoder of FLAC with 2 channels needs it"
    with pytest.raises(InvalidArgumentError, match=missing):
        AudioDecoder(**case.members())
    chunks = encoded(case, sounds(case))
    with pytest.raises(InvalidArgumentError, match='priming is "cut", allowed are keep, drop'):
        AudioDecoder(chunks[0].config, priming="cut")  # type: ignore[arg-type]
    with AudioDecoder(chunks[0].config) as decoder:
        decoder.decode(Chunk(b"no sound at all", timestamp=0, key=True))
        with pytest.raises(EncodingError):
            list(decoder.run(chunks))
        assert decoder.state == "closed"
    with AudioDecoder(chunks[0].config, max_samples=1000) as decoder, pytest.raises(NotSupportedError, match="maxSamp"):
        list(decoder.run(chunks))


def test_a_codec_shows_its_sound() -> None:
    with AudioEncoder(**OPUS.members(slots=5)) as encoder:
        assert repr(encoder) == "<framegate.AudioEncoder opus 48000 Hz x 2, configured, 0 of 5 slots in flight>"
    assert repr(AudioFrame(tones(480), sample_rate=RATE, timestamp=7)) == (
        "<framegate.AudioFrame f32 48000 Hz, 480 samples of 2 channels, 7 us>"
    )
