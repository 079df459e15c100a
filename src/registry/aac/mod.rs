//! AAC: ISO/IEC 14496-3, and the W3C's "AAC WebCodecs Registration". All input may be hostile.

mod adts;
mod specific_config;
mod string;

use super::{InBand, Parsed, Registration};
use crate::error::Error;
use crate::media::Dictionary;
use crate::media::typed::{keys, words};

/// What W3C registers.
pub static IT: Registration = Registration {
    tags: &["mp4a"],
    av_name: "aac",
    forms: "mp4a.40.2, mp4a.40.5, mp4a.40.29, mp4a.67",
    keys: KEYS,
    parse: |codec| Ok(Parsed::Audio(Box::new(string::Aac::parse(codec)?))),
    of_stream: |facts| Some(specific_config::string(facts.extradata, facts.profile)),
    described: true,
    in_band: Some(InBand {
        is_description: |extradata| !extradata.is_empty(),
        check: |_| Ok(()),
        sets: adts::specific_config,
        filter: Some("aac_adtstoasc"),
        changes: |_| {
            Err(Error::not_supported("another sample description begins, which AAC does not take in band"))
        },
    }),
    in_containers: None,
};

words! {
    /// W3C.
    enum AacBitstreamFormat {
        /// Raw, with a description.
        Aac = "aac",
        /// With headers that stand for themselves.
        Adts = "adts",
    }
}

keys! {
    /// W3C's members.
    static KEYS;
    FORMAT: AacBitstreamFormat = word(), "aac.format", &[Dictionary::AudioEncoder], "Raw chunks with a description, or chunks with ADTS headers.";
}
