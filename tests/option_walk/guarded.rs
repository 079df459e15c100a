//! Frames whose planes lie between pages that nobody may touch.

use crate::c_api::*;

/// Rows of as many bytes; one plane of luma is one page.
pub const SIDE: usize = 64;
const PAGE: usize = 4096;

/// `size` bytes of at most a page, for ever, of a value each: at the end of the page, or at its beginning. The pages
/// before and after cannot be touched.
fn guarded(size: usize, at_end: bool, value: impl Fn(usize) -> u8) -> *mut u8 {
    assert!(size <= PAGE);
    let protection = libc::PROT_READ | libc::PROT_WRITE;
    // SAFETY: fresh pages, which nobody else has; the middle one may be written.
    unsafe {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        let pages = libc::mmap(std::ptr::null_mut(), 3 * PAGE, libc::PROT_NONE, flags, -1, 0);
        assert_ne!(pages, libc::MAP_FAILED);
        let page = pages.cast::<u8>().add(PAGE);
        assert_eq!(libc::mprotect(page.cast(), PAGE, protection), 0);
        let plane = if at_end { page.add(PAGE - size) } else { page };
        (0..size).for_each(|index| plane.add(index).write(value(index)));
        plane
    }
}

/// Views of pictures in I420, whose planes touch the pages behind them and those before them in turn.
pub fn guarded_frames(count: usize) -> Vec<Frame> {
    static PICTURES: std::sync::OnceLock<Vec<[usize; 3]>> = std::sync::OnceLock::new();
    let pictures = PICTURES.get_or_init(|| {
        let plane = |size, picture: usize, rate: usize| {
            guarded(size, picture.is_multiple_of(2), |at| (at * rate + (at / SIDE) * 3 + picture * 29) as u8)
                .expose_provenance()
        };
        let chroma = SIDE * SIDE / 4;
        (0..4)
            .map(|index| [plane(SIDE * SIDE, index, 5), plane(chroma, index, 1), plane(chroma, index, 2)])
            .collect()
    });
    (0..count)
        .map(|index| {
            let mut info = video_info(FG_PIXEL_I420, SIDE as u32, SIDE as u32);
            (info.timestamp_us, info.id) = (index as i64 * 33_333, index as u64);
            let mut planes = pod!(fg_planes);
            planes.count = 3;
            for (plane, address) in pictures[index % pictures.len()].into_iter().enumerate() {
                planes.data[plane] = std::ptr::with_exposed_provenance_mut(address);
                planes.stride[plane] = if plane == 0 { SIDE } else { SIDE / 2 } as u64;
            }
            Frame::wrap(&info, &planes).unwrap()
        })
        .collect()
}
