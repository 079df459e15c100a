//! What H.264 decodes to beside 4:2:0: green, blue and red planes, grey, depths; and what has no form here.

mod c_api;
mod support;

use std::path::Path;
use std::process::Command;

use c_api::clips::{access_units, encoder_config};
use c_api::*;
use support::{annexb_of, clip, data, run};

const SOURCE: &str = "-f lavfi -i testsrc2=s=66x50:r=10:d=0.8";

/// The pictures of a file, in a pixel format of FFmpeg's.
fn pictures(path: &Path, format: &str) -> Vec<u8> {
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-nostdin", "-i"]).arg(path);
    run(command.args(["-fps_mode", "passthrough", "-pix_fmt", format, "-f", "rawvideo", "-"])).stdout
}

fn frames_of(path: &Path) -> Vec<Frame> {
    let decoder = Decoder::new(&Config::new("avc1.f40033", &[])).unwrap();
    let outs = decoder.decode(&access_units(&annexb_of(path))).unwrap();
    outs.into_iter().map(|out| out.frame.unwrap_or_else(|| panic!("{path:?}: {}", decoder.error()))).collect()
}

fn joined(frames: &[Frame], bytes: impl Fn(&Frame) -> Vec<u8>) -> Vec<u8> {
    frames.iter().flat_map(bytes).collect()
}

#[test]
fn rgb_streams_decode_to_green_blue_and_red_planes() {
    let given = data("rgb.mp4");
    let odd = clip("rgb-odd.mp4", &format!("{SOURCE} -c:v libx264rgb -pix_fmt rgb24 -qp 0"));
    for path in [given, odd] {
        let frames = frames_of(&path);
        assert!(!frames.is_empty());
        let info = frames[0].info();
        assert_eq!((info.format, info.color_matrix), (FG_PIXEL_I444, 0));
        assert!(joined(&frames, Frame::bytes) == pictures(&path, "gbrp"), "{path:?}: planes");
        for (format, theirs) in [
            (FG_PIXEL_RGB24, "rgb24"),
            (FG_PIXEL_BGR24, "bgr24"),
            (FG_PIXEL_RGBA, "rgba"),
            (FG_PIXEL_BGRX, "bgra"),
        ] {
            let found = joined(&frames, |frame| frame.rgb_bytes(format));
            assert!(found == pictures(&path, theirs), "{path:?}: {theirs}");
        }
    }
}

/// What was decoded from RGB can be encoded again: it is RGB to the encoder.
#[test]
fn green_blue_and_red_planes_are_encoded_as_rgb_is() {
    let path = clip("rgb-again.mp4", &format!("{SOURCE} -c:v libx264rgb -pix_fmt rgb24 -qp 0"));
    let frames = frames_of(&path);
    let packed: Vec<Frame> = frames
        .iter()
        .map(|frame| {
            let info = frame.info();
            let mut rgb = video_info(FG_PIXEL_RGBX, info.coded_width, info.coded_height);
            (rgb.timestamp_us, rgb.color_primaries, rgb.color_transfer) =
                (info.timestamp_us, info.color_primaries, info.color_transfer);
            Frame::new(&rgb, &frame.rgb_bytes(FG_PIXEL_RGBX)).unwrap()
        })
        .collect();
    let encode = |frames: &[Frame]| {
        let encoder = Encoder::new(&encoder_config("avc1.64001f", 66, 50, &[])).unwrap();
        encoder.encode(frames).unwrap().iter().flat_map(|out| out.data.clone()).collect::<Vec<u8>>()
    };
    assert!(encode(&frames) == encode(&packed));
}

#[test]
fn grey_and_every_depth_and_subsampling_decode_as_in_ffmpeg() {
    for (encoded, format, theirs) in [
        ("gray", FG_PIXEL_I420, "yuvj420p"),
        ("gray10le", FG_PIXEL_I420P10, "yuv420p10le"),
        ("yuv420p10le", FG_PIXEL_I420P10, "yuv420p10le"),
        ("yuv422p", FG_PIXEL_I422, "yuv422p"),
        ("yuv422p10le", FG_PIXEL_I422P10, "yuv422p10le"),
        ("yuv444p", FG_PIXEL_I444, "yuv444p"),
        ("yuv444p10le", FG_PIXEL_I444P10, "yuv444p10le"),
    ] {
        let path = clip(&format!("form-{encoded}.mp4"), &format!("{SOURCE} -c:v libx264 -pix_fmt {encoded}"));
        let frames = frames_of(&path);
        assert_eq!(frames[0].info().format, format, "{encoded}");
        let found = joined(&frames, Frame::bytes);
        assert!(found == pictures(&path, theirs), "{encoded}");
        if encoded == "gray" {
            let picture =
                found.chunks(66 * 50 * 3 / 2).all(|one| one[66 * 50..].iter().all(|chroma| *chroma == 128));
            assert!(picture, "grey has chroma samples of 128");
        }
    }
}

#[test]
fn what_has_no_form_is_refused_where_the_description_tells() {
    let path = clip("deep.mp4", &format!("{SOURCE} -c:v libx264 -pix_fmt yuv444p10le"));
    let stream = annexb_of(&path);
    let unit = |kind: u8| {
        let at =
            (0..stream.len()).find(|at| stream[*at..].starts_with(&[0, 0, 1]) && stream[at + 3] & 31 == kind);
        let rest = &stream[at.unwrap() + 3..];
        let end = rest.windows(3).position(|bytes| bytes == [0, 0, 1]).unwrap();
        rest[..end].strip_suffix(&[0]).unwrap_or(&rest[..end]).to_vec()
    };
    let (mut sps, pps) = (unit(7), unit(8));
    let record = |sps: &[u8]| {
        let sizes = [sps.len() as u16, pps.len() as u16].map(u16::to_be_bytes);
        [&[1, sps[1], sps[2], sps[3], 0xff, 0xe1][..], &sizes[0], sps, &[1], &sizes[1], &pps].concat()
    };
    let config = |sps: &[u8]| Config::new("avc1.f40033", &[]).described(&record(sps));
    Decoder::new(&config(&sps)).unwrap();
    // After profile, flags and level: id 0 "1", 4:4:4 "00100", one plane "0", 10 bits "011" twice; 9 bits are "010".
    assert_eq!((sps[4], sps[5]), (0b1001_0000, 0b1101_1001), "{sps:x?}");
    sps[5] = 0b1001_0001;
    let Err(refused) = Decoder::new(&config(&sps)) else { panic!("9 bits") };
    assert_eq!(refused.status, FG_ERROR_NOT_SUPPORTED);
    assert!(refused.text.contains("pictures of 9 bits"), "{}", refused.text);
    // In band: at the first frame.
    let mut chunks = access_units(&stream);
    let at = chunks[0].data.windows(2).position(|bytes| bytes == [0x90, 0xd9]).unwrap();
    chunks[0].data[at + 1] = 0b1001_0001;
    let decoder = Decoder::new(&Config::new("avc1.f40033", &[])).unwrap();
    let outs = decoder.decode(&chunks).unwrap();
    let status = outs.last().unwrap().status;
    assert_eq!((outs.len(), status), (1, FG_ERROR_NOT_SUPPORTED), "{}", decoder.error());
}

#[test]
fn levels_that_do_not_exist_are_refused_by_name() {
    for codec in ["avc1.4d401d", "avc1.4d4000", "avc1.64003f"] {
        let Err(refused) = Decoder::new(&Config::new(codec, &[])) else { panic!("{codec}") };
        assert_eq!(refused.status, FG_ERROR_NOT_SUPPORTED);
        assert!(refused.text.contains(codec) && refused.text.contains("level"), "{}", refused.text);
        assert!(refused.text.contains("1f, 20"), "{}", refused.text);
        let refused = encoder_config(codec, 64, 48, &[]).encoder_support().unwrap_err();
        assert_eq!(refused.status, FG_ERROR_NOT_SUPPORTED);
        let good = Decoder::new(&Config::new("avc1.4d401f", &[])).unwrap();
        assert_eq!(good.configure(&Config::new(codec, &[])).unwrap_err().status, FG_ERROR_NOT_SUPPORTED);
    }
    for level in [9, 10, 11, 12, 13, 20, 21, 22, 30, 31, 32, 40, 41, 42, 50, 51, 52, 60, 61, 62] {
        Decoder::new(&Config::new(&format!("avc1.4d40{level:02x}"), &[])).unwrap();
    }
}
