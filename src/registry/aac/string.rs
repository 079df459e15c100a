//! AAC's codec strings: RFC 6381, with object types of ISO/IEC 14496-1 and 14496-3.

use std::fmt;
use std::sync::Arc;

use super::adts::Adts;
use super::specific_config::{self, SpecificConfig};
use super::{AacBitstreamFormat, FORMAT};
use crate::error::{Error, Result};
use crate::media::{Config, memory};
use crate::registry::{Audio, AudioFraming, Rates, Samples, SoundShape, unknown};

/// A codec string that was read.
pub(super) struct Aac {
    text: String,
    profile: Profile,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Profile {
    /// Low complexity.
    Lc,
    /// With spectral band replication, and maybe parametric stereo: HE-AAC.
    He,
    /// Unified speech and audio coding: xHE-AAC.
    Usac,
}

impl Aac {
    pub(super) fn parse(codec: &str) -> Result<Self> {
        let profile = match codec {
            "mp4a.40.2" | "mp4a.40.02" | "mp4a.67" => Profile::Lc,
            "mp4a.40.5" | "mp4a.40.05" | "mp4a.40.29" => Profile::He,
            "mp4a.40.42" => Profile::Usac,
            _ => return Err(unknown(codec)),
        };
        Ok(Self { text: codec.to_owned(), profile })
    }

    fn unsupported(&self, what: &str, allowed: &str) -> Error {
        Error::not_supported(format!("codec \"{}\" is not {what}, AAC supports {allowed}", self.text))
    }
}

impl Audio for Aac {
    fn name(&self) -> &'static str {
        "AAC"
    }

    fn decodes(&self) -> Result<()> {
        match self.profile {
            Profile::Lc | Profile::He => Ok(()),
            Profile::Usac => Err(self.unsupported("decoded", "mp4a.40.2, mp4a.40.5, mp4a.40.29 and mp4a.67")),
        }
    }

    fn encodes(&self) -> Result<()> {
        match self.profile {
            Profile::Lc => Ok(()),
            // FFmpeg's encoder takes such a profile, and writes what no decoder reads.
            Profile::He | Profile::Usac => Err(self.unsupported("encoded", "mp4a.40.2 and mp4a.67")),
        }
    }

    fn rates(&self) -> Rates {
        Rates::These(&super::adts::RATES)
    }

    fn channels(&self) -> u32 {
        8
    }

    fn encoders(&self) -> &'static [&'static str] {
        &["aac"]
    }

    fn samples(&self, config: &Config) -> Samples {
        let short = config.description().is_some_and(specific_config::has_short_frames);
        match self.profile {
            Profile::Lc if !short => Samples::Fixed(1024),
            _ => Samples::Unknown,
        }
    }

    fn framing(&self, config: &Config, description: Option<&[u8]>) -> Result<Arc<dyn AudioFraming>> {
        match (description, config.value(&FORMAT)) {
            (Some(description), _) => Ok(Arc::new(SpecificConfig::read(description)?)),
            (None, AacBitstreamFormat::Aac) => Ok(Arc::new(Raw)),
            (None, AacBitstreamFormat::Adts) => {
                Ok(Arc::new(Adts::new(SoundShape::of(config, "an encoder")?)?))
            }
        }
    }
}

impl fmt::Display for Aac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// An encoder's chunks without headers; of decoders, chunks that have them.
struct Raw;

impl AudioFraming for Raw {
    fn describe(&self, extradata: &[u8]) -> Result<Option<Vec<u8>>> {
        memory::copy("description", extradata, 0).map(Some)
    }
}
