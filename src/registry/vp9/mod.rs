//! VP9: frames and superframes without a description.
//!
//! Sources: the "VP9 Bitstream & Decoding Process Specification" v0.6 (headers, Annex B), the "VP Codec ISO Media File Format
//! Binding" (codec strings), the levels of webmproject.org/vp9/levels, and the W3C's "VP9 WebCodecs Registration". All input may
//! be hostile.

mod header;
mod level;
mod of_stream;
mod profile;
mod signal;
mod string;
mod superframe;

use super::{Parsed, Registration};

/// What W3C registers.
pub static IT: Registration = Registration {
    tags: &["vp09"],
    av_name: "vp9",
    forms: "vp09.PP.LL.DD[.CC.cp.tc.mc.FF] with two decimal digits each",
    keys: &[],
    parse: |codec| Ok(Parsed::Video(Box::new(string::Vp9String::parse(codec)?))),
    of_stream: |facts| of_stream::string(facts).map(|string| string.to_string()),
    described: false,
    in_band: None,
    in_containers: None,
};
