//! H.264 chunks: Annex B, or the samples of MP4 and their description.

use super::keys::{self, AvcBitstreamFormat};
use super::sequence::Sequence;
use super::sps::Sps;
use super::string::AvcString;
use super::{avcc, key};
use crate::error::{Error, Result};
use crate::media::{Config, memory};
use crate::registry::{Content, Framing, Reorder, Stream, nal};

pub(super) struct AvcFraming {
    string: AvcString,
    /// As it was configured.
    text: String,
    description: Vec<u8>,
    /// Bytes of a NAL unit's length in chunks that are decoded; `None` in Annex B.
    length_size: Option<usize>,
    /// `avc.format` of chunks that are encoded.
    avc: bool,
}

impl AvcFraming {
    /// # Errors
    /// `Data` for a damaged description, `NotSupported` for one of pictures that have no form here.
    pub(super) fn new(string: AvcString, config: &Config, description: Option<&[u8]>) -> Result<Self> {
        description.map_or(Ok(()), check_form)?;
        let length_size = description.map(avcc::length_size).transpose()?;
        Ok(Self {
            string,
            text: config.codec().to_owned(),
            description: memory::copy("description", description.unwrap_or_default(), 0)?,
            length_size,
            avc: config.value(&keys::FORMAT) == AvcBitstreamFormat::Avc,
        })
    }
}

/// Checks that pictures of the description's parameter sets have a form here.
fn check_form(description: &[u8]) -> Result<()> {
    let sets = avcc::parameter_sets(description).map_err(|error| error.context("description"))?;
    for sps in sets.into_iter().filter_map(|set| Sps::parse(set).ok()) {
        let (luma, chroma) = (sps.bit_depth_luma, sps.bit_depth_chroma);
        if !matches!(luma, 8 | 10 | 12) || (chroma != luma && sps.chroma_format_idc != 0) {
            let text =
                format!("description: pictures of {luma} bits (chroma {chroma}), supported are 8, 10 and 12");
            return Err(Error::not_supported(text));
        }
    }
    Ok(())
}

impl Framing for AvcFraming {
    fn is_key(&self, chunk: &[u8]) -> Result<bool> {
        key::is_key(chunk, self.length_size)
    }

    fn key_needs(&self) -> &'static str {
        "an IDR picture nor a recovery point"
    }

    fn format_key(&self) -> Option<&'static str> {
        Some(keys::FORMAT.name)
    }

    fn extradata(&self) -> &[u8] {
        &self.description
    }

    fn stream(&self) -> Box<dyn Stream> {
        Box::new(AvcStream { sequence: Sequence::new(&self.description), length_size: self.length_size })
    }

    fn sets_apart(&self) -> bool {
        self.avc
    }

    fn chunk(&self, packet: &[u8]) -> Result<Option<Vec<u8>>> {
        if self.avc { avcc::to_length_prefixed(packet, true).map(Some) } else { Ok(None) }
    }

    fn describe(&self, extradata: &[u8], key: &[u8]) -> Result<(String, Option<Vec<u8>>)> {
        let record = if self.avc { Some(avcc::from_parameter_sets(extradata)?) } else { None };
        let stream = match &record {
            Some(record) => avcc::codec_string(record)?,
            None => AvcString::of_access_unit(key).unwrap_or(self.string),
        };
        let string = match self.string.covers(stream) {
            true => self.text.clone(),
            false => AvcString { in_band: self.string.in_band, ..stream }.to_string(),
        };
        Ok((string, record))
    }
}

struct AvcStream {
    sequence: Sequence,
    length_size: Option<usize>,
}

impl Stream for AvcStream {
    fn look(&mut self, chunk: &[u8]) -> Content {
        self.sequence.look(chunk, self.length_size)
    }

    fn reorder(&self) -> Option<Reorder> {
        self.sequence.reorder()
    }

    /// The parameter sets that came so far.
    fn repeat(&self, ahead: &mut Vec<u8>) -> Result<()> {
        for unit in self.sequence.parameter_sets() {
            match self.length_size {
                // What no chunk has room for is of the description, which every decoder has.
                Some(1) if unit.len() > usize::from(u8::MAX) => {}
                Some(length_size) => nal::push_prefixed(ahead, unit, length_size)?,
                None => {
                    memory::append("a chunk", ahead, &[0, 0, 0, 1])?;
                    memory::append("a chunk", ahead, unit)?;
                }
            }
        }
        Ok(())
    }

    fn restart(&mut self) {
        self.sequence.restart();
    }
}
