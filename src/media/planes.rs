//! The planes of a picture in memory, as raw parts. What keeps them alive is the frame's owner.

use std::ptr::NonNull;

use super::{Layout, PixelFormat, Rect, plane_extent};

/// One plane: `rows` rows of `row_bytes` bytes, `stride_bytes` apart.
#[derive(Clone, Copy, Debug)]
pub struct Plane {
    /// First byte of the first row.
    pub data: NonNull<u8>,
    /// Bytes from one row to the next; never less than `row_bytes`.
    pub stride_bytes: usize,
    /// Bytes of picture in a row.
    pub row_bytes: usize,
    /// Rows.
    pub rows: u32,
}

/// The planes of one picture.
#[derive(Clone, Copy, Debug)]
pub struct Planes {
    planes: [Option<Plane>; 4],
}

// SAFETY: these are addresses; whoever reads through them answers for the memory (see `Plane::bytes`).
unsafe impl Send for Plane {}
// SAFETY: as above.
unsafe impl Sync for Plane {}

impl Planes {
    /// The planes of `layout` in the buffer that begins at `base`.
    ///
    /// # Safety
    /// `base` points at `layout.size_bytes` bytes.
    pub unsafe fn in_buffer(base: NonNull<u8>, layout: &Layout) -> Self {
        let mut planes = [None; 4];
        for (slot, plane) in planes.iter_mut().zip(layout.planes()) {
            // SAFETY: `Layout` keeps offset + stride x rows <= size_bytes, and the caller owns that many.
            let data = unsafe { base.add(plane.offset_bytes) };
            let (stride_bytes, row_bytes, rows) = (plane.stride_bytes, plane.row_bytes, plane.rows);
            *slot = Some(Plane { data, stride_bytes, row_bytes, rows });
        }
        Self { planes }
    }

    /// Planes that something else laid out; the caller has checked strides and rows against the format.
    pub fn from_parts(parts: impl IntoIterator<Item = Plane>) -> Self {
        let mut planes = [None; 4];
        for (slot, plane) in planes.iter_mut().zip(parts) {
            *slot = Some(plane);
        }
        Self { planes }
    }

    /// The planes, in the format's order.
    pub fn iter(&self) -> impl Iterator<Item = &Plane> {
        self.planes.iter().flatten()
    }

    /// Plane `index`.
    ///
    /// # Panics
    /// If the format has no such plane.
    pub fn get(&self, index: usize) -> &Plane {
        self.planes[index].as_ref().expect("the caller knows the format's planes")
    }

    /// Bytes of picture in all planes, without row padding.
    pub fn bytes(&self) -> u64 {
        self.iter().map(|plane| plane.row_bytes as u64 * u64::from(plane.rows)).sum()
    }

    /// The planes of `rect`, which lies on sample boundaries of `format` inside the picture (`check_rect`).
    pub fn crop(&self, format: PixelFormat, rect: Rect) -> Self {
        let shapes = format.planes();
        Self::from_parts(self.iter().zip(shapes).enumerate().map(|(index, (plane, shape))| {
            let left = (rect.x / shape.sub_x) as usize * shape.step_bytes as usize;
            let top = (rect.y / shape.sub_y) as usize * plane.stride_bytes;
            let (row_bytes, rows) = plane_extent(format, index, rect.width, rect.height);
            // SAFETY: the rectangle lies inside the picture, so its first sample lies inside the plane.
            let data = unsafe { plane.data.add(top + left) };
            Plane { data, stride_bytes: plane.stride_bytes, row_bytes, rows }
        }))
    }
}

impl Plane {
    /// Bytes from the first sample to the last: the last row has no padding after it.
    pub fn span_bytes(&self) -> usize {
        self.stride_bytes * (self.rows as usize).saturating_sub(1) + self.row_bytes
    }

    /// The plane's memory, padding between rows included.
    ///
    /// # Safety
    /// The memory is alive for `'a` and nobody writes to it.
    pub unsafe fn bytes<'a>(&self) -> &'a [u8] {
        // SAFETY: whoever made the plane established `span_bytes` bytes at `data`; the caller, their life.
        unsafe { std::slice::from_raw_parts(self.data.as_ptr(), self.span_bytes()) }
    }

    /// Copies the picture bytes of `self` to `dest`, row by row, or at once where both are packed alike.
    ///
    /// # Safety
    /// Both are alive, do not overlap, `dest` is writable and has at least as many rows and row bytes.
    pub unsafe fn copy_to(&self, dest: &Plane) {
        debug_assert!(dest.row_bytes >= self.row_bytes && dest.rows >= self.rows);
        let (source, target) = (self.data.as_ptr(), dest.data.as_ptr());
        // SAFETY: the caller established both memories; every offset stays below each plane's span.
        unsafe {
            if self.stride_bytes == self.row_bytes && dest.stride_bytes == self.row_bytes {
                std::ptr::copy_nonoverlapping(source, target, self.row_bytes * self.rows as usize);
                return;
            }
            for row in 0..self.rows as usize {
                let (from, to) = (source.add(row * self.stride_bytes), target.add(row * dest.stride_bytes));
                std::ptr::copy_nonoverlapping(from, to, self.row_bytes);
            }
        }
    }
}
