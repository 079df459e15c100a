//! Copying a frame's pixels into a host's buffer: W3C `VideoFrame.allocationSize()` and `copyTo()`.
//!
//! Source: W3C WebCodecs, "Parse VideoFrameCopyToOptions" and "ConvertToRGBFrame".

use std::ptr::NonNull;

use super::convert::{self, Picture};
use super::gamut::Gamut;
use super::{Color, Layout, PixelFormat, Planes, Rect, VideoFrame, check_rect};
use crate::error::{Error, Result};

/// The colour space of RGB that is asked for. Its numbers are the C header's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u32)]
pub enum ColorSpace {
    /// W3C "srgb".
    #[default]
    Srgb = 0,
    /// W3C "display-p3".
    DisplayP3 = 1,
    /// Primaries and transfer as the frame has them, as FFmpeg converts.
    Source = 2,
}

impl ColorSpace {
    /// The colour space of a number.
    pub fn from_number(number: u32) -> Option<Self> {
        [Self::Srgb, Self::DisplayP3, Self::Source].into_iter().find(|space| *space as u32 == number)
    }

    /// `None` is the frame's own.
    fn color(self) -> Option<Color> {
        match self {
            Self::Srgb => Some(Color::SRGB),
            Self::DisplayP3 => Some(Color::DISPLAY_P3),
            Self::Source => None,
        }
    }
}

/// W3C `VideoFrameCopyToOptions`.
#[derive(Clone, Debug, Default)]
pub struct CopyOptions {
    /// The format to write: the frame's own (`None`), or one of RGB.
    pub format: Option<PixelFormat>,
    /// What to copy, in coded pixels; `None` is the visible rectangle.
    pub rect: Option<Rect>,
    /// Offset and stride of each plane in bytes, a stride of 0 being tight; `None` is all planes tight, one
    /// after the other.
    pub layout: Option<Vec<(u64, u64)>>,
    /// With `format` RGB: what red, green and blue mean. Without, nothing is changed.
    pub color_space: ColorSpace,
}

/// Bytes that [`copy_to`] needs with the same options.
///
/// # Errors
/// `NotSupported` for a format that is neither the frame's own nor RGB; `InvalidArgument` for a rectangle that
/// is not inside the coded picture or not on its sample boundaries, and for an impossible layout.
pub fn allocation_size(frame: &VideoFrame, options: &CopyOptions) -> Result<usize> {
    Ok(CheckedOptions::new(frame, options)?.layout.size_bytes)
}

/// Copies the frame's pixels to `dest`; bytes of `dest` outside of the layout's rows keep their values. From
/// YUV to RGB the frame's colour decides matrix and range (see [`convert::convert`]); primaries and transfer are
/// changed to those of `options.color_space` (see [`Gamut`]). The unused byte of RGBX and BGRX is 255 where a format is
/// asked for, also the frame's own (W3C converts then), and as it is where none is.
///
/// # Errors
/// Those of [`allocation_size`], and `InvalidArgument` if `dest` is too small; nothing is written then.
pub fn copy_to(frame: &VideoFrame, options: &CopyOptions, dest: &mut [u8]) -> Result<()> {
    let CheckedOptions { format, rect, layout } = CheckedOptions::new(frame, options)?;
    let (size, needed) = (dest.len(), layout.size_bytes);
    if size < needed {
        return Err(Error::invalid(format!("dest is too small: {size} bytes, {needed} needed")));
    }
    let info = frame.info();
    let source = Picture {
        format: info.format,
        planes: *frame.planes(),
        width: info.coded_width,
        height: info.coded_height,
        color: info.color,
    };
    // SAFETY: `dest` has the layout's bytes, as checked.
    let planes = unsafe { Planes::in_buffer(NonNull::from(dest).cast(), &layout) };
    let dest = Picture { format, planes, width: rect.width, height: rect.height, color: Color::SRGB };
    // SAFETY: the frame's planes are readable as long as it is borrowed; `dest` is borrowed alone, its planes
    // do not overlap (`Layout`), and both pictures have the rectangle's size, which `CheckedOptions` checked.
    unsafe {
        match options.format {
            Some(PixelFormat::Rgbx | PixelFormat::Bgrx) if format == info.format => {
                convert::copy_opaque(&source.crop(rect), &dest);
            }
            _ => convert::convert(&source.crop(rect), &dest)?,
        }
        if let Some(gamut) = gamut(&info.color, options) {
            gamut.apply(&dest);
        }
    }
    Ok(())
}

fn gamut(source: &Color, options: &CopyOptions) -> Option<Box<Gamut>> {
    options.format.filter(|format| format.is_rgb())?;
    Gamut::between(source, &options.color_space.color()?)
}

/// The options, checked and with defaults filled in.
struct CheckedOptions {
    format: PixelFormat,
    rect: Rect,
    layout: Layout,
}

impl CheckedOptions {
    fn new(frame: &VideoFrame, options: &CopyOptions) -> Result<Self> {
        let info = frame.info();
        let format = options.format.unwrap_or(info.format);
        if format != info.format && !(format.is_rgb() && convert::is_supported(info.format, format)) {
            let (own, asked) = (info.format.name(), format.name());
            let text = format!("format is {asked}, a frame of {own} can be copied as {own} or as RGB");
            return Err(Error::not_supported(text));
        }
        let rect = options.rect.unwrap_or(info.visible);
        check_rect(info.format, rect, info.coded_width, info.coded_height)?;
        let layout = match &options.layout {
            Some(asked) => Layout::explicit(format, rect.width, rect.height, asked)?,
            None => Layout::aligned(format, rect.width, rect.height, 1)?,
        };
        Ok(Self { format, rect, layout })
    }
}
