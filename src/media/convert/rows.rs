//! Single rows of a plane as slices: exactly the picture's bytes, whatever the stride.

use std::slice::{from_raw_parts, from_raw_parts_mut};

use crate::media::Plane;

/// Row `y`.
///
/// # Safety
/// The plane is readable for `'a`, nobody writes to it, and it has row `y`.
pub unsafe fn row<'a>(plane: &Plane, y: u32) -> &'a [u8] {
    // SAFETY: rows are `stride_bytes` apart and `row_bytes` long; the rest is the caller's.
    unsafe { from_raw_parts(plane.data.as_ptr().add(y as usize * plane.stride_bytes), plane.row_bytes) }
}

/// Row `y`, to write to.
///
/// # Safety
/// The plane is writable for `'a`, nobody else uses row `y`, and it has that row.
#[allow(clippy::mut_from_ref)] // a plane is an address, not the owner of what it points at
pub unsafe fn row_mut<'a>(plane: &Plane, y: u32) -> &'a mut [u8] {
    // SAFETY: as in `row`.
    unsafe { from_raw_parts_mut(plane.data.as_ptr().add(y as usize * plane.stride_bytes), plane.row_bytes) }
}
