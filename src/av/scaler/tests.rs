//! Against the `ffmpeg` command, and by what must hold of any scaler.

use std::io::Write;
use std::process::{Command, Stdio};

use super::*;
use crate::media::{Color, Layout, plane_extent};

const CANARY: u8 = 0xa5;

/// A picture with gaps between and around its planes' rows.
struct Canvas {
    bytes: Vec<u8>,
    layout: Layout,
    picture: (PixelFormat, u32, u32),
}

impl Canvas {
    fn new(format: PixelFormat, width: u32, height: u32, gap: usize) -> Self {
        let mut end = 33;
        let places: Vec<_> = (0..format.planes().len())
            .map(|index| {
                let (row_bytes, rows) = plane_extent(format, index, width, height);
                let place = (end as u64, (row_bytes + gap) as u64);
                end += (row_bytes + gap) * rows as usize + 33;
                place
            })
            .collect();
        let layout = Layout::explicit(format, width, height, &places).unwrap();
        Self { bytes: vec![CANARY; end], layout, picture: (format, width, height) }
    }

    /// Sets each sample to `value(plane, byte in the row, row)`.
    fn fill(mut self, value: impl Fn(usize, usize, usize) -> u8) -> Self {
        self.each(|place, byte| *byte = place.map_or(CANARY, |(plane, x, y)| value(plane, x, y)));
        self
    }

    /// Visits every byte with its place, `None` outside the rows.
    fn each(&mut self, mut visit: impl FnMut(Option<(usize, usize, usize)>, &mut u8)) {
        for (at, byte) in self.bytes.iter_mut().enumerate() {
            let place = self.layout.planes().iter().enumerate().find_map(|(index, plane)| {
                let inside = at.checked_sub(plane.offset_bytes)?;
                let (y, x) = (inside / plane.stride_bytes, inside % plane.stride_bytes);
                (y < plane.rows as usize && x < plane.row_bytes).then_some((index, x, y))
            });
            visit(place, byte);
        }
    }

    fn picture(&mut self) -> Picture {
        let (format, width, height) = self.picture;
        // SAFETY: `bytes` holds the whole layout.
        let planes = unsafe { Planes::in_buffer(NonNull::from(&mut self.bytes[..]).cast(), &self.layout) };
        Picture { format, planes, width, height, color: Color::default() }
    }

    /// The samples, tightly packed; fails the test if a byte outside of them changed.
    fn packed(&mut self) -> Vec<u8> {
        let mut packed = Vec::new();
        self.each(|place, byte| match place {
            Some(_) => packed.push(*byte),
            None => assert_eq!(*byte, CANARY, "a stray write"),
        });
        packed
    }
}

fn scale(scaler: &mut Scaler, source: &mut Canvas, to: (u32, u32)) -> Vec<u8> {
    let dest = VideoFrame::allocate(VideoInfo::of_size(source.picture.0, to.0, to.1)).unwrap();
    let mut packed = Canvas::new(source.picture.0, to.0, to.1, 0);
    // SAFETY: both canvases own their memory, and the frame is ours alone.
    unsafe {
        scaler.scale(&source.picture(), &dest).unwrap();
        copy(dest.planes(), &packed.picture().planes);
    }
    packed.packed()
}

fn ffmpeg(source: &mut Canvas, to: (u32, u32), flags: &str) -> Vec<u8> {
    let (format, width, height) = source.picture;
    let pixels = if format == PixelFormat::Nv12 { "nv12" } else { "yuv420p" };
    let filter = format!("scale={}:{}:flags={flags}+accurate_rnd", to.0, to.1);
    let raw = format!("-f rawvideo -pix_fmt {pixels}");
    let arguments = format!(
        "-hide_banner -loglevel error {raw} -s {width}x{height} -i - -vf {filter} {raw} -frames:v 1 -"
    );
    let mut child = Command::new("ffmpeg")
        .args(arguments.split_whitespace())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&source.packed()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    output.stdout
}

const FORMATS: [PixelFormat; 2] = [PixelFormat::I420, PixelFormat::Nv12];

#[test]
fn a_flat_colour_stays_flat_at_every_size_and_stride() {
    const SIDES: [u32; 10] = [1, 2, 3, 5, 8, 15, 17, 33, 64, 101];
    let mut scaler = Scaler::new();
    for format in FORMATS {
        let flat = |plane: usize, x: usize| match (plane, format) {
            (0, _) => 235,
            (_, PixelFormat::Nv12) => [90, 240][x % 2],
            _ => [90, 240][plane - 1],
        };
        for (index, (from, to)) in SIDES.iter().flat_map(|from| SIDES.map(|to| (*from, to))).enumerate() {
            let (from, to) = ((from, SIDES[index % 10]), (to, SIDES[index / 3 % 10]));
            let gap = [0, 3, 64][index % 3];
            let mut source = Canvas::new(format, from.0, from.1, gap).fill(|plane, x, _| flat(plane, x));
            let mut wanted = Canvas::new(format, to.0, to.1, 0).fill(|plane, x, _| flat(plane, x));
            let ours = scale(&mut scaler, &mut source, to);
            assert_eq!(ours, wanted.packed(), "{} {from:?} to {to:?}", format.name());
        }
    }
}

#[test]
fn it_is_what_the_ffmpeg_command_makes() {
    let mut scaler = Scaler::new();
    for format in FORMATS {
        for (from, to, flags) in [
            ((320, 180), (160, 90), "area"),
            ((321, 181), (100, 77), "area"),
            ((320, 180), (640, 361), "bicubic"),
            ((64, 200), (90, 100), "bicubic"),
        ] {
            let gradient = |plane: usize, x: usize, y: usize| (plane * 60 + x / 2 + y) as u8;
            let mut source = Canvas::new(format, from.0, from.1, 5).fill(gradient);
            let theirs = ffmpeg(&mut source, to, flags);
            let ours = scale(&mut scaler, &mut source, to);
            assert_eq!(ours.len(), theirs.len());
            let far = ours.iter().zip(&theirs).map(|(ours, theirs)| ours.abs_diff(*theirs)).max();
            assert!(far <= Some(1), "{} {from:?} to {to:?}: {far:?}", format.name());
        }
    }
}

#[test]
fn the_largest_sides_work_and_what_cannot_be_done_is_said() {
    let mut scaler = Scaler::new();
    for (from, to) in
        [((16_384, 2), (1, 1)), ((4, 4), (16_384, 2)), ((2, 16_384), (3, 5)), ((3, 5), (2, 16_384))]
    {
        let mut source =
            Canvas::new(PixelFormat::I420, from.0, from.1, 0).fill(|plane, _, _| 40 + plane as u8);
        let ours = scale(&mut scaler, &mut source, to);
        let mut wanted = Canvas::new(PixelFormat::I420, to.0, to.1, 0).fill(|plane, _, _| 40 + plane as u8);
        assert!(ours == wanted.packed(), "{from:?} to {to:?}");
    }
    let mut error = |from, to, side| {
        let mut source = Canvas::new(from, 1, 1, 0);
        let dest = VideoFrame::allocate(VideoInfo::of_size(to, side, 2)).unwrap();
        // SAFETY: the canvas owns its memory, and the frame is ours alone.
        unsafe { scaler.scale(&source.picture(), &dest) }.unwrap_err()
    };
    let differs = error(PixelFormat::I420, PixelFormat::Nv12, 8);
    assert_eq!(differs.kind, Kind::NotSupported);
    assert_eq!(differs.text, "scaling from I420 to NV12 changes the format");
}

/// swscale's filters have a longest length, which some pairs of sizes need more than.
#[test]
fn any_size_becomes_any_other() {
    let mut scaler = Scaler::new();
    let sides = [1, 2, 16, 59, 696, 720, 5_000, 32_768];
    let pairs = sides.iter().flat_map(|from| sides.map(|to| (*from, to)));
    let mut shapes: Vec<_> = pairs.clone().map(|(from, to)| ((from, 3), (to, 2))).collect();
    shapes.extend(pairs.map(|(from, to)| ((2, from), (3, to))));
    shapes.extend([
        ((696, 59), (16, 720)),
        ((59, 696), (720, 16)),
        ((32_768, 1), (1, 32_768)),
        ((1, 1), (16_384, 2)),
    ]);
    for (from, to) in shapes {
        let flat = |plane: usize, _: usize, _: usize| 40 + 10 * plane as u8;
        let ours = scale(&mut scaler, &mut Canvas::new(PixelFormat::I420, from.0, from.1, 0).fill(flat), to);
        let mut wanted = Canvas::new(PixelFormat::I420, to.0, to.1, 0).fill(flat);
        assert!(ours == wanted.packed(), "{from:?} to {to:?}");
    }
}

/// In steps as in one: a slope stays a slope, by arithmetic.
#[test]
fn steps_keep_the_picture() {
    let mut scaler = Scaler::new();
    let (from, to) = ((696, 59), (16, 720));
    let value = |x: f64, y: f64| 20.0 + 100.0 * x + 100.0 * y; // x and y from 0 to 1
    let at = |index: usize, side: u32| (index as f64 + 0.5) / f64::from(side);
    let mut source = Canvas::new(PixelFormat::I420, from.0, from.1, 0).fill(|plane, x, y| match plane {
        0 => value(at(x, from.0), at(y, from.1)).round() as u8,
        _ => 128,
    });
    let ours = scale(&mut scaler, &mut source, to);
    for (index, luma) in ours[..16 * 720].iter().enumerate() {
        let (x, y) = (at(index % 16, to.0), at(index / 16, to.1));
        let edge = 100.0 / 59.0; // beyond the first and the last sample nothing is known
        assert!((f64::from(*luma) - value(x, y)).abs() <= edge + 1.0, "{x} {y}: {luma}");
    }
}
