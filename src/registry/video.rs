//! What a video codec string stands for.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::sync::Arc;

use super::{Reorder, Stream};
use crate::error::Result;
use crate::media::{Color, Config, PixelFormat};

/// A video codec with profile and level, as a codec string says them; displayed, it is that string.
pub trait Video: Display + Send + Sync {
    /// What people call the codec.
    fn name(&self) -> &'static str;

    /// # Errors
    /// `NotSupported` if streams of this profile are not decoded, saying which are.
    fn decodes(&self) -> Result<()> {
        Ok(())
    }

    /// # Errors
    /// `NotSupported` if streams of this profile are not encoded, saying which are.
    fn encodes(&self) -> Result<()> {
        Ok(())
    }

    /// How far streams are reordered, as long as [`Stream::reorder`] has not said so.
    fn reorder(&self) -> Reorder;

    /// What its profile encodes without conversion, the usual one first.
    fn formats(&self) -> &'static [PixelFormat];

    /// The format of decoded pictures, where chunks tell neither it nor a size: configurations have the size then.
    fn told_format(&self) -> Option<PixelFormat> {
        None
    }

    /// Pictures with alpha: a chunk then has a second one beside it, of the alpha plane. `None`: there are none.
    fn alpha(&self) -> Option<Alpha> {
        None
    }

    /// The colour of decoded pictures, of which the decoder has said `told`: streams that name one for several say all.
    fn color(&self, told: Color) -> Color {
        told
    }

    /// Which sizes it encodes.
    fn sides(&self) -> Sides;

    /// The quantizers that a frame may be given.
    fn quantizers(&self) -> RangeInclusive<i32>;

    /// That of frames that are given none.
    fn default_quantizer(&self) -> i32;

    /// The scalability modes.
    fn layers(&self) -> &'static [&'static str] {
        &["L1T1"]
    }

    /// The profile, as encoders call it; "" where they are not told.
    fn profile(&self) -> &'static str {
        ""
    }

    /// FFmpeg's names of the encoders that are preferred to others, the best first.
    fn encoders(&self) -> &'static [&'static str];

    /// AVOptions that bring a stream of that shape into profile and level, for encoders that are told them (`takes_profile`).
    fn options(&self, _: &Shape) -> Vec<(String, String)> {
        Vec::new()
    }

    /// What chunks look like under a configuration, and with a decoder's description: encoders have none.
    ///
    /// # Errors
    /// `Data` for a damaged description, `NotSupported` for one of pictures that have no form here, or of a codec that has none.
    fn framing(&self, config: &Config, description: Option<&[u8]>) -> Result<Arc<dyn Framing>>;
}

/// Pictures with alpha.
pub struct Alpha {
    /// In which formats they are encoded, the usual one first; none if they are not.
    pub formats: &'static [PixelFormat],
    /// FFmpeg's name of the decoder that gives them.
    pub decoder: &'static str,
}

/// The sizes of pictures.
pub struct Sides {
    /// The largest.
    pub most: u32,
    /// Each is a multiple of this.
    pub multiple: u32,
    /// What has such sides, in words.
    pub of: &'static str,
}

/// What a level depends on.
pub struct Shape {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Frames a second.
    pub framerate: f64,
    /// Bits a second, where they are bounded.
    pub bitrate: Option<u64>,
    /// Pictures that others refer to, at the most.
    pub references: u32,
    /// Consecutive B-frames, at the most.
    pub bframes: u32,
}

/// What chunks look like.
pub trait Framing: Send + Sync {
    /// True if decoding can start at this chunk.
    ///
    /// # Errors
    /// `Data` if it is damaged, or framed in another way.
    fn is_key(&self, chunk: &[u8]) -> Result<bool>;

    /// What a chunk has with which decoding can start, for an error: "neither" goes before it.
    fn key_needs(&self) -> &'static str;

    /// The key that decides where parameter sets are, if there are any.
    fn format_key(&self) -> Option<&'static str>;

    /// The setup bytes of decoders.
    fn extradata(&self) -> &[u8];

    /// A stream to be decoded, at its beginning.
    fn stream(&self) -> Box<dyn Stream>;

    /// Encoders are to give parameter sets apart from the packets.
    fn sets_apart(&self) -> bool;

    /// The chunk of an encoder's packet; `None`: the packet as it is.
    ///
    /// # Errors
    /// `OutOfMemory`.
    fn chunk(&self, packet: &[u8]) -> Result<Option<Vec<u8>>>;

    /// Codec string and description of an encoder's stream, by its setup bytes and a key packet. The string is the configured
    /// one, letter by letter, while a decoder of that is enough.
    ///
    /// # Errors
    /// `Data` if what the encoder gave cannot be described.
    fn describe(&self, extradata: &[u8], key: &[u8]) -> Result<(String, Option<Vec<u8>>)>;
}
