//! VideoFrame.allocationSize and copyTo: frames with offset visible rectangles, odd sizes, layouts.

use framegate::error::Kind;
use framegate::media::copy::{CopyOptions, allocation_size, copy_to};
use framegate::media::{PixelFormat, PixelFormat::*, Rect, VideoFrame, VideoInfo};

const CANARY: u8 = 0xa5;

/// A frame whose byte `x` of row `y` in a plane is a function of the three, with `visible` shown.
fn frame(format: PixelFormat, width: u32, height: u32, visible: Rect) -> VideoFrame {
    let info = VideoInfo { visible, ..VideoInfo::of_size(format, width, height) };
    let frame = VideoFrame::allocate(info).unwrap();
    let mut packed = Vec::new();
    for plane in 0..format.planes().len() {
        let (row_bytes, rows) = row_extent(format, plane, width, height);
        packed.extend((0..rows).flat_map(|y| (0..row_bytes).map(move |x| value(plane, x, y))));
    }
    frame.copy_from(&packed).unwrap();
    frame
}

fn value(plane: usize, x: usize, y: usize) -> u8 {
    (plane * 101 + x * 7 + y * 31) as u8
}

/// Bytes in a row and rows of a plane, from the plane's shape.
fn row_extent(format: PixelFormat, plane: usize, width: u32, height: u32) -> (usize, usize) {
    let shape = format.planes()[plane];
    let groups = width.div_ceil(shape.sub_x);
    ((groups * shape.step_bytes) as usize, height.div_ceil(shape.sub_y) as usize)
}

fn copied(frame: &VideoFrame, options: &CopyOptions) -> Vec<u8> {
    let size = allocation_size(frame, options).unwrap();
    let mut dest = vec![CANARY; size + 32];
    copy_to(frame, options, &mut dest).unwrap();
    assert!(dest[size..].iter().all(|byte| *byte == CANARY), "a write behind the allocation size");
    dest.truncate(size);
    dest
}

/// The bytes of `rect`, tightly packed, by the definition of `value`.
fn expected(format: PixelFormat, rect: Rect) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (plane, shape) in format.planes().iter().enumerate() {
        let (row_bytes, rows) = row_extent(format, plane, rect.width, rect.height);
        let (left, top) =
            ((rect.x / shape.sub_x * shape.step_bytes) as usize, (rect.y / shape.sub_y) as usize);
        bytes.extend((0..rows).flat_map(|y| (0..row_bytes).map(move |x| value(plane, left + x, top + y))));
    }
    bytes
}

#[test]
fn the_visible_rectangle_is_the_default() {
    for format in PixelFormat::ALL {
        for (width, height, visible) in [
            (16, 12, Rect { x: 2, y: 4, width: 10, height: 6 }),
            (17, 13, Rect { x: 4, y: 2, width: 13, height: 11 }),
            (17, 13, Rect { x: 16, y: 12, width: 1, height: 1 }),
            (1, 1, Rect::of_size(1, 1)),
        ] {
            let frame = frame(format, width, height, visible);
            let name = format.name();
            assert_eq!(
                copied(&frame, &CopyOptions::default()),
                expected(format, visible),
                "{name} {visible:?}"
            );
            let whole = CopyOptions { rect: Some(Rect::of_size(width, height)), ..CopyOptions::default() };
            assert_eq!(copied(&frame, &whole), expected(format, Rect::of_size(width, height)), "{name}");
        }
    }
}

/// W3C: allocationSize is the largest end of a plane, which includes the last row's stride.
#[test]
fn an_explicit_layout_is_followed_and_gaps_stay() {
    let visible = Rect { x: 2, y: 2, width: 5, height: 3 };
    let frame = frame(I420, 9, 7, visible);
    let layout = vec![(50, 8), (7, 4), (20, 0)];
    let options = CopyOptions { layout: Some(layout), ..CopyOptions::default() };
    let dest = copied(&frame, &options);
    assert_eq!(dest.len(), 50 + 8 * 3);
    let tight = expected(I420, visible);
    let mut wanted = vec![CANARY; dest.len()];
    // Luma has 3 rows of 5, chroma 2 rows of 3; a stride of 0 means 3.
    for (offset, stride, row, rows, from) in [(50, 8, 5, 3, 0), (7, 4, 3, 2, 15), (20, 3, 3, 2, 21)] {
        for y in 0..rows {
            let row_start = offset + y * stride;
            wanted[row_start..row_start + row].copy_from_slice(&tight[from + y * row..from + (y + 1) * row]);
        }
    }
    assert_eq!(dest, wanted);
}

#[test]
fn rgb_comes_out_of_every_format() {
    for format in PixelFormat::ALL {
        let visible = Rect { x: 2, y: 4, width: 9, height: 5 };
        let frame = frame(format, 12, 10, visible);
        for to in [Rgba, Rgbx, Bgra, Bgrx, Rgb24, Bgr24] {
            let bytes = to.planes()[0].step_bytes as usize;
            let options = |rect| CopyOptions { format: Some(to), rect, ..CopyOptions::default() };
            let part = copied(&frame, &options(None));
            assert_eq!(part.len(), 9 * 5 * bytes);
            // The part equals the same part of the whole: cropping and conversion commute.
            let whole = copied(&frame, &options(Some(Rect::of_size(12, 10))));
            let rows = whole.chunks(12 * bytes).skip(4).take(5);
            let cut: Vec<u8> = rows.flat_map(|row| row[2 * bytes..][..9 * bytes].to_vec()).collect();
            assert_eq!(part, cut, "{} to {}", format.name(), to.name());
            if format == Rgba {
                let source = expected(Rgba, visible);
                let swap = matches!(to, Bgra | Bgrx | Bgr24);
                let opaque = matches!(to, Rgbx | Bgrx);
                let pixel = |p: &[u8]| {
                    let [r, b] = if swap { [p[2], p[0]] } else { [p[0], p[2]] };
                    [r, p[1], b, if opaque { 255 } else { p[3] }].into_iter().take(bytes)
                };
                let wanted: Vec<u8> = source.chunks(4).flat_map(pixel).collect();
                // RGBA to RGBX only promises the colour bytes and 255.
                assert_eq!(part, wanted, "{}", to.name());
            }
        }
    }
}

/// W3C: with a format, also the frame's own, the picture is converted to RGB, whose unused byte is 255; without one the
/// bytes are copied.
#[test]
fn the_unused_byte_is_255_where_a_format_is_asked_for() {
    let visible = Rect { x: 1, y: 2, width: 5, height: 3 };
    for (from, to) in
        [(Rgbx, Rgbx), (Bgrx, Bgrx), (Rgbx, Bgrx), (Bgrx, Rgbx), (Rgbx, Rgba), (Bgrx, Bgra), (Rgba, Rgbx)]
    {
        let frame = frame(from, 8, 6, visible);
        let found = copied(&frame, &CopyOptions { format: Some(to), ..CopyOptions::default() });
        let swap = (from.name() == "BGRX") != matches!(to, Bgrx | Bgra);
        let pixel = |p: &[u8]| if swap { [p[2], p[1], p[0], 255] } else { [p[0], p[1], p[2], 255] };
        let wanted: Vec<u8> = expected(from, visible).chunks(4).flat_map(pixel).collect();
        assert_eq!(found, wanted, "{} to {}", from.name(), to.name());
        assert_eq!(copied(&frame, &CopyOptions::default()), expected(from, visible));
    }
}

#[test]
fn rgb_is_made_with_the_frames_colour() {
    let with_matrix = |matrix| {
        let mut info = VideoInfo::of_size(I420, 2, 2);
        info.color.matrix = matrix;
        let frame = VideoFrame::allocate(info).unwrap();
        frame.copy_from(&[81, 81, 81, 81, 90, 240]).unwrap();
        copied(&frame, &CopyOptions { format: Some(Rgba), ..CopyOptions::default() })[..4].to_vec()
    };
    // Y 81, Cb 90, Cr 240 is pure red in BT.601 (ITU-R BT.601 colour bars at full amplitude).
    let near = |got: &[u8], want: [u8; 4]| got.iter().zip(want).all(|(got, want)| got.abs_diff(want) <= 1);
    assert!(near(&with_matrix(Some(6)), [255, 0, 0, 255]), "{:?}", with_matrix(Some(6)));
    assert!(!near(&with_matrix(Some(1)), [255, 0, 0, 255]));
    assert_eq!(with_matrix(None), with_matrix(Some(1)));
}

#[test]
fn wrong_options_are_refused_and_nothing_is_written() {
    let frame = frame(I420, 16, 16, Rect::of_size(16, 16));
    let error = |options: CopyOptions| {
        let mut dest = vec![CANARY; 4096];
        let error = copy_to(&frame, &options, &mut dest).unwrap_err();
        assert_eq!(allocation_size(&frame, &options).unwrap_err(), error);
        assert!(dest.iter().all(|byte| *byte == CANARY));
        (error.kind, error.text)
    };
    let rect = |x, y, width, height| CopyOptions {
        rect: Some(Rect { x, y, width, height }),
        ..CopyOptions::default()
    };
    let (kind, text) = error(CopyOptions { format: Some(Nv12), ..CopyOptions::default() });
    assert_eq!(
        (kind, &*text),
        (Kind::NotSupported, "format is NV12, a frame of I420 can be copied as I420 or as RGB")
    );
    assert!(error(rect(1, 0, 4, 4)).1.contains("breaks the sample alignment of I420"));
    assert!(error(rect(14, 0, 4, 4)).1.contains("does not fit into 16x16"));
    assert!(error(rect(u32::MAX - 1, 0, 4, 4)).1.contains("does not fit"));
    assert!(error(rect(0, 0, 0, 4)).1.contains("does not fit"));
    let layout =
        |layout: &[(u64, u64)]| CopyOptions { layout: Some(layout.to_vec()), ..CopyOptions::default() };
    assert!(error(layout(&[(0, 16)])).1.contains("1 planes, I420 has 3"));
    assert!(error(layout(&[(0, 16), (0, 8), (400, 8)])).1.contains("overlap"));
    assert!(error(layout(&[(0, 16), (u64::MAX, 8), (400, 8)])).1.contains("exceeds"));

    let needed = allocation_size(&frame, &CopyOptions::default()).unwrap();
    let mut small = vec![CANARY; needed - 1];
    let error = copy_to(&frame, &CopyOptions::default(), &mut small).unwrap_err();
    assert_eq!(error.kind, Kind::InvalidArgument);
    assert_eq!(error.text, "dest is too small: 383 bytes, 384 needed");
    assert!(small.iter().all(|byte| *byte == CANARY));
}
