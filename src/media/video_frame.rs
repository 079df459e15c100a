//! A video frame: what a decoder gives and an encoder takes.

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::pool::{ALIGN_BYTES, Buffer};
use super::{Color, Layout, PixelFormat, Plane, Planes, Rect, check_rect};
use crate::error::{Error, Kind, Result};

/// The facts of a frame beside its pixels: W3C `VideoFrame`'s attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VideoInfo {
    /// How the pixels lie in memory.
    pub format: PixelFormat,
    /// Pixels in memory, across.
    pub coded_width: u32,
    /// Pixels in memory, down.
    pub coded_height: u32,
    /// The part that is meant to be seen; inside the coded size, on sample boundaries.
    pub visible: Rect,
    /// Shown width, after the pixels' aspect ratio.
    pub display_width: u32,
    /// Shown height.
    pub display_height: u32,
    /// Clockwise turn before showing: 0, 90, 180 or 270.
    pub rotation: u16,
    /// Mirrored left to right, after the turn.
    pub flip: bool,
    /// Colour.
    pub color: Color,
    /// Presentation time, microseconds.
    pub timestamp_us: i64,
    /// How long it is shown, microseconds.
    pub duration_us: Option<i64>,
    /// The host's own number.
    pub id: u64,
    /// It was decoded without a picture that it refers to, as far as the stream tells.
    pub reference_lost: bool,
}

impl VideoInfo {
    /// True if the planes are green, blue and red: 4:4:4 with MatrixCoefficients 0 (H.273).
    pub fn is_gbr(&self) -> bool {
        self.color.matrix == Some(0) && self.format.is_444()
    }

    /// A frame of `format` that shows all its pixels, square, upright, colour unknown, at time 0.
    pub fn of_size(format: PixelFormat, width: u32, height: u32) -> Self {
        Self {
            format,
            coded_width: width,
            coded_height: height,
            visible: Rect::of_size(width, height),
            display_width: width,
            display_height: height,
            rotation: 0,
            flip: false,
            color: Color::default(),
            timestamp_us: 0,
            duration_us: None,
            id: 0,
            reference_lost: false,
        }
    }

    /// Checks what the types cannot: the visible rectangle, the display size, the turn.
    ///
    /// # Errors
    /// `InvalidArgument` naming the member and what is allowed.
    pub fn check(&self) -> Result<()> {
        check_rect(self.format, self.visible, self.coded_width, self.coded_height)
            .map_err(|error| error.context("visible rectangle"))?;
        if self.display_width == 0 || self.display_height == 0 {
            return Err(Error::invalid("display_width and display_height must not be 0"));
        }
        if !matches!(self.rotation, 0 | 90 | 180 | 270) {
            return Err(Error::invalid(format!(
                "rotation is {}, allowed are 0, 90, 180 and 270",
                self.rotation
            )));
        }
        Ok(())
    }
}

/// A frame. Its pixels are the host's to write until it is first enqueued; from then on nobody writes.
pub struct VideoFrame {
    info: VideoInfo,
    planes: Planes,
    frozen: AtomicBool,
    /// Kept for its Drop, which frees the memory; shared with the frames derived from this one.
    owner: Arc<dyn Any + Send + Sync>,
}

impl VideoFrame {
    /// A writable frame with memory from the pool, rows aligned to 64 bytes.
    ///
    /// # Errors
    /// `InvalidArgument` for impossible sizes, `OutOfMemory`.
    pub fn allocate(info: VideoInfo) -> Result<Self> {
        let layout = Layout::aligned(info.format, info.coded_width, info.coded_height, ALIGN_BYTES)?;
        info.check()?;
        let buffer = Buffer::take(layout.size_bytes)?;
        // SAFETY: the buffer has `size_bytes` bytes.
        let planes = unsafe { Planes::in_buffer(buffer.start(), &layout) };
        Ok(Self { info, planes, frozen: AtomicBool::new(false), owner: Arc::new(buffer) })
    }

    /// A frame around memory of `owner`, which is dropped (on whatever thread) with the last reference.
    ///
    /// # Errors
    /// `InvalidArgument` if `info` contradicts itself; `owner` is dropped then, too.
    ///
    /// # Safety
    /// `planes` has the planes of `info`'s format and coded size, they are readable until `owner` is dropped,
    /// and nobody writes to them while the frame is being read.
    pub unsafe fn wrap(info: VideoInfo, planes: Planes, owner: Arc<dyn Any + Send + Sync>) -> Result<Self> {
        info.check()?;
        Ok(Self { info, planes, frozen: AtomicBool::new(false), owner })
    }

    /// The same pixels with other facts. Nobody writes to them from then on.
    ///
    /// # Errors
    /// `InvalidArgument` if `info` contradicts itself, or has another coded size or format (the opaque form of the
    /// frame's own is allowed).
    pub fn derive(&self, info: VideoInfo) -> Result<Self> {
        let own = &self.info;
        if info.format != own.format && info.format != own.format.opaque() {
            let (asked, name, opaque) = (info.format.name(), own.format.name(), own.format.opaque().name());
            return Err(Error::invalid(format!("format is {asked}, allowed are {name} and {opaque}")));
        }
        if (info.coded_width, info.coded_height) != (own.coded_width, own.coded_height) {
            return Err(Error::invalid(format!(
                "the coded size is {}x{}, that of the frame's pixels is {}x{}",
                info.coded_width, info.coded_height, own.coded_width, own.coded_height
            )));
        }
        info.check()?;
        self.freeze();
        let planes = Planes::from_parts(self.planes.iter().take(info.format.planes().len()).copied());
        Ok(Self { info, planes, frozen: AtomicBool::new(true), owner: Arc::clone(&self.owner) })
    }

    /// How many frames share the memory: this one and those derived from it, or it from them.
    pub fn sharers(&self) -> usize {
        Arc::strong_count(&self.owner)
    }

    /// The facts.
    pub fn info(&self) -> &VideoInfo {
        &self.info
    }

    /// All planes, of the coded size.
    pub fn planes(&self) -> &Planes {
        &self.planes
    }

    /// The planes of the visible rectangle.
    pub fn visible_planes(&self) -> Planes {
        self.planes.crop(self.info.format, self.info.visible)
    }

    /// Ends the host's right to write: the codec reads the pixels from now on.
    pub fn freeze(&self) {
        self.frozen.store(true, Ordering::Release);
    }

    /// Fills the coded picture from tightly packed bytes in the frame's own format.
    ///
    /// # Errors
    /// `InvalidState` once enqueued, `InvalidArgument` if the size is not exactly that of the picture.
    pub fn copy_from(&self, bytes: &[u8]) -> Result<()> {
        if self.frozen.load(Ordering::Acquire) {
            return Err(Error::new(
                Kind::InvalidState,
                "frame: it was enqueued, its pixels cannot change any more",
            ));
        }
        let info = &self.info;
        let packed = Layout::aligned(info.format, info.coded_width, info.coded_height, 1)?;
        if packed.size_bytes != bytes.len() {
            let (name, want) = (info.format.name(), packed.size_bytes);
            let (w, h, got) = (info.coded_width, info.coded_height, bytes.len());
            return Err(Error::invalid(format!("size is {got}, a {w}x{h} {name} frame has {want} bytes")));
        }
        for (plane, place) in self.planes.iter().zip(packed.planes()) {
            let data = std::ptr::NonNull::from(&bytes[place.offset_bytes]);
            let (stride_bytes, row_bytes, rows) = (place.stride_bytes, place.row_bytes, place.rows);
            let source = Plane { data, stride_bytes, row_bytes, rows };
            // SAFETY: `bytes` has the whole packed layout; the frame's planes are writable until it is
            // frozen, which was checked, and the C contract forbids enqueueing it during this call.
            unsafe { source.copy_to(plane) };
        }
        Ok(())
    }
}

impl fmt::Debug for VideoFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VideoFrame").field("info", &self.info).finish_non_exhaustive()
    }
}
