//! Conversion by the functions of the `yuv` crate, which want slices of whole rows.
//!
//! The crate cuts slices into chunks of a stride (or two, for 4:2:0) and passes over a last chunk that is
//! shorter. But the bytes behind the last row's last sample belong to nobody here: the picture may be a crop
//! at the very end of its memory. So all rows but the last group go to the crate where they are, and the last
//! group through small packed pictures on the stack.

use std::ptr::NonNull;
use std::slice::{from_raw_parts, from_raw_parts_mut};

use yuv::{
    BufferStoreMut, YuvBiPlanarImage, YuvBiPlanarImageMut, YuvConversionMode, YuvPlanarImage,
    YuvPlanarImageMut, YuvPlanarImageWithAlpha, YuvRange, YuvStandardMatrix,
};

use super::Picture;
use super::table::Function;
use crate::error::{Error, Kind, Result};
use crate::media::{Color, Layout, Plane, Planes, Rect};

/// Pixels across of one packed picture on the stack; a multiple of every sample group.
const TILE_WIDTH: u32 = 256;

/// Room for two rows of the largest formats, four bytes a pixel, `TILE_WIDTH` wide.
struct Tile([u8; 2 * 4 * TILE_WIDTH as usize]);

/// Converts with `function`.
///
/// # Safety
/// As for `super::convert`; `function` is the one for the two formats, the sizes are equal.
pub unsafe fn convert(function: &Function, source: &Picture, dest: &Picture) -> Result<()> {
    let color = if source.format.is_rgb() { dest.color } else { source.color };
    let group = source.format.alignment().1.max(dest.format.alignment().1);
    let (width, height) = (source.width, source.height);
    let direct = (height - 1) / group * group;
    // SAFETY: the rectangles lie inside both pictures on sample boundaries: `direct` and TILE_WIDTH are
    // multiples of the group. Behind the first `direct` rows comes another, so each has its full stride.
    unsafe {
        if direct > 0 {
            let rows = Rect::of_size(width, direct);
            call(function, &source.crop(rows), &dest.crop(rows), &color)?;
        }
        for y in (direct..height).step_by(group as usize) {
            for x in (0..width).step_by(TILE_WIDTH as usize) {
                let rect = Rect { x, y, width: TILE_WIDTH.min(width - x), height: group.min(height - y) };
                through_tile(function, &source.crop(rect), &dest.crop(rect), &color)?;
            }
        }
    }
    Ok(())
}

/// Converts a picture of at most TILE_WIDTH x 2 pixels by way of packed copies.
///
/// # Safety
/// As for [`convert`].
unsafe fn through_tile(function: &Function, source: &Picture, dest: &Picture, color: &Color) -> Result<()> {
    let (mut from, mut to) = (Tile([0; _]), Tile([0; _]));
    let (packed_source, packed_dest) = (packed(source, &mut from)?, packed(dest, &mut to)?);
    // SAFETY: the packed pictures have the same planes as the ones that they are copied from and to, and
    // their rows follow each other without gaps, so each row has its full stride.
    unsafe {
        source.planes.iter().zip(packed_source.planes.iter()).for_each(|(from, to)| from.copy_to(to));
        call(function, &packed_source, &packed_dest, color)?;
        packed_dest.planes.iter().zip(dest.planes.iter()).for_each(|(from, to)| from.copy_to(to));
    }
    Ok(())
}

/// A tightly packed picture like `picture`, in `tile`.
fn packed(picture: &Picture, tile: &mut Tile) -> Result<Picture> {
    let layout = Layout::aligned(picture.format, picture.width, picture.height, 1)?;
    assert!(layout.size_bytes <= tile.0.len());
    // SAFETY: the tile has the layout's bytes, as asserted.
    let planes = unsafe { Planes::in_buffer(NonNull::from(&mut tile.0).cast(), &layout) };
    Ok(Picture { planes, ..*picture })
}

/// One call of the crate.
///
/// # Safety
/// As for [`convert`], and every row of both pictures has its full stride of memory.
unsafe fn call(function: &Function, source: &Picture, dest: &Picture, color: &Color) -> Result<()> {
    let range = if color.full_range == Some(true) { YuvRange::Full } else { YuvRange::Limited };
    let (matrix, mode) = (matrix(color), YuvConversionMode::Professional);
    // SAFETY: the caller's.
    let outcome = unsafe {
        match *function {
            Function::RgbToPlanar(function) => {
                let (rgb, stride) = samples(source, 0)?;
                function(&mut planar_mut(dest)?, rgb, stride, range, matrix, mode)
            }
            Function::RgbToNv(function) => {
                let (rgb, stride) = samples(source, 0)?;
                function(&mut nv_mut(dest)?, rgb, stride, range, matrix, mode)
            }
            Function::NvToRgb(function) => {
                let (rgb, stride) = samples_mut(dest, 0)?;
                function(&nv(source)?, rgb, stride, range, matrix, mode)
            }
            Function::PlanarToRgb(function) => {
                let (rgb, stride) = samples_mut(dest, 0)?;
                function(&planar(source)?, rgb, stride, range, matrix)
            }
            Function::AlphaToRgb(function) => {
                let (rgb, stride) = samples_mut(dest, 0)?;
                function(&with_alpha(source)?, rgb, stride, range, matrix, false)
            }
            Function::Shuffle(function) => {
                let ((from, from_stride), (to, to_stride)) = (samples(source, 0)?, samples_mut(dest, 0)?);
                function(from, from_stride, to, to_stride, source.width, source.height)
            }
        }
    };
    outcome.map_err(|error| Error::new(Kind::Internal, format!("pixel conversion: {error}")))
}

/// H.273 MatrixCoefficients as the crate's; what it does not have, and what is unknown, is BT.709.
pub fn matrix(color: &Color) -> YuvStandardMatrix {
    match color.matrix {
        Some(4) => YuvStandardMatrix::Fcc,
        Some(5 | 6) => YuvStandardMatrix::Bt601,
        Some(7) => YuvStandardMatrix::Smpte240,
        Some(9) => YuvStandardMatrix::Bt2020,
        _ => YuvStandardMatrix::Bt709,
    }
}

/// Plane `index` and its stride.
///
/// # Safety
/// The plane is readable for `'a`, with a full stride for each row.
unsafe fn samples<'a>(picture: &Picture, index: usize) -> Result<(&'a [u8], u32)> {
    let (plane, stride, bytes) = extent(picture, index)?;
    // SAFETY: the caller's; `bytes` is rows x stride.
    Ok((unsafe { from_raw_parts(plane.data.as_ptr(), bytes) }, stride))
}

/// As [`samples`], to write to.
///
/// # Safety
/// As for [`samples`], writable, and nobody else uses the plane.
unsafe fn samples_mut<'a>(picture: &Picture, index: usize) -> Result<(&'a mut [u8], u32)> {
    let (plane, stride, bytes) = extent(picture, index)?;
    // SAFETY: the caller's.
    Ok((unsafe { from_raw_parts_mut(plane.data.as_ptr(), bytes) }, stride))
}

/// Plane `index`, its stride, and the bytes of all its rows.
fn extent(picture: &Picture, index: usize) -> Result<(&Plane, u32, usize)> {
    let plane = picture.planes.get(index);
    let stride = u32::try_from(plane.stride_bytes).map_err(|_| {
        let stride = plane.stride_bytes;
        Error::invalid(format!("plane {index} has a stride of {stride} bytes, allowed are {}", u32::MAX))
    })?;
    Ok((plane, stride, plane.stride_bytes * plane.rows as usize))
}

/// # Safety
/// As for [`samples`], for three planes. The other pictures below likewise, with their planes.
unsafe fn planar<'a>(picture: &Picture) -> Result<YuvPlanarImage<'a, u8>> {
    // SAFETY: the caller's.
    let [(y_plane, y_stride), (u_plane, u_stride), (v_plane, v_stride)] =
        unsafe { [samples(picture, 0)?, samples(picture, 1)?, samples(picture, 2)?] };
    let (width, height) = (picture.width, picture.height);
    Ok(YuvPlanarImage { y_plane, y_stride, u_plane, u_stride, v_plane, v_stride, width, height })
}

/// # Safety
/// See [`planar`].
unsafe fn with_alpha<'a>(picture: &Picture) -> Result<YuvPlanarImageWithAlpha<'a, u8>> {
    // SAFETY: the caller's.
    let (colors, (a_plane, a_stride)) = unsafe { (planar(picture)?, samples(picture, 3)?) };
    let YuvPlanarImage { y_plane, y_stride, u_plane, u_stride, v_plane, v_stride, width, height } = colors;
    Ok(YuvPlanarImageWithAlpha {
        y_plane,
        y_stride,
        u_plane,
        u_stride,
        v_plane,
        v_stride,
        a_plane,
        a_stride,
        width,
        height,
    })
}

/// # Safety
/// See [`planar`].
unsafe fn nv<'a>(picture: &Picture) -> Result<YuvBiPlanarImage<'a, u8>> {
    // SAFETY: the caller's.
    let [(y_plane, y_stride), (uv_plane, uv_stride)] =
        unsafe { [samples(picture, 0)?, samples(picture, 1)?] };
    let (width, height) = (picture.width, picture.height);
    Ok(YuvBiPlanarImage { y_plane, y_stride, uv_plane, uv_stride, width, height })
}

/// # Safety
/// See [`planar`], and [`samples_mut`].
unsafe fn planar_mut<'a>(picture: &Picture) -> Result<YuvPlanarImageMut<'a, u8>> {
    // SAFETY: the caller's.
    let [(y, y_stride), (u, u_stride), (v, v_stride)] =
        unsafe { [samples_mut(picture, 0)?, samples_mut(picture, 1)?, samples_mut(picture, 2)?] };
    let [y_plane, u_plane, v_plane] = [y, u, v].map(BufferStoreMut::Borrowed);
    let (width, height) = (picture.width, picture.height);
    Ok(YuvPlanarImageMut { y_plane, y_stride, u_plane, u_stride, v_plane, v_stride, width, height })
}

/// # Safety
/// See [`planar`], and [`samples_mut`].
unsafe fn nv_mut<'a>(picture: &Picture) -> Result<YuvBiPlanarImageMut<'a, u8>> {
    // SAFETY: the caller's.
    let [(y, y_stride), (uv, uv_stride)] = unsafe { [samples_mut(picture, 0)?, samples_mut(picture, 1)?] };
    let [y_plane, uv_plane] = [y, uv].map(BufferStoreMut::Borrowed);
    let (width, height) = (picture.width, picture.height);
    Ok(YuvBiPlanarImageMut { y_plane, y_stride, uv_plane, uv_stride, width, height })
}
