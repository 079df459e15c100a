//! VP8 through the C API, against ffmpeg and RFC 6386.

mod c_api;
mod support;

use std::collections::BTreeSet;

use c_api::clips::{encoder_config, moving, noise};
use c_api::*;

fn encoder(more: &[(&str, &str)]) -> Encoder {
    Encoder::new(&encoder_config("vp8", 96, 64, more)).unwrap()
}

/// RFC 6386, section 7.3: bits of even odds are all that the header before the quantizer has.
struct BoolDecoder<'a> {
    bytes: std::slice::Iter<'a, u8>,
    value: u32,
    range: u32,
    bits: u32,
}

impl<'a> BoolDecoder<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        let mut bytes = bytes.iter();
        let value = u32::from(*bytes.next().unwrap()) << 8 | u32::from(*bytes.next().unwrap());
        Self { bytes, value, range: 255, bits: 0 }
    }

    fn bit(&mut self) -> u32 {
        let split = 1 + (((self.range - 1) * 128) >> 8);
        let wide = split << 8;
        let bit = u32::from(self.value >= wide);
        if bit == 1 {
            (self.range, self.value) = (self.range - split, self.value - wide);
        } else {
            self.range = split;
        }
        while self.range < 128 {
            (self.value, self.range, self.bits) = (self.value << 1, self.range << 1, self.bits + 1);
            if self.bits == 8 {
                self.bits = 0;
                self.value |= u32::from(self.bytes.next().copied().unwrap_or(0));
            }
        }
        bit
    }

    fn bits(&mut self, count: u32) -> u32 {
        (0..count).fold(0, |value, _| value << 1 | self.bit())
    }

    /// A value that is only there behind a flag.
    fn optional(&mut self, count: u32) {
        if self.bit() == 1 {
            self.bits(count);
        }
    }
}

/// y_ac_qi: RFC 6386, section 9.2 to 9.6 and 19.2.
fn quantizer(chunk: &[u8]) -> u32 {
    let key = chunk[0] & 1 == 0;
    let mut header = BoolDecoder::new(&chunk[if key { 10 } else { 3 }..]);
    if key {
        header.bits(2); // color_space, clamping_type
    }
    if header.bit() == 1 {
        let (map, data) = (header.bit(), header.bit());
        if data == 1 {
            header.bit();
            (0..4).for_each(|_| header.optional(8));
            (0..4).for_each(|_| header.optional(7));
        }
        if map == 1 {
            (0..3).for_each(|_| header.optional(8));
        }
    }
    header.bits(1 + 6 + 3); // the loop filter
    if header.bit() == 1 && header.bit() == 1 {
        (0..8).for_each(|_| header.optional(7));
    }
    header.bits(2); // partitions
    header.bits(7)
}

#[test]
fn each_frame_has_the_quantizer_that_is_nearest_to_its_own() {
    // Up and down, by one and by many; and pictures that take no bits.
    let asked: Vec<i32> =
        (0..128).map(|index| if index % 2 == 0 { index / 2 } else { 127 - index / 2 }).collect();
    let still: Vec<_> = (0..128).map(|_| moving(96, 64, 1).remove(0)).collect();
    for (name, frames) in [("noise", noise(96, 64, 128)), ("moving", moving(96, 64, 128)), ("still", still)] {
        for latency in ["realtime", "quality"] {
            let encoder = encoder(&[("bitrateMode", "quantizer"), ("latencyMode", latency)]);
            let chunks = encoder.encode_with(&frames, |index| (index % 50 == 0, asked[index])).unwrap();
            let found: Vec<i32> = chunks.iter().map(|chunk| quantizer(&chunk.data) as i32).collect();
            let reached: BTreeSet<i32> = found.iter().copied().collect();
            let ends = reached.contains(&0) && reached.contains(&127);
            assert!(reached.len() >= 60 && ends, "{name} {latency}: {reached:?}");
            for (index, (asked, found)) in asked.iter().zip(&found).enumerate() {
                let nearest = reached.iter().map(|reached| (reached - asked).abs()).min().unwrap();
                assert_eq!(
                    (found - asked).abs(),
                    nearest,
                    "{name} {latency} {index}: {asked} became {found}"
                );
            }
        }
    }
}

#[test]
fn a_quantizer_that_vp8_does_not_have_is_refused() {
    let encoder = encoder(&[("bitrateMode", "quantizer")]);
    let refused = encoder.enqueue(&moving(96, 64, 1)[0], (false, 128), -1).unwrap_err();
    assert_eq!(refused.status, FG_ERROR_INVALID_ARGUMENT);
    assert!(refused.text.contains("128") && refused.text.contains("0 to 127"), "{}", refused.text);
}

#[test]
fn key_frames_come_where_they_are_asked_for_and_nothing_is_held_back() {
    for latency in ["quality", "realtime"] {
        for mode in ["variable", "constant"] {
            let encoder = encoder(&[("latencyMode", latency), ("bitrateMode", mode)]);
            // Two scenes: libvpx would begin the second with a key frame of its own.
            let frames: Vec<_> = moving(96, 64, 20).into_iter().chain(noise(96, 64, 20)).collect();
            let chunks = encoder.encode_with(&frames, |index| (index == 7 || index == 33, -1)).unwrap();
            let keys: Vec<_> = (0..chunks.len()).filter(|index| chunks[*index].key).collect();
            assert_eq!(keys, [0, 7, 33], "{latency} {mode}");
            assert_eq!(chunks.len(), frames.len());
            let marked: Vec<_> = (0..chunks.len()).filter(|index| chunks[*index].data[0] & 1 == 0).collect();
            assert_eq!(marked, keys, "the bitstream says so, too");
            assert_eq!(encoder.stats().in_codec_peak, 0, "{latency} {mode}");
            assert_eq!(chunks[0].config.as_ref().unwrap().get("codec"), "vp8");
        }
    }
}

#[test]
fn a_chunk_that_is_no_key_is_refused_first_whatever_its_flag_says() {
    let chunks = encoder(&[]).encode(&moving(96, 64, 3)).unwrap();
    let decoder = Decoder::new(&Config::new("vp8", &[])).unwrap();
    for data in [chunks[1].data.clone(), vec![0x10, 2], vec![0x10, 2, 0, 1, 2, 3, 4]] {
        let refused = decoder.enqueue(&Out::chunk(0, true, data), -1).unwrap_err();
        assert_eq!(refused.status, FG_ERROR_DATA, "{}", refused.text);
    }
    assert_eq!(decoder.decode(&chunks).unwrap().len(), 3);
}

#[test]
fn a_description_is_refused() {
    let Err(refused) = Decoder::new(&Config::new("vp8", &[]).described(&[1, 2, 3])) else { panic!() };
    assert_eq!(refused.status, FG_ERROR_NOT_SUPPORTED);
    assert!(refused.text.contains("description has 3 bytes"), "{}", refused.text);
}

#[test]
fn what_the_library_sets_itself_is_refused() {
    for (option, instead) in
        [("crf", "bitrate"), ("lag-in-frames", "maxDelay"), ("ts-parameters", "scalabilityMode")]
    {
        let config = encoder_config("vp8", 96, 64, &[(&format!("ffmpeg.{option}"), "1")]);
        let Err(refused) = Encoder::new(&config) else { panic!("{option}") };
        assert_eq!(refused.status, FG_ERROR_INVALID_ARGUMENT);
        assert!(refused.text.contains(option) && refused.text.contains(instead), "{}", refused.text);
    }
}
