# Encodes 90 frames to out.h264, on one thread, with at most 16 in flight.
import framegate

def frames():
    for i in range(90):
        pixels = bytes([2 * i]) * (640 * 360 * 4)                                                  # draw
        yield framegate.Frame(pixels, format="RGBA", width=640, height=360, timestamp=i * 1_000_000 // 30)

with framegate.VideoEncoder(codec="avc1.42001f", width=640, height=360, avc={"format": "annexb"}) as encoder:
    with open("out.h264", "wb") as file:
        for chunk in encoder.run(frames()):
            file.write(chunk.data)
