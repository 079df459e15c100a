//! Where the planes of a picture lie in one buffer, and how large that buffer is.
//!
//! Source: W3C WebCodecs, "Compute Layout and Allocation Size". All arithmetic is checked: sizes come
//! from hosts that may be hostile.

use super::{PixelFormat, Rect};
use crate::error::{Error, Result};

/// The largest coded width and height accepted, in pixels. The codecs stop at or before 16,384; twice
/// that leaves room for pictures that are only cropped or scaled.
pub const MAX_SIDE: u32 = 32_768;

/// One plane in a buffer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlaneLayout {
    /// Bytes from the start of the buffer.
    pub offset_bytes: usize,
    /// Bytes from one row to the next.
    pub stride_bytes: usize,
    /// Bytes of picture in a row.
    pub row_bytes: usize,
    /// Rows.
    pub rows: u32,
}

/// The planes of a picture in one buffer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    planes: [PlaneLayout; 4],
    count: usize,
    /// Bytes that the whole picture needs.
    pub size_bytes: usize,
}

/// Bytes in a row, and rows, of plane `index` of a `width` x `height` picture: odd sizes round up.
pub fn plane_extent(format: PixelFormat, index: usize, width: u32, height: u32) -> (usize, u32) {
    let shape = format.planes()[index];
    let groups = width.div_ceil(shape.sub_x);
    (groups as usize * shape.step_bytes as usize, height.div_ceil(shape.sub_y))
}

impl Layout {
    /// The layout with every row starting on a multiple of `align_bytes` (a power of two; 1 is tightly packed).
    ///
    /// # Errors
    /// `InvalidArgument` if a side is 0 or above [`MAX_SIDE`].
    pub fn aligned(format: PixelFormat, width: u32, height: u32, align_bytes: usize) -> Result<Self> {
        Self::build(format, width, height, |_, row_bytes, end| {
            let up = |bytes: usize| bytes.next_multiple_of(align_bytes);
            (up(end), up(row_bytes))
        })
    }

    /// The layout that the caller asks for: `asked[i]` is (offset, stride) of plane i, a stride of 0 means tight.
    ///
    /// # Errors
    /// `InvalidArgument` if a count, a stride or an overlap is wrong; the text names the plane.
    pub fn explicit(format: PixelFormat, width: u32, height: u32, asked: &[(u64, u64)]) -> Result<Self> {
        if asked.len() != format.planes().len() {
            let (want, name) = (format.planes().len(), format.name());
            return Err(Error::invalid(format!("layout has {} planes, {name} has {want}", asked.len())));
        }
        let layout = Self::build(format, width, height, |index, row_bytes, _| {
            let (offset, stride) = asked[index];
            let stride = if stride == 0 { row_bytes } else { usize::try_from(stride).unwrap_or(usize::MAX) };
            (usize::try_from(offset).unwrap_or(usize::MAX), stride)
        })?;
        layout.check_overlap()?;
        Ok(layout)
    }

    fn build(
        format: PixelFormat,
        width: u32,
        height: u32,
        mut place: impl FnMut(usize, usize, usize) -> (usize, usize),
    ) -> Result<Self> {
        check_side("width", width)?;
        check_side("height", height)?;
        let count = format.planes().len();
        let mut layout = Layout { planes: Default::default(), count, size_bytes: 0 };
        for index in 0..count {
            let (row_bytes, rows) = plane_extent(format, index, width, height);
            let (offset_bytes, stride_bytes) = place(index, row_bytes, layout.size_bytes);
            let plane = PlaneLayout { offset_bytes, stride_bytes, row_bytes, rows };
            layout.size_bytes = layout.size_bytes.max(plane.end(index)?);
            layout.planes[index] = plane;
        }
        Ok(layout)
    }

    /// The planes, in the format's order.
    pub fn planes(&self) -> &[PlaneLayout] {
        &self.planes[..self.count]
    }

    fn check_overlap(&self) -> Result<()> {
        for (index, plane) in self.planes().iter().enumerate() {
            for (before, other) in self.planes()[..index].iter().enumerate() {
                let apart =
                    plane.offset_bytes >= other.end(before)? || other.offset_bytes >= plane.end(index)?;
                if !apart {
                    return Err(Error::invalid(format!("layout: planes {before} and {index} overlap")));
                }
            }
        }
        Ok(())
    }
}

impl PlaneLayout {
    /// One past the last byte, checked.
    fn end(&self, index: usize) -> Result<usize> {
        if self.stride_bytes < self.row_bytes {
            let (stride, row) = (self.stride_bytes, self.row_bytes);
            let text = format!("layout: plane {index} has a stride of {stride} bytes, a row needs {row}");
            return Err(Error::invalid(text));
        }
        self.stride_bytes
            .checked_mul(self.rows as usize)
            .and_then(|bytes| bytes.checked_add(self.offset_bytes))
            .filter(|end| *end <= isize::MAX as usize)
            .ok_or_else(|| Error::invalid(format!("layout: plane {index} exceeds the address space")))
    }
}

fn check_side(name: &str, side: u32) -> Result<()> {
    if (1..=MAX_SIDE).contains(&side) {
        return Ok(());
    }
    Err(Error::invalid(format!("{name} is {side}, allowed are 1 to {MAX_SIDE}")))
}

/// Checks that `rect` lies in a `width` x `height` picture of `format`, on sample boundaries.
///
/// # Errors
/// `InvalidArgument` naming the rectangle and what is allowed.
pub fn check_rect(format: PixelFormat, rect: Rect, width: u32, height: u32) -> Result<()> {
    let (align_x, align_y) = format.alignment();
    let Rect { x, y, width: w, height: h } = rect;
    if !rect.fits(width, height) {
        let text = format!("rectangle {w}x{h} at ({x}, {y}) does not fit into {width}x{height}");
        return Err(Error::invalid(text));
    }
    if x % align_x != 0 || y % align_y != 0 {
        let name = format.name();
        let text = format!(
            "rectangle at ({x}, {y}) breaks the sample alignment of {name}: multiples of ({align_x}, {align_y})"
        );
        return Err(Error::invalid(text));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_sizes_round_chroma_up() {
        let layout = Layout::aligned(PixelFormat::I420, 3, 5, 1).unwrap();
        assert_eq!(layout.size_bytes, 3 * 5 + 2 * (2 * 3));
        let layout = Layout::aligned(PixelFormat::Nv12, 1, 1, 1).unwrap();
        assert_eq!(layout.size_bytes, 1 + 2);
        let layout = Layout::aligned(PixelFormat::I422AP12, 3, 2, 1).unwrap();
        assert_eq!(layout.size_bytes, 2 * (3 * 2 + 2 * (2 * 2) + 3 * 2));
    }

    #[test]
    fn hostile_layouts_are_refused_by_name() {
        let text = |asked: &[(u64, u64)]| Layout::explicit(PixelFormat::I420, 4, 4, asked).unwrap_err().text;
        assert!(text(&[(0, 4), (16, 2)]).contains("2 planes, I420 has 3"));
        assert!(text(&[(0, 3), (16, 2), (20, 2)]).contains("plane 0 has a stride of 3"));
        assert!(text(&[(0, 4), (15, 2), (20, 2)]).contains("planes 0 and 1 overlap"));
        assert!(text(&[(u64::MAX, 4), (16, 2), (20, 2)]).contains("exceeds"));
        assert!(text(&[(0, u64::MAX), (16, 2), (20, 2)]).contains("exceeds"));
        assert!(Layout::aligned(PixelFormat::Rgba, 0, 4, 1).unwrap_err().text.contains("width is 0"));
        assert!(Layout::aligned(PixelFormat::Rgba, 4, u32::MAX, 1).unwrap_err().text.contains("height"));
    }
}
