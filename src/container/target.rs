//! The container that a muxer writes: its row, and FFmpeg's name of it, which its errors say.

use super::formats::{self, Format};
use super::mux_track::Hides;
use crate::av::{Container, OutputFile};
use crate::error::{Error, Kind, Result};
use crate::media::{ChunkRef, Config, keys};
use crate::registry;

pub(super) struct Target {
    pub(super) row: &'static Format,
    pub(super) name: &'static str,
}

impl Target {
    /// What `make` makes for the container of an ending.
    ///
    /// # Errors
    /// As `make`; `NotSupported` for an ending that there is not says which there are.
    pub(super) fn open(
        extension: &str,
        make: impl FnOnce(Container<'_>) -> Result<OutputFile>,
    ) -> Result<(OutputFile, Self)> {
        let known = formats::of_extension(extension);
        let row = known.unwrap_or(&formats::OTHER);
        let name = known.map(|row| row.name);
        let made = make(Container { name, extension, counts_frames: row.counts_frames });
        let output = made.map_err(|error| match error.kind {
            Kind::NotSupported => {
                Error { text: format!("{}, try {}", error.text, formats::extensions()), ..error }
            }
            _ => error,
        })?;
        let name = output.format_name();
        Ok((output, Self { row, name }))
    }

    /// Checks that it holds one track more, of a codec, as far as that can be told before there is one.
    ///
    /// # Errors
    /// `NotSupported` naming the codec and what is held.
    pub(super) fn check_holds(&self, codec: &str, output: &OutputFile, tracks: usize) -> Result<()> {
        let Self { row, name } = self;
        let told = row.others || self.has(codec);
        if !told || !output.may_hold(codec)? {
            return Err(self.refusal(codec));
        }
        match row.tracks {
            most if tracks < most => Ok(()),
            most => {
                let text = format!("the {name} container holds {most} track, \"{codec}\" would be another");
                Err(Error::not_supported(text))
            }
        }
    }

    /// Checks that a track says what the container needs.
    ///
    /// # Errors
    /// `InvalidArgument` naming the key.
    pub(super) fn check_rate(&self, config: &Config) -> Result<()> {
        let (name, key) = (self.name, keys::FRAMERATE.name);
        let has_pictures = config.value(&keys::CODED_WIDTH).is_some();
        match self.row.needs_rate && has_pictures && config.value(&keys::FRAMERATE).is_none() {
            true => {
                Err(Error::invalid(format!("{key} is not set, the {name} container needs it for pictures")))
            }
            false => Ok(()),
        }
    }

    /// The error of FFmpeg's format for a track of a codec: what it holds is told here.
    pub(super) fn explain(&self, error: Error, codec: &str) -> Error {
        let is_held = error.kind != Kind::NotSupported || self.has(codec);
        if is_held { error } else { self.refusal(codec) }
    }

    fn has(&self, codec: &str) -> bool {
        self.row.codecs.contains(&av_name(codec))
    }

    /// The filter that gives chunks of a codec the form that it needs.
    pub(super) fn filter(&self, codec: &str) -> Option<&'static str> {
        let codec = av_name(codec);
        self.row.filters.iter().find(|(of, _)| *of == codec).map(|(_, filter)| *filter)
    }

    fn refusal(&self, codec: &str) -> Error {
        let Self { row, name } = self;
        let held = match row.codecs.join(", ") {
            held if held.is_empty() => String::new(),
            held if row.others => format!(", but {held} and others"),
            held => format!(", but {held}"),
        };
        Error::not_supported(format!("the {name} container cannot hold \"{codec}\"{held}"))
    }

    /// Checks that it holds what is beside a chunk's picture.
    ///
    /// # Errors
    /// `NotSupported` naming the containers that do.
    pub(super) fn check_alpha(&self, chunk: &ChunkRef<'_>) -> Result<()> {
        let Some(alpha) = chunk.alpha.filter(|_| !self.row.alpha) else { return Ok(()) };
        let (bytes, name, allowed) = (alpha.len(), self.name, formats::with_alpha());
        Err(Error::not_supported(format!(
            "chunk.alpha_size is {bytes}: the {name} container holds no alpha, {allowed} do"
        )))
    }

    /// What its edit lists can hide. Those of a file in fragments do not know where it ends.
    pub(super) fn hides(&self, in_fragments: bool) -> Hides {
        Hides { beginning: self.row.movie, end: self.row.movie && !in_fragments }
    }
}

fn av_name(codec: &str) -> &str {
    registry::find(codec).map_or(codec, |known| known.av_name)
}
