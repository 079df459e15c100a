//! Scaling with swscale: one format, two sizes, colour untouched.
//!
//! swscale's filters have a longest length. Where one would be longer it goes by way of a picture of 4:2:0 and 8 bits, or
//! fails: such pairs of sizes are scaled in steps here, in their own format.
//!
//! swscale's vector code reads and writes past the ends of rows: by up to 15 bytes where rows start on multiples of
//! 64 bytes, further where they do not. So it only ever sees frames of this library's own, whose rows are padded
//! to 64 bytes: the source's rows are copied into one.

use std::ffi::c_int;
use std::ptr::{self, NonNull};

use ffmpeg_sys_next as ff;

use super::error::{check, no_memory};
use super::pixel_format;
use crate::error::{Error, Kind, Result};
use crate::log;
use crate::media::convert::Picture;
use crate::media::{PixelFormat, Plane, Planes, VideoFrame, VideoInfo};

/// Scales pictures. Keeps its tables and memory as long as format and sizes stay the same.
#[derive(Default)]
pub struct Scaler {
    setup: Option<Setup>,
}

/// What one format and pair of sizes needs: pictures of the sizes on the way, the first among them, and what scales each to
/// the next, the last one to the size of the destination.
struct Setup {
    shape: Shape,
    pictures: Vec<VideoFrame>,
    contexts: Vec<SwsContext>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Shape {
    format: PixelFormat,
    source: (u32, u32),
    dest: (u32, u32),
}

/// An owned `SwsContext`.
struct SwsContext(NonNull<ff::SwsContext>);

// SAFETY: a context has no ties to the thread that made it; it is only used through `&mut`.
unsafe impl Send for SwsContext {}

impl Scaler {
    /// A scaler without tables yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Scales `source` to the size of `dest`: the mean of the area where it shrinks, bicubic otherwise. The
    /// samples are scaled as they are, whatever the pictures' colour says.
    ///
    /// # Errors
    /// `NotSupported` for formats that differ, and those that swscale does not have; `InvalidArgument` for sides of 0 or above
    /// `MAX_SIDE`; `OutOfMemory`.
    ///
    /// # Safety
    /// `source` is readable and has the planes of its format for its size, `dest` is of `VideoFrame::allocate`; nobody
    /// writes to `source` or uses `dest` meanwhile.
    pub unsafe fn scale(&mut self, source: &Picture, dest: &VideoFrame) -> Result<()> {
        let _inside = log::Inside::enter(); // on a codec's thread, where nothing else says so
        let shape = Shape::of(source, dest)?;
        if shape.source == shape.dest {
            // SAFETY: the caller's. (swscale's own copy leaves out chroma of odd NV12 pictures.)
            unsafe { copy(&source.planes, dest.planes()) };
            return Ok(());
        }
        let setup = match &mut self.setup {
            Some(setup) if setup.shape == shape => setup,
            other => {
                *other = None; // its memory goes back before the new one's is taken
                other.insert(Setup::new(shape)?)
            }
        };
        let Some((first, further)) = setup.pictures.split_first() else { return Ok(()) };
        // SAFETY: the caller's; the setup's own pictures have the sizes on the way, padded rows, and no other user.
        unsafe {
            copy(&source.planes, first.planes());
            let targets = further.iter().chain([dest]);
            for ((context, from), to) in setup.contexts.iter_mut().zip(&setup.pictures).zip(targets) {
                context.run(from, to)?;
            }
        }
        Ok(())
    }
}

/// swscale counts the bytes of a plane in an int, and writes elsewhere where that runs over.
fn check_extent(planes: &Planes, shape: (PixelFormat, u32, u32)) -> Result<()> {
    /// More than rows are padded by.
    const PADDING_BYTES: usize = 1024;
    let bytes = |plane: &Plane| (plane.row_bytes + PADDING_BYTES).saturating_mul(plane.rows as usize);
    if planes.iter().all(|plane| i32::try_from(bytes(plane)).is_ok()) {
        return Ok(());
    }
    let (format, width, height) = shape;
    let text = format!("scaling {width}x{height} pixels of {}: a plane has 2 GiB or more", format.name());
    Err(Error::not_supported(text))
}

/// # Safety
/// As for `Plane::copy_to`, for planes of one format and size.
unsafe fn copy(source: &Planes, dest: &Planes) {
    // SAFETY: the caller's.
    source.iter().zip(dest.iter()).for_each(|(from, to)| unsafe { from.copy_to(to) });
}

impl Shape {
    fn of(source: &Picture, dest: &VideoFrame) -> Result<Self> {
        let (from, to) = (source.format, dest.info().format);
        if from != to {
            let text = format!("scaling from {} to {} changes the format", from.name(), to.name());
            return Err(Error::not_supported(text));
        }
        let (width, height) = (dest.info().coded_width, dest.info().coded_height);
        check_extent(&source.planes, (from, source.width, source.height))?;
        check_extent(dest.planes(), (to, width, height))?;
        Ok(Self { format: from, source: (source.width, source.height), dest: (width, height) })
    }

    /// A size on the way: where one side shrinks and the other grows, with the shrinking done; else the geometric mean.
    /// `None` where there is none.
    fn between(self) -> Option<(u32, u32)> {
        let Self { source, dest, .. } = self;
        let smaller = (source.0.min(dest.0), source.1.min(dest.1));
        let mean = |from: u32, to: u32| (f64::from(from) * f64::from(to)).sqrt().round() as u32;
        let means = (mean(source.0, dest.0), mean(source.1, dest.1));
        [smaller, means].into_iter().find(|size| *size != source && *size != dest)
    }

    /// True if no side grows.
    fn shrinks(self) -> bool {
        self.dest.0 <= self.source.0 && self.dest.1 <= self.source.1
    }

    /// True if a side shrinks so far that swscale's filter, of up to 170 samples, could be too long: that of an area is as
    /// long as the ratio, a bicubic one four times that.
    fn is_steep(self) -> bool {
        let most = if self.shrinks() { 128 } else { 32 };
        let shrinks_by = |from: u32, to: u32| from / to.max(1);
        shrinks_by(self.source.0, self.dest.0) > most || shrinks_by(self.source.1, self.dest.1) > most
    }

    fn flags(self) -> c_int {
        let kind = if self.shrinks() { ff::SWS_AREA } else { ff::SWS_BICUBIC } as c_int;
        // swscale scales RGB as YUV: with a chroma sample a pixel.
        let whole = (ff::SWS_FULL_CHR_H_INP | ff::SWS_FULL_CHR_H_INT) as c_int;
        kind | ff::SWS_ACCURATE_RND as c_int | if self.format.is_rgb() { whole } else { 0 }
    }
}

impl Setup {
    fn new(shape: Shape) -> Result<Self> {
        let (mut sizes, mut contexts) = (vec![shape.source], Vec::new());
        steps(shape, &mut sizes, &mut contexts)?;
        sizes.pop(); // the destination's
        // `allocate` pads each row, the last one too, to 64 bytes.
        let picture = |(width, height)| VideoFrame::allocate(VideoInfo::of_size(shape.format, width, height));
        let pictures = sizes.into_iter().map(picture).collect::<Result<_>>()?;
        Ok(Self { shape, pictures, contexts })
    }
}

/// Adds the steps to the size of `shape.dest`: one, or where swscale refuses that as many as it needs.
fn steps(shape: Shape, sizes: &mut Vec<(u32, u32)>, contexts: &mut Vec<SwsContext>) -> Result<()> {
    let refused = match SwsContext::new(shape) {
        Ok(context) => {
            sizes.push(shape.dest);
            contexts.push(context);
            return Ok(());
        }
        Err(error) if error.kind == Kind::NotSupported => error,
        Err(error) => return Err(error),
    };
    match shape.between() {
        Some(between) => {
            steps(Shape { dest: between, ..shape }, sizes, contexts)?;
            steps(Shape { source: between, ..shape }, sizes, contexts)
        }
        None => Err(refused),
    }
}

impl SwsContext {
    fn new(shape: Shape) -> Result<Self> {
        super::log::init();
        let format = pixel_format::to_scaled(shape.format).ok_or_else(|| {
            Error::not_supported(format!("scaling {} is not supported", shape.format.name()))
        })?;
        let ((from_width, from_height), (to_width, to_height)) = (shape.source, shape.dest);
        let text = format!("scaling from {from_width}x{from_height} to {to_width}x{to_height} pixels");
        if shape.is_steep() {
            return Err(Error::not_supported(format!("{text} in one step is not supported")));
        }
        // SAFETY: no preconditions.
        let context = NonNull::new(unsafe { ff::sws_alloc_context() }).map(Self);
        let context = context.ok_or_else(|| no_memory("sws_alloc_context"))?;
        for (name, value) in [
            (c"srcw", i64::from(from_width)),
            (c"srch", i64::from(from_height)),
            (c"src_format", format as i64),
            (c"dstw", i64::from(to_width)),
            (c"dsth", i64::from(to_height)),
            (c"dst_format", format as i64),
            (c"sws_flags", i64::from(shape.flags())),
        ] {
            // SAFETY: the context begins with its AVClass and is not initialised yet.
            let code = unsafe { ff::av_opt_set_int(context.0.as_ptr().cast(), name.as_ptr(), value, 0) };
            check(Kind::Internal, "swscale's options", code)?;
        }
        // SAFETY: the context's sizes are at most MAX_SIDE (`VideoFrame::allocate` checked them); NULL: no filters.
        match unsafe { ff::sws_init_context(context.0.as_ptr(), ptr::null_mut(), ptr::null_mut()) } {
            0.. => {}
            code if code == ff::AVERROR(ff::ENOMEM) => return Err(no_memory(text)),
            _ => return Err(Error::not_supported(format!("{text} is not supported"))),
        }
        context.keep_colour();
        Ok(context)
    }

    /// The same matrix and range on both sides, so that samples are scaled as they are. (It is swscale's
    /// default for these formats; it answers -1 for YUV to YUV even when it took the values.)
    fn keep_colour(&self) {
        const ONE: c_int = 1 << 16;
        // SAFETY: the context is valid; the coefficients are a static table of swscale's own.
        unsafe {
            let matrix = ff::sws_getCoefficients(ff::SWS_CS_DEFAULT as c_int);
            ff::sws_setColorspaceDetails(self.0.as_ptr(), matrix, 0, matrix, 0, 0, ONE, ONE);
        }
    }

    /// # Safety
    /// The frames have the context's shape and padded rows; nobody else uses them.
    unsafe fn run(&mut self, source: &VideoFrame, dest: &VideoFrame) -> Result<()> {
        let (from, to) = (Pointers::of(source.planes()), Pointers::of(dest.planes()));
        let height = source.info().coded_height as c_int;
        // SAFETY: the caller's; both arrays hold a pointer and a stride for each plane, and zeros behind.
        let rows = unsafe {
            let (data, strides) = (from.data.as_ptr().cast(), from.strides.as_ptr());
            ff::sws_scale(self.0.as_ptr(), data, strides, 0, height, to.data.as_ptr(), to.strides.as_ptr())
        };
        check(Kind::Encoding, "sws_scale", rows).map(drop)
    }
}

impl Drop for SwsContext {
    fn drop(&mut self) {
        // SAFETY: ours, freed once.
        unsafe { ff::sws_freeContext(self.0.as_ptr()) }
    }
}

/// Planes as swscale takes them.
struct Pointers {
    data: [*mut u8; 4],
    strides: [c_int; 4],
}

impl Pointers {
    /// `planes` are those of an allocated frame: their strides are below 2^18.
    fn of(planes: &Planes) -> Self {
        let mut pointers = Self { data: [ptr::null_mut(); 4], strides: [0; 4] };
        for (index, plane) in planes.iter().enumerate() {
            pointers.data[index] = plane.data.as_ptr();
            pointers.strides[index] = plane.stride_bytes as c_int;
        }
        pointers
    }
}

#[cfg(test)]
mod tests;
