# Encodes three seconds of a tone to out.aac (ADTS), with at most 16 AAC frames in flight.
import array
import framegate

def tone():
    for sent in range(0, 3 * 48000, 960):
        samples = array.array("h", (n * 600 % 65536 // 4 - 8192 for n in range(sent, sent + 960)))     # 440 Hz
        yield framegate.AudioFrame(samples, "s16", sample_rate=48000, channels=1, timestamp=sent * 1_000_000 // 48000)

with framegate.AudioEncoder(codec="mp4a.40.2", sample_rate=48000, number_of_channels=1, aac={"format": "adts"}) as encoder:
    with open("out.aac", "wb") as file:
        for chunk in encoder.run(tone()):
            file.write(chunk.data)
