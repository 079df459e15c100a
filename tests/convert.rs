//! Pixel conversion against the matrices of H.273 in floating point, and against the ffmpeg command.

#[path = "common/image.rs"]
mod image;

use std::io::Write;
use std::process::{Command, Stdio};

use framegate::error::Kind;
use framegate::media::convert::{convert, is_supported};
use framegate::media::{Color, PixelFormat, PixelFormat::*};
use image::Image;

const RGB: [PixelFormat; 6] = [Rgba, Rgbx, Bgra, Bgrx, Rgb24, Bgr24];

/// Largest distance from the exact result, rounded: the crate rounds the mean of a group's pixels on its way,
/// and its fixed point numbers have 13 to 16 bits.
const TOLERANCE: f64 = 1.0;

fn color(matrix: u8, full_range: bool) -> Color {
    Color { matrix: Some(matrix), full_range: Some(full_range), ..Color::default() }
}

fn colors() -> impl Iterator<Item = Color> {
    [1, 5, 6, 9].into_iter().flat_map(|matrix| [false, true].map(|full| color(matrix, full)))
}

fn run(source: &mut Image, dest: &mut Image) {
    // SAFETY: both images own their memory, which fits their formats and sizes.
    unsafe { convert(&source.picture(), &dest.picture()) }.unwrap();
}

fn depth(format: PixelFormat) -> u32 {
    let name = format.name();
    if name.ends_with("P10") {
        10
    } else if name.ends_with("P12") {
        12
    } else {
        8
    }
}

/// Kr and Kb of H.273 table 4.
fn weights(color: &Color) -> (f64, f64) {
    match color.matrix {
        Some(1) | None => (0.2126, 0.0722),
        Some(5 | 6) => (0.299, 0.114),
        Some(9) => (0.2627, 0.0593),
        other => panic!("{other:?}"),
    }
}

/// Offset and size of luma, size of chroma, for `depth` bits (H.273 equations 20 to 28).
fn ranges(color: &Color, depth: u32) -> (f64, f64, f64) {
    let scale = f64::from(1u32 << (depth - 8));
    let max = f64::from((1u32 << depth) - 1);
    if color.full_range == Some(true) {
        (0.0, max, max)
    } else {
        (16.0 * scale, 219.0 * scale, 224.0 * scale)
    }
}

fn to_yuv([r, g, b]: [f64; 3], color: &Color) -> [f64; 3] {
    let ((kr, kb), (low, luma, chroma)) = (weights(color), ranges(color, 8));
    let y = kr * r + (1.0 - kr - kb) * g + kb * b;
    let (cb, cr) = ((b - y) / (2.0 * (1.0 - kb)), (r - y) / (2.0 * (1.0 - kr)));
    [low + y / 255.0 * luma, 128.0 + cb / 255.0 * chroma, 128.0 + cr / 255.0 * chroma]
        .map(|sample| sample.clamp(0.0, 255.0))
}

fn to_rgb([y, cb, cr]: [f64; 3], color: &Color, depth: u32) -> [f64; 3] {
    let ((kr, kb), (low, luma, chroma)) = (weights(color), ranges(color, depth));
    let middle = f64::from(1u32 << (depth - 1));
    let (y, cb, cr) = ((y - low) / luma, (cb - middle) / chroma, (cr - middle) / chroma);
    let (r, b) = (y + 2.0 * (1.0 - kr) * cr, y + 2.0 * (1.0 - kb) * cb);
    let g = (y - kr * r - kb * b) / (1.0 - kr - kb);
    [r, g, b].map(|sample| (sample * 255.0).clamp(0.0, 255.0))
}

/// Red, green, blue and the fourth byte of a pixel, 255 where there is none.
fn rgba(image: &Image, x: u32, y: u32) -> [u8; 4] {
    let bytes = image.format.planes()[0].step_bytes;
    let [a, g, c] = [0, 1, 2].map(|byte| image.byte(0, bytes * x + byte, y));
    let alpha = if bytes == 4 { image.byte(0, 4 * x + 3, y) } else { 255 };
    if matches!(image.format, Bgra | Bgrx | Bgr24) { [c, g, a, alpha] } else { [a, g, c, alpha] }
}

/// Luma and chroma that cover a pixel.
fn yuv(image: &Image, x: u32, y: u32) -> [f64; 3] {
    let shape = image.format.planes()[1];
    let (chroma_x, chroma_y) = (x / shape.sub_x, y / shape.sub_y);
    let luma = image.sample(0, x, y);
    let chroma = if image.format == Nv12 {
        [0, 1].map(|part| image.byte(1, 2 * chroma_x + part, chroma_y).into())
    } else {
        [1, 2].map(|plane| image.sample(plane, chroma_x, chroma_y))
    };
    [luma, chroma[0], chroma[1]].map(f64::from)
}

fn check_near(got: &[f64], exact: &[f64], case: impl Fn() -> String) {
    for (got, exact) in got.iter().zip(exact) {
        assert!((got - exact.round()).abs() <= TOLERANCE, "{}: {got} where {exact} is exact", case());
    }
}

/// All sizes from 1x1 to 17x17, and widths around those of vectors and of the pictures on the stack.
fn sizes() -> impl Iterator<Item = (u32, u32)> {
    let small = (1..=17).flat_map(|width| (1..=17).map(move |height| (width, height)));
    small.chain([(31, 2), (33, 3), (64, 4), (65, 5), (127, 3), (255, 2), (256, 2), (257, 3), (515, 4)])
}

/// Row gaps: none, odd, and as large as aligned rows have.
const GAPS: [usize; 3] = [0, 3, 64];

fn check_from_rgb(source: &Image, dest: &Image, case: &str) {
    let shape = dest.format.planes()[1];
    for (x, y) in (0..source.height).flat_map(|y| (0..source.width).map(move |x| (x, y))) {
        let got = yuv(dest, x, y);
        let pixel = |x, y| rgba(source, x, y).map(f64::from);
        let [r, g, b, _] = pixel(x, y);
        let luma = to_yuv([r, g, b], &dest.color)[0];
        check_near(&got[..1], &[luma], || format!("{case} luma at ({x}, {y})"));
        let (left, top) = (x / shape.sub_x * shape.sub_x, y / shape.sub_y * shape.sub_y);
        let columns = left..(left + shape.sub_x).min(source.width);
        let rows = top..(top + shape.sub_y).min(source.height);
        let group: Vec<_> = rows.flat_map(|y| columns.clone().map(move |x| (x, y))).collect();
        let mean = [0, 1, 2].map(|channel| {
            group.iter().map(|(x, y)| pixel(*x, *y)[channel]).sum::<f64>() / group.len() as f64
        });
        check_near(&got[1..], &to_yuv(mean, &dest.color)[1..], || format!("{case} chroma at ({x}, {y})"));
    }
}

#[test]
fn rgb_to_yuv_is_within_one_of_exact_for_every_size() {
    for (from, to) in RGB.iter().flat_map(|from| [I420, Nv12, I422, I444].map(|to| (*from, to))) {
        for (index, (width, height)) in sizes().enumerate() {
            let color = colors().nth(index % 8).unwrap();
            let gap = GAPS[index % 3];
            let case = format!("{} to {} {width}x{height} gap {gap}", from.name(), to.name());
            let mut source = Image::new(from, width, height, gap, Color::SRGB).noise(index as u64, 8);
            let mut dest = Image::new(to, width, height, GAPS[index / 3 % 3], color);
            run(&mut source, &mut dest);
            check_from_rgb(&source, &dest, &case);
            dest.check_canaries(&case);
        }
    }
}

/// Noise without luma below black: the crate's vector code takes such for black, its scalar code does not.
fn legal_noise(format: PixelFormat, size: (u32, u32), gap: usize, color: Color, seed: u64) -> Image {
    let bits = depth(format);
    let limited = color.full_range == Some(false);
    let mut noise = Image::new(format, size.0, size.1, gap, color).noise(seed, bits);
    noise.change(|plane, byte, value| match plane {
        0 if limited && bits == 8 => value.max(16),
        // The high byte of a sample: black is 64 of 1023 and 256 of 4095, so its high byte is 0 or 1.
        0 if limited && byte % 2 == 1 => value.max(1),
        _ => value,
    });
    noise
}

#[test]
fn yuv_to_rgb_is_within_one_of_exact_for_every_size() {
    let sources = PixelFormat::ALL.into_iter().filter(|format| !format.is_rgb());
    for (from, to) in sources.flat_map(|from| RGB.map(|to| (from, to))) {
        for (index, (width, height)) in sizes().enumerate() {
            let (color, gap) = (colors().nth(index % 8).unwrap(), GAPS[index % 3]);
            let case = format!("{} to {} {width}x{height} gap {gap}", from.name(), to.name());
            let bits = depth(from);
            let mut source = legal_noise(from, (width, height), gap, color, index as u64);
            let mut dest = Image::new(to, width, height, GAPS[index / 3 % 3], Color::SRGB);
            run(&mut source, &mut dest);
            let keeps_alpha = from.planes().len() == 4 && matches!(to, Rgba | Bgra);
            for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
                let exact = to_rgb(yuv(&source, x, y), &color, bits);
                let [rgb @ .., alpha] = rgba(&dest, x, y);
                check_near(&rgb.map(f64::from), &exact, || format!("{case} {color:?} at ({x}, {y})"));
                let max = f64::from((1u32 << bits) - 1);
                let alpha_exact =
                    if keeps_alpha { f64::from(source.sample(3, x, y)) * 255.0 / max } else { 255.0 };
                check_near(&[alpha.into()], &[alpha_exact], || format!("{case} alpha at ({x}, {y})"));
                assert!(keeps_alpha && bits > 8 || f64::from(alpha) == alpha_exact, "{case}: {alpha}");
            }
            dest.check_canaries(&case);
        }
    }
}

/// What a sample of `plane` is in another format: the mean of the samples that share its place, in that depth.
fn resampled(source: &Image, to: PixelFormat, plane: usize, (x, y): (u32, u32)) -> f64 {
    let (shape, dest) = (source.format.planes()[plane], to.planes()[plane.min(to.planes().len() - 1)]);
    let group = |place: u32, from: u32, to: u32, side: u32| match (from, to) {
        (1, 2) => 2 * place..(2 * place + 2).min(side),
        (2, 1) => place / 2..place / 2 + 1,
        _ => place..place + 1,
    };
    let (to_x, to_y) = if plane == 0 { (1, 1) } else { (dest.sub_x, dest.sub_y) };
    let across = group(x, shape.sub_x, to_x, source.width.div_ceil(shape.sub_x));
    let down = group(y, shape.sub_y, to_y, source.height.div_ceil(shape.sub_y));
    let group: Vec<_> = down.flat_map(|y| across.clone().map(move |x| (x, y))).collect();
    let sum: u32 = group.iter().map(|(x, y)| source.sample(plane, *x, *y)).sum();
    let mean = f64::from(sum) / group.len() as f64;
    let (from_bits, to_bits) = (depth(source.format), depth(to));
    let ((low, luma, chroma), (to_low, to_luma, to_chroma)) =
        (ranges(&source.color, from_bits), ranges(&source.color, to_bits));
    let middle = |bits: u32| f64::from(1u32 << (bits - 1));
    let exact = match plane {
        0 => to_low + (mean - low) / luma * to_luma,
        _ => middle(to_bits) + (mean - middle(from_bits)) / chroma * to_chroma,
    };
    exact.clamp(0.0, f64::from((1u32 << to_bits) - 1))
}

const PLANAR: [PixelFormat; 9] = [I420, I422, I444, I420P10, I422P10, I444P10, I420P12, I422P12, I444P12];

#[test]
fn every_planar_yuv_becomes_every_other_and_is_rounded() {
    let sources = PixelFormat::ALL.into_iter().filter(|format| !format.is_rgb() && *format != Nv12);
    let pairs = sources.flat_map(|from| PLANAR.map(|to| (from, to)));
    for (from, to) in pairs.filter(|(from, to)| from != to && *to != I420) {
        for (index, (width, height)) in sizes().enumerate().step_by(3) {
            let (color, gap) = (colors().nth(index % 8).unwrap(), GAPS[index % 3]);
            let case = format!("{} to {} {width}x{height} gap {gap}", from.name(), to.name());
            let mut source = Image::new(from, width, height, gap, color).noise(index as u64, depth(from));
            let mut dest = Image::new(to, width, height, GAPS[index / 3 % 3], color);
            run(&mut source, &mut dest);
            for plane in 0..3 {
                let shape = to.planes()[plane];
                let (across, down) = (width.div_ceil(shape.sub_x), height.div_ceil(shape.sub_y));
                for (x, y) in (0..down).flat_map(|y| (0..across).map(move |x| (x, y))) {
                    let (got, exact) = (dest.sample(plane, x, y), resampled(&source, to, plane, (x, y)));
                    assert!(
                        (f64::from(got) - exact).abs() <= 0.501,
                        "{case} plane {plane} ({x}, {y}): {got}, {exact} is exact"
                    );
                }
            }
            dest.check_canaries(&case);
        }
    }
}

/// By way of the same chroma with 8 bits: as near as those are.
#[test]
fn rgb_and_nv12_become_deep_and_whole_chroma() {
    for from in RGB.into_iter().chain([Nv12]) {
        for to in PLANAR.into_iter().filter(|to| *to != I420 && is_supported(from, *to)) {
            let shallow = PLANAR[PLANAR.iter().position(|planar| *planar == to).unwrap() % 3];
            let color = Color::BT709;
            let between = if from == Nv12 { I420 } else { shallow };
            let mut source = Image::new(from, 33, 18, 3, color).noise(7, 8);
            let mut step = Image::new(between, 33, 18, 0, color);
            run(&mut source, &mut step);
            let (mut direct, mut steps) =
                (Image::new(to, 33, 18, 3, color), Image::new(to, 33, 18, 0, color));
            run(&mut source, &mut direct);
            run(&mut step, &mut steps);
            assert!(direct.packed() == steps.packed(), "{} to {}", from.name(), to.name());
            direct.check_canaries(to.name());
        }
        assert!(PLANAR.iter().all(|to| is_supported(from, *to)), "{}", from.name());
    }
}

#[test]
fn i420a_has_the_colours_of_i420_and_the_alpha_of_the_source() {
    for from in PixelFormat::ALL.into_iter().filter(|from| *from != I420A) {
        let color = Color::BT709;
        let mut source = Image::new(from, 33, 18, 3, color).noise(7, depth(from));
        let (mut dest, mut opaque) =
            (Image::new(I420A, 33, 18, 64, color), Image::new(I420, 33, 18, 0, color));
        run(&mut source, &mut dest);
        run(&mut source, &mut opaque);
        for plane in 0..3 {
            assert!(dest.rows(plane).eq(opaque.rows(plane)), "{}", from.name());
        }
        for (x, y) in (0..18).flat_map(|y| (0..33).map(move |x| (x, y))) {
            let exact = match from {
                Rgba | Bgra => f64::from(source.byte(0, x * 4 + 3, y)),
                _ if from.planes().len() == 4 => {
                    f64::from(source.sample(3, x, y)) * 255.0 / f64::from((1u32 << depth(from)) - 1)
                }
                _ => 255.0,
            };
            let alpha = dest.byte(3, x, y);
            assert!((f64::from(alpha) - exact).abs() <= 0.5, "{} ({x}, {y}): {alpha}, {exact}", from.name());
        }
        dest.check_canaries(from.name());
    }
}

#[test]
fn every_yuv_is_reduced_to_4_2_0_of_8_bits_and_rounded() {
    let sources = PixelFormat::ALL.into_iter().filter(|format| !format.is_rgb());
    for (from, to) in sources.flat_map(|from| [I420, Nv12].map(|to| (from, to))) {
        for (index, (width, height)) in sizes().enumerate() {
            let (color, gap) = (colors().nth(index % 8).unwrap(), GAPS[index % 3]);
            let case = format!("{} to {} {width}x{height} gap {gap}", from.name(), to.name());
            let mut source = Image::new(from, width, height, gap, color).noise(index as u64, depth(from));
            let mut dest = Image::new(to, width, height, GAPS[index / 3 % 3], color);
            run(&mut source, &mut dest);
            for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
                let exact = match from {
                    Nv12 => yuv(&source, x, y), // only reordered
                    _ => [0, 1, 2].map(|plane| {
                        let (x, y) = if plane == 0 { (x, y) } else { (x / 2, y / 2) };
                        resampled(&source, I420, plane, (x, y))
                    }),
                };
                for (got, exact) in yuv(&dest, x, y).iter().zip(exact) {
                    assert!((got - exact).abs() <= 0.501, "{case} ({x}, {y}): {got}, {exact} is exact");
                }
            }
            dest.check_canaries(&case);
        }
    }
}

#[test]
fn reorderings_lose_nothing() {
    for (index, (width, height)) in sizes().enumerate() {
        let gap = GAPS[index % 3];
        for (from, to) in RGB.iter().flat_map(|from| RGB.map(|to| (*from, to))).filter(|(a, b)| a != b) {
            let case = format!("{} to {} {width}x{height}", from.name(), to.name());
            let mut source = Image::new(from, width, height, gap, Color::SRGB).noise(index as u64, 8);
            let mut dest = Image::new(to, width, height, GAPS[index / 3 % 3], Color::SRGB);
            run(&mut source, &mut dest);
            let keeps_alpha = matches!((from, to), (Rgba | Bgra, Rgba | Bgra));
            for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
                let [r, g, b, alpha] = rgba(&source, x, y);
                let expected = [r, g, b, if keeps_alpha { alpha } else { 255 }];
                assert_eq!(rgba(&dest, x, y), expected, "{case} at ({x}, {y})");
            }
            dest.check_canaries(&case);
        }
        let mut planar = Image::new(I420, width, height, gap, Color::BT709).noise(index as u64, 8);
        let mut nv12 = Image::new(Nv12, width, height, 5, Color::BT709);
        let mut back = Image::new(I420, width, height, 1, Color::BT709);
        run(&mut planar, &mut nv12);
        run(&mut nv12, &mut back);
        for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
            assert_eq!(yuv(&nv12, x, y), yuv(&planar, x, y), "{width}x{height} at ({x}, {y})");
        }
        assert_eq!(back.packed(), planar.packed());
        nv12.check_canaries("to NV12");
        back.check_canaries("to I420");
    }
}

#[test]
fn every_format_copies_to_itself() {
    for format in PixelFormat::ALL {
        for (width, height) in [(1, 1), (5, 3), (17, 16)] {
            let mut source = Image::new(format, width, height, 7, Color::default()).noise(1, 8);
            let mut dest = Image::new(format, width, height, 0, Color::default());
            run(&mut source, &mut dest);
            assert_eq!(dest.packed(), source.packed(), "{}", format.name());
            dest.check_canaries(format.name());
        }
    }
}

#[test]
fn unknown_colour_is_limited_bt709() {
    let convert_with = |color| {
        let mut source = Image::new(Rgba, 16, 16, 0, Color::SRGB).noise(3, 8);
        let mut dest = Image::new(I420, 16, 16, 0, color);
        run(&mut source, &mut dest);
        dest.packed()
    };
    assert_eq!(convert_with(Color::default()), convert_with(Color::BT709));
    assert_eq!(convert_with(Color { matrix: Some(200), ..Color::default() }), convert_with(Color::BT709));
    assert_ne!(convert_with(Color::default()), convert_with(color(6, false)));
    assert_ne!(convert_with(Color::default()), convert_with(color(1, true)));
}

#[test]
fn what_cannot_be_done_is_said() {
    let error = |from: (PixelFormat, u32), to: (PixelFormat, u32)| {
        let mut source = Image::new(from.0, from.1, 4, 0, Color::default());
        let mut dest = Image::new(to.0, to.1, 4, 0, Color::default());
        // SAFETY: both images own their memory, which fits their formats and sizes.
        unsafe { convert(&source.picture(), &dest.picture()) }.unwrap_err()
    };
    let unsupported = error((Rgba, 4), (I420AP10, 4));
    assert_eq!(unsupported.kind, Kind::NotSupported);
    assert_eq!(unsupported.text, "conversion from RGBA to I420AP10 is not supported");
    let sizes = error((Rgba, 4), (I420, 5));
    assert_eq!(sizes.kind, Kind::InvalidArgument);
    assert_eq!(sizes.text, "conversion from 4x4 to 5x4 pixels: sizes differ");
    let supported = PixelFormat::ALL.map(|from| PixelFormat::ALL.map(|to| is_supported(from, to)));
    for (from, row) in PixelFormat::ALL.iter().zip(supported) {
        let to_rgb = PixelFormat::ALL.iter().zip(row).filter(|(to, able)| to.is_rgb() && *able).count();
        assert_eq!(to_rgb, RGB.len(), "{} to RGB", from.name());
    }
}

/// What the ffmpeg command makes of a raw picture.
fn ffmpeg(image: &Image, from: &str, to: &str, scale: &str) -> Vec<u8> {
    let (width, height) = (image.width, image.height);
    let input = format!("-f rawvideo -pix_fmt {from} -s {width}x{height} -i - -vf scale={scale}");
    let output = format!("-f rawvideo -pix_fmt {to} -");
    let mut child = Command::new("ffmpeg")
        .args(["-hide_banner", "-loglevel", "error"])
        .args(input.split_whitespace().chain(output.split_whitespace()))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&image.packed()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    output.stdout
}

/// swscale places chroma left and filters it, and rounds on its own: on a smooth picture that is within 3.
#[test]
fn ffmpeg_agrees_on_smooth_pictures() {
    const NEAR: i32 = 3;
    let quality = "flags=area+accurate_rnd+full_chroma_int+full_chroma_inp";
    let distance = |ours: &[u8], theirs: &[u8]| {
        assert_eq!(ours.len(), theirs.len());
        ours.iter().zip(theirs).map(|(a, b)| (i32::from(*a) - i32::from(*b)).abs()).max().unwrap()
    };
    let smooth = |format, color| {
        Image::new(format, 256, 128, 0, color).fill(|plane, x, y| match (plane, format) {
            (_, Rgba) => [x / 4, 2 * y, 255 - x / 4, 255 * 4][x % 4] as u8,
            (0, _) => (16 + x / 2 + y / 2) as u8,
            (1, _) => (64 + x / 2) as u8,
            _ => (192 - y) as u8,
        })
    };
    for (matrix, name) in [(1, "bt709"), (6, "smpte170m"), (9, "bt2020nc")] {
        for (full, range) in [(false, "tv"), (true, "pc")] {
            let yuv = color(matrix, full);
            for (format, pixels) in [(I420, "yuv420p"), (Nv12, "nv12"), (I444, "yuv444p")] {
                let mut source = smooth(Rgba, Color::SRGB);
                let mut dest = Image::new(format, 256, 128, 0, yuv);
                run(&mut source, &mut dest);
                let scale = format!("{quality}:out_color_matrix={name}:out_range={range}");
                let theirs = ffmpeg(&source, "rgba", pixels, &scale);
                let far = distance(&dest.packed(), &theirs);
                assert!(far <= NEAR, "RGBA to {pixels}, {name} {range}: {far}");
            }
            for (format, pixels) in [(I422, "yuv422p"), (I444, "yuv444p")] {
                let mut source = smooth(format, yuv);
                let mut dest = Image::new(I420, 256, 128, 0, yuv);
                run(&mut source, &mut dest);
                let scale = format!("{quality}:in_range={range}:out_range={range}");
                let far = distance(&dest.packed(), &ffmpeg(&source, pixels, "yuv420p", &scale));
                assert!(far <= NEAR, "{pixels} to I420, {range}: {far}");
            }
            for (format, pixels) in [(I420, "yuv420p"), (I422, "yuv422p"), (I444, "yuv444p")] {
                let mut source = smooth(format, yuv);
                let mut dest = Image::new(Rgba, 256, 128, 0, Color::SRGB);
                run(&mut source, &mut dest);
                let scale = format!("{quality}:in_color_matrix={name}:in_range={range}");
                let theirs = ffmpeg(&source, pixels, "rgba", &scale);
                let far = distance(&dest.packed(), &theirs);
                assert!(far <= NEAR, "{pixels} to RGBA, {name} {range}: {far}");
            }
        }
    }
}
