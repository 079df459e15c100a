//! What profiles and levels of H.264 mean for encoders and decoders.

use std::ops::RangeInclusive;
use std::sync::Arc;

use super::framing::AvcFraming;
use super::level;
use super::string::AvcString;
use crate::error::{Error, Result};
use crate::log::{self, Level};
use crate::media::{Config, PixelFormat};
use crate::registry::{Framing, Reorder, Shape, Sides, Video};

/// profile_idc of what is decoded: Baseline, Main, Extended, High, High 10, High 4:2:2, High 4:4:4 Predictive and CAVLC 4:4:4
/// Intra.
const DECODED: [u8; 8] = [66, 77, 88, 100, 110, 122, 244, 44];

/// Of most streams that do not say it.
const USUAL_REORDER: Reorder = Reorder::Told(4);

impl Video for AvcString {
    fn name(&self) -> &'static str {
        "H.264"
    }

    fn decodes(&self) -> Result<()> {
        if DECODED.contains(&self.profile_idc) {
            return Ok(());
        }
        let known = DECODED.map(|profile| format!("{profile:02x}")).join(", ");
        Err(self.other_profile(&known))
    }

    fn encodes(&self) -> Result<()> {
        match self.profile() {
            "" => Err(self.other_profile("42 (Baseline), 4d (Main) and 64 (High)")),
            _ => Ok(()),
        }
    }

    fn reorder(&self) -> Reorder {
        USUAL_REORDER
    }

    fn formats(&self) -> &'static [PixelFormat] {
        &[PixelFormat::I420, PixelFormat::Nv12]
    }

    fn sides(&self) -> Sides {
        // The levels end there.
        Sides { most: 16_384, multiple: 2, of: "H.264 in 4:2:0" }
    }

    fn quantizers(&self) -> RangeInclusive<i32> {
        0..=51
    }

    fn default_quantizer(&self) -> i32 {
        23
    }

    fn layers(&self) -> &'static [&'static str] {
        &["L1T1"]
    }

    fn profile(&self) -> &'static str {
        match self.profile_idc {
            0x42 => "baseline",
            0x4d => "main",
            0x64 => "high",
            _ => "",
        }
    }

    fn encoders(&self) -> &'static [&'static str] {
        &["libx264"]
    }

    /// The level that was asked for, or the lowest that the pictures need. References that no level of the picture's size
    /// allows are given up.
    fn options(&self, shape: &Shape) -> Vec<(String, String)> {
        let Shape { width, height, framerate, bitrate, .. } = *shape;
        let least_refs = if shape.bframes > 0 { 2 } else { 1 };
        let needed = level::lowest(self.profile_idc, width, height, framerate, bitrate, least_refs);
        let level_idc = self.level_idc.max(needed);
        if level_idc != self.level_idc {
            let (from, to) = (f64::from(self.level_idc) / 10.0, f64::from(level_idc) / 10.0);
            let what = format!("{width}x{height} at {framerate} frames a second");
            log::say(
                Level::Warning,
                &format!("codec \"{self}\": level {from} is too low for {what}, raised to {to}"),
            );
        }
        let mut options = vec![option("profile", self.profile()), option("level", &level_idc.to_string())];
        let allowed = level::max_reference_frames(level_idc, width, height).max(least_refs);
        if shape.references > allowed {
            options.push(option("refs", &allowed.to_string()));
        }
        options
    }

    fn framing(&self, config: &Config, description: Option<&[u8]>) -> Result<Arc<dyn Framing>> {
        Ok(Arc::new(AvcFraming::new(*self, config, description)?))
    }
}

impl AvcString {
    fn other_profile(&self, known: &str) -> Error {
        let profile = self.profile_idc;
        Error::not_supported(format!(
            "codec \"{self}\": profile {profile:02x} is not supported, supported are {known}"
        ))
    }
}

fn option(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}
