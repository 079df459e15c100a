//! FLAC: RFC 9639, and the W3C's "FLAC WebCodecs Registration". All input may be hostile.

use std::fmt;
use std::sync::Arc;

use super::audio::AudioOption;
use super::{
    Audio, AudioFraming, Ended, InContainers, Parsed, Rates, Registration, Samples, SoundShape, unknown,
};
use crate::error::{Error, Result};
use crate::media::typed::keys;
use crate::media::{Config, Dictionary, memory};

const STRING: &str = "flac";

/// What W3C registers.
pub static IT: Registration = Registration {
    tags: &[STRING],
    av_name: STRING,
    forms: STRING,
    keys: KEYS,
    parse: |codec| if codec == STRING { Ok(Parsed::Audio(Box::new(Flac))) } else { Err(unknown(codec)) },
    of_stream: |_| Some(STRING.to_owned()),
    described: true,
    in_band: None,
    in_containers: Some(InContainers {
        setup: |description| stream_info(description).map(<[u8]>::to_vec),
        description: |info| (info.len() == INFO_BYTES).then(|| [&HEAD, info].concat()),
        complete: completed,
    }),
};

keys! {
    /// W3C's members.
    static KEYS;
    BLOCK_SIZE: u32 = whole(0, 65_535, "0"), "flac.blockSize", &[Dictionary::AudioEncoder], "Samples of a frame, 16 to 65535; 0: the encoder's choice.";
    COMPRESS_LEVEL: u32 = whole(0, 8, "5"), "flac.compressLevel", &[Dictionary::AudioEncoder], "How long the encoder searches: 0 is fastest, 8 smallest.";
}

struct Flac;

impl Audio for Flac {
    fn name(&self) -> &'static str {
        "FLAC"
    }

    fn rates(&self) -> Rates {
        Rates::Any(1..=655_350) // what frame headers can say, RFC 9639 9.1.2
    }

    fn channels(&self) -> u32 {
        8
    }

    fn encoders(&self) -> &'static [&'static str] {
        &["flac"]
    }

    fn options(&self, config: &Config) -> Result<Vec<AudioOption>> {
        let level = config.value(&COMPRESS_LEVEL);
        let mut options =
            vec![AudioOption { name: "compression_level", value: level.to_string(), hint: false }];
        match config.value(&BLOCK_SIZE) {
            0 => (),
            size @ 16.. => {
                options.push(AudioOption { name: "frame_size", value: size.to_string(), hint: false });
            }
            size => {
                let name = BLOCK_SIZE.name;
                return Err(Error::invalid(format!("{name} is \"{size}\", allowed are 0 and 16 to 65535")));
            }
        }
        Ok(options)
    }

    fn framing(&self, _: &Config, description: Option<&[u8]>) -> Result<Arc<dyn AudioFraming>> {
        let info = description.map(stream_info).transpose()?;
        Ok(Arc::new(Described { shape: info.map(shape).transpose()?, info: info.unwrap_or(&[]).to_vec() }))
    }

    fn needs_description(&self, _: u32) -> bool {
        true
    }

    fn samples(&self, _: &Config) -> Samples {
        Samples::Told(block_size)
    }
}

impl fmt::Display for Flac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(STRING)
    }
}

/// STREAMINFO: RFC 9639 8.2.
const INFO_BYTES: usize = 34;
/// The signature, and the header of STREAMINFO as the last block.
const HEAD: [u8; 8] = *b"fLaC\x80\0\0\x22";

struct Described {
    shape: Option<SoundShape>,
    info: Vec<u8>,
}

impl AudioFraming for Described {
    fn shape(&self) -> Option<SoundShape> {
        self.shape
    }

    fn extradata(&self) -> &[u8] {
        &self.info
    }

    fn describe(&self, extradata: &[u8]) -> Result<Option<Vec<u8>>> {
        if extradata.len() != INFO_BYTES {
            let bytes = extradata.len();
            return Err(Error::data(format!("the encoder's STREAMINFO has {bytes} bytes, not {INFO_BYTES}")));
        }
        let mut description = memory::copy("description", &HEAD, INFO_BYTES)?;
        description.extend_from_slice(extradata);
        Ok(Some(description))
    }
}

/// The STREAMINFO of a description: it is the first block after the signature.
fn stream_info(description: &[u8]) -> Result<&[u8]> {
    let wrong = || Error::data("description is not \"fLaC\" and a STREAMINFO block");
    let [b'f', b'L', b'a', b'C', kind, 0, 0, 0x22, info @ ..] = description else { return Err(wrong()) };
    match kind & 0x7f {
        0 => info.get(..INFO_BYTES).ok_or_else(wrong),
        _ => Err(wrong()),
    }
}

fn shape(info: &[u8]) -> Result<SoundShape> {
    let rate = u32::from(info[10]) << 12 | u32::from(info[11]) << 4 | u32::from(info[12] >> 4);
    if rate == 0 {
        return Err(Error::data("description says 0 samples a second"));
    }
    Ok(SoundShape { rate, channels: u32::from(info[12] >> 1 & 7) + 1 })
}

/// A STREAMINFO with the total of samples and the sizes of frames, as far as they fit; 0 is "not known".
fn completed(info: &[u8], ended: &Ended) -> Vec<u8> {
    let mut info = info.to_vec();
    if info.len() == INFO_BYTES {
        let (least, most) = ended.chunk_bytes;
        for (place, bytes) in [(7, least), (10, most)] {
            let bytes = u32::try_from(bytes).ok().filter(|bytes| *bytes < 1 << 24).unwrap_or(0);
            info[place - 3..place].copy_from_slice(&bytes.to_be_bytes()[1..]);
        }
        let samples = if ended.samples < 1 << 36 { ended.samples } else { 0 };
        info[13] = info[13] & 0xf0 | (samples >> 32) as u8;
        info[14..18].copy_from_slice(&(samples as u32).to_be_bytes());
    }
    info
}

/// Samples of a frame, RFC 9639 9.1.1: the larger numbers come after the frame's own.
fn block_size(frame: &[u8]) -> Option<u32> {
    let [0xff, sync, sizes, _, number, ..] = frame else { return None };
    if sync & 0xfc != 0xf8 {
        return None;
    }
    let behind = 4 + (number.leading_ones().max(1) as usize);
    let at = |place: usize| frame.get(place).map(|byte| u32::from(*byte));
    match sizes >> 4 {
        0 => None,
        1 => Some(192),
        code @ 2..=5 => Some(576 << (code - 2)),
        6 => Some(at(behind)? + 1),
        7 => Some((at(behind)? << 8 | at(behind + 1)?) + 1),
        code => Some(256 << (code - 8)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_says_how_many_samples_it_has() {
        for (frame, samples) in [
            (&[0xff, 0xf8, 0xc9, 0x18, 0][..], Some(4096)),
            (&[0xff, 0xf8, 0x19, 0x18, 0], Some(192)),
            (&[0xff, 0xf8, 0x59, 0x18, 0], Some(4608)),
            (&[0xff, 0xf8, 0x69, 0x18, 0xc4, 0x80, 9], Some(10)),
            (&[0xff, 0xf9, 0x79, 0x18, 0x7f, 0x11, 0xff], Some(0x1200)),
            (&[0xff, 0xf9, 0x79, 0x18, 0x7f, 0x11], None),
            (&[0xff, 0xf9, 0x09, 0x18, 0x7f], None),
            (&[0xff, 0xd8, 0xc9, 0x18, 0], None),
            (&[], None),
        ] {
            assert_eq!(block_size(frame), samples, "{frame:?}");
        }
    }

    #[test]
    fn stream_info_says_what_the_sound_is() {
        let mut description = HEAD.to_vec();
        description.extend([0; 10]);
        description.extend([0x0a, 0xc4, 0x42, 0xf0]); // 44,100 Hz, 2 channels, 16 bits
        description.extend([0; 20]);
        let info = stream_info(&description).unwrap();
        assert_eq!(shape(info), Ok(SoundShape { rate: 44_100, channels: 2 }));
        for end in 0..description.len() {
            assert!(stream_info(&description[..end]).is_err(), "{end}");
        }
        description[4] = 4; // comments
        assert!(stream_info(&description).is_err());
    }
}
