//! Encoders of sound: how they are told a constant rate, and which channels there are.

/// How an encoder of sound does what is asked.
#[derive(Debug, Default)]
pub struct SoundTuning {
    /// AVOptions.
    pub options: Vec<(String, String)>,
    /// FFmpeg's name for the channels; its usual one for that many without.
    pub layout: Option<&'static str>,
}

/// How the encoder of that name does it.
pub fn sound(encoder: &str, channels: u32, constant: bool) -> SoundTuning {
    let option = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    match encoder {
        "libopus" => SoundTuning {
            options: vec![
                option("vbr", if constant { "off" } else { "on" }),
                // Without it 5 and 7 channels come out in other places.
                option("mapping_family", if channels > 2 { "1" } else { "0" }),
            ],
            layout: match channels {
                3 => Some("3.0"), // those of Vorbis, which FFmpeg's usual ones are not
                4 => Some("quad"),
                _ => None,
            },
        },
        "aac" => {
            SoundTuning { layout: if channels == 3 { Some("3.0") } else { None }, ..SoundTuning::default() }
        }
        "libvorbis" => SoundTuning {
            layout: match channels {
                3 => Some("3.0"),
                4 => Some("quad"),
                _ => None,
            },
            ..SoundTuning::default()
        },
        _ => SoundTuning::default(),
    }
}
