"""sound.py ours|av encode|decode CODEC FILE: stereo of 48 kHz, f32 arrays to chunks, or a file's sound to arrays."""

import sys

import numpy as np
import work

RATE = 48_000
ENCODERS = {"opus": ("libopus", "flt", 960, 96_000), "mp4a.40.2": ("aac", "fltp", 1024, 128_000)}


def parts(path, samples):
    whole = np.fromfile(path, np.float32).reshape(-1, 2)
    return [np.ascontiguousarray(whole[at : at + samples]) for at in range(0, len(whole) - samples + 1, samples)]


def encode_ours(codec, sound, bitrate):
    from framegate import AudioEncoder, AudioFrame

    with AudioEncoder(codec=codec, sample_rate=RATE, number_of_channels=2, bitrate=bitrate) as encoder:
        step = len(sound[0]) * 1_000_000 // RATE
        for chunk in encoder.run(AudioFrame(part, sample_rate=RATE, timestamp=index * step) for index, part in enumerate(sound)):
            yield bytes(chunk.data)


def encode_av(codec, sound, bitrate):
    import av

    name, layout, samples, _ = ENCODERS[codec]
    context = av.CodecContext.create(name, "w")
    context.sample_rate, context.layout, context.format, context.bit_rate = RATE, "stereo", layout, bitrate
    for index, part in enumerate(sound):
        array = part.T.copy() if layout.endswith("p") else part.reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(array, format=layout, layout="stereo")
        frame.sample_rate, frame.pts = RATE, index * samples
        for packet in context.encode(frame):
            yield bytes(packet)
    for packet in context.encode(None):
        yield bytes(packet)


def decode_ours(path):
    from framegate import AudioDecoder, Demuxer

    with Demuxer(path) as demuxer, AudioDecoder(demuxer.audio.config) as decoder:
        for frame in decoder.run(demuxer.audio):
            yield frame.to_numpy()


def decode_av(path):
    import av

    with av.open(path) as container:
        for frame in container.decode(audio=0):
            yield frame.to_ndarray()


def main(side, way, codec, path):
    __import__({"ours": "framegate", "av": "av"}[side])
    sound = parts(path, ENCODERS[codec][2]) if way == "encode" else None
    clock = work.Clock()
    if way == "encode":
        outputs = {"ours": encode_ours, "av": encode_av}[side](codec, sound, ENCODERS[codec][3])
    else:
        outputs = {"ours": decode_ours, "av": decode_av}[side](path)
    clock.report(sum(1 for _ in outputs))


main(*sys.argv[1:])
