//! H.264 decoding through the C API, against ffmpeg: whole streams, and damaged ones.

mod c_api;
mod support;

use std::path::Path;
use std::process::Command;

use c_api::clips::{access_units, encoder_config, moving};
use c_api::*;
use support::{annexb_of, clip, data, run};

const SOURCE: &str = "-f lavfi -i testsrc2=s=320x240:r=30:d=2 -pix_fmt yuv420p -c:v libx264";

/// Streams with every tool that may look like damage.
fn clean_streams() -> Vec<(String, Vec<u8>)> {
    let kinds = [
        ("b-frames", "-bf 3"),
        ("open-gop", "-x264-params open-gop=1:keyint=20:bframes=3"),
        ("intra-refresh", "-x264-params intra-refresh=1:bframes=0"),
        ("interlaced", "-flags +ildct+ilme -x264-params tff=1"),
        ("slices", "-preset veryslow -x264-params slices=4"),
        ("baseline", "-profile:v baseline"),
    ];
    kinds
        .into_iter()
        .map(|(name, options)| {
            let path = clip(&format!("clean-{name}.h264"), &format!("{SOURCE} {options}"));
            (name.to_owned(), std::fs::read(path).unwrap())
        })
        .collect()
}

fn raw(path: &Path) -> Vec<u8> {
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-nostdin", "-i"]).arg(path);
    run(command.args(["-fps_mode", "passthrough", "-f", "rawvideo", "-"])).stdout
}

fn decoder(more: &[(&str, &str)]) -> Decoder {
    Decoder::new(&Config::new("avc1.640033", more)).unwrap()
}

#[test]
fn profiles_that_nobody_knows_are_refused_by_name() {
    for profile in [66, 77, 88, 100, 110, 122, 244, 44] {
        Decoder::new(&Config::new(&format!("avc1.{profile:02x}001f"), &[])).unwrap();
    }
    for codec in ["avc1.ff001f", "avc1.00001f", "avc3.43001f"] {
        let Err(refused) = Decoder::new(&Config::new(codec, &[])) else { panic!("{codec}") };
        assert_eq!(refused.status, FG_ERROR_NOT_SUPPORTED);
        assert!(refused.text.contains(codec), "{}", refused.text);
    }
}

#[test]
fn frames_are_ffmpegs_to_the_bit() {
    for (name, stream) in clean_streams() {
        let wanted = raw(&Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("clean-{name}.h264")));
        for threads in ["1", "2", "4"] {
            for low_latency in ["false", "true"] {
                let decoder = decoder(&[("threads", threads), ("optimizeForLatency", low_latency)]);
                let frames = decoder.decode(&access_units(&stream)).unwrap();
                let bytes: Vec<u8> =
                    frames.iter().flat_map(|out| out.frame.as_ref().expect("a frame").bytes()).collect();
                assert!(bytes == wanted, "{name}, {threads} threads: {} frames differ", frames.len());
                assert!(decoder.stats().in_codec_peak <= 12 + 8, "{}", decoder.stats().in_codec_peak);
            }
        }
    }
}

/// Fields that come one a chunk: the second gives no frame of its own, is not counted as in the codec, and its
/// duration belongs to the frame.
#[test]
fn a_frame_of_two_fields_lasts_both_and_counts_once() {
    let path = data("paff.h264");
    let mut fields = access_units(&std::fs::read(&path).unwrap());
    assert_eq!(fields.len(), 60, "ffprobe -count_packets");
    for (field, index) in fields.iter_mut().zip(0..) {
        (field.timestamp_us, field.duration_us, field.id) = (index * 20_000, 20_000, index as u64);
    }
    let wanted = raw(&path);
    for threads in ["1", "2", "4"] {
        let decoder = decoder(&[("threads", threads)]);
        let frames = decoder.decode(&fields).unwrap();
        let found: Vec<_> = frames.iter().map(|out| (out.timestamp_us, out.duration_us, out.id)).collect();
        let frame = |index: i64| (index * 40_000, 40_000, 2 * index as u64);
        assert_eq!(found, (0..30).map(frame).collect::<Vec<_>>(), "{threads} threads");
        let bytes: Vec<u8> =
            frames.iter().flat_map(|out| out.frame.as_ref().expect("a frame").bytes()).collect();
        assert!(bytes == wanted, "{threads} threads");
        let stats = decoder.stats();
        // The stream says nothing of reordering: 15 frames, as its level has memory for, and the one that is begun.
        assert!(stats.in_codec_peak <= 16, "{threads} threads: {} in the codec", stats.in_codec_peak);
        assert_eq!(stats.in_codec, 0);
    }
}

/// Chunks without a picture, and pictures that the decoder was asked to skip, are not in the codec for long.
#[test]
fn what_gives_no_frame_does_not_stay_in_the_codec() {
    let stream = std::fs::read(clip("silent.h264", &format!("{SOURCE} -bf 0 -g 30"))).unwrap();
    let sei = [&[0, 0, 0, 1, 6, 5, 17][..], &[7; 17], &[0x80]].concat(); // 17 bytes of user data
    let with_sei = |picture| access_units(&sei).into_iter().chain([picture]);
    let mut chunks: Vec<_> = access_units(&stream).into_iter().flat_map(with_sei).collect();
    chunks.remove(0); // a key chunk comes first
    assert_eq!(chunks.len(), 119);
    for (threads, more, frames) in
        [("1", ("slots", "8"), 60), ("2", ("slots", "8"), 60), ("1", ("ffmpeg.skip_frame", "nokey"), 2)]
    {
        let decoder = decoder(&[("threads", threads), more]);
        assert_eq!(decoder.decode(&chunks).unwrap().len(), frames, "{threads} threads, {more:?}");
        let peak = decoder.stats().in_codec_peak;
        assert!(peak <= 4, "{threads} threads, {more:?}: {peak} in the codec");
    }
}

#[test]
fn what_belongs_to_a_frame_comes_out_with_it() {
    let times = [0, 40, -7, i64::MIN, i64::MAX, 3, 3, 3, i64::MIN, -1];
    for (codec, latency) in
        [("avc1.64001f", "quality"), ("avc1.42001f", "quality"), ("avc1.64001f", "realtime")]
    {
        let encoder = Encoder::new(&encoder_config(codec, 64, 48, &[("latencyMode", latency)])).unwrap();
        let source = moving(64, 48, 10);
        let frames: Vec<_> = source
            .iter()
            .zip(times)
            .map(|(frame, time)| {
                let mut info = frame.info();
                (info.timestamp_us, info.duration_us) = (time, if time == 3 { -1 } else { time.max(0) });
                info.id = u64::MAX - info.id;
                Frame::new(&info, &frame.bytes()).unwrap()
            })
            .collect();
        let stamp = |info: &fg_video_info| (info.id, info.timestamp_us, info.duration_us);
        let mut wanted: Vec<_> = frames.iter().map(|frame| stamp(&frame.info())).collect();
        let chunks = encoder.encode(&frames).unwrap();
        let decoder = Decoder::new(
            &Config::new(codec, &[]).described(&chunks[0].config.as_ref().unwrap().description()),
        );
        let decoded = decoder.unwrap().decode(&chunks).unwrap();
        let found: Vec<_> = decoded.iter().map(|out| (out.id, out.timestamp_us, out.duration_us)).collect();
        assert_eq!(found, wanted, "{codec}");
        let mut found: Vec<_> =
            chunks.iter().map(|out| (out.id, out.timestamp_us, out.duration_us)).collect();
        found.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(found, wanted, "{codec}");
    }
}

#[test]
fn decode_times_increase_also_across_a_flush() {
    let encoder = Encoder::new(&encoder_config("avc1.64001f", 64, 48, &[])).unwrap();
    let frames = moving(64, 48, 60);
    let mut chunks = encoder.encode(&frames[..31]).unwrap();
    chunks.extend(encoder.encode(&frames[31..]).unwrap());
    assert!(chunks[31].key, "encoding begins anew after a flush");
    assert!(chunks.windows(2).any(|pair| pair[1].timestamp_us < pair[0].timestamp_us), "no B-frames");
    assert!(chunks.windows(2).all(|pair| pair[0].dts_us < pair[1].dts_us));
    assert!(chunks.iter().all(|chunk| chunk.dts_us <= chunk.timestamp_us));
    let configured: Vec<_> = (0..60).filter(|index| chunks[*index].config.is_some()).collect();
    assert_eq!(configured, [0], "the configuration has not changed");
    encoder.configure(&encoder_config("avc1.64001f", 64, 48, &[])).unwrap();
    assert!(encoder.encode(&frames[..5]).unwrap()[0].config.is_none(), "the same to a decoder");
    encoder.configure(&encoder_config("avc1.64001f", 48, 48, &[])).unwrap();
    assert!(encoder.encode(&frames[..5]).unwrap()[0].config.is_some());
}

#[test]
fn a_key_chunk_is_wanted_after_flush_and_reset() {
    let stream = std::fs::read(clip("keys.h264", &format!("{SOURCE} -g 20 -bf 0"))).unwrap();
    let chunks = access_units(&stream);
    let decoder = decoder(&[]);
    assert_eq!(decoder.decode(&chunks[..25]).unwrap().len(), 25);
    assert_eq!(decoder.enqueue(&chunks[25], 0).unwrap_err().status, FG_ERROR_DATA);
    assert_eq!(decoder.decode(&chunks[20..40]).unwrap().len(), 20);
    decoder.reset().unwrap();
    assert_eq!(decoder.enqueue(&chunks[0], 0).unwrap_err().status, FG_ERROR_INVALID_STATE);
    decoder.configure(&Config::new("avc1.640033", &[])).unwrap();
    assert_eq!(decoder.enqueue(&chunks[1], 0).unwrap_err().status, FG_ERROR_DATA);
    assert_eq!(decoder.decode(&chunks).unwrap().len(), chunks.len());
}

/// The outputs of a damaged stream: frames, then one error with FFmpeg's own words at the damaged chunk's time.
fn assert_blamed(what: &str, chunks: &[Out], damaged: usize, more: &[(&str, &str)]) {
    let decoder = decoder(more);
    let outs = decoder.decode(chunks).unwrap();
    let (error, frames) = outs.split_last().unwrap();
    assert!(frames.iter().all(|out| out.kind == FG_OUTPUT_FRAME));
    assert_eq!((error.kind, error.status), (FG_OUTPUT_ERROR, FG_ERROR_ENCODING), "{what} {more:?}: no error");
    let text = decoder.error();
    assert_eq!(error.timestamp_us, damaged as i64 * 1000, "{what} {more:?}: {text}");
    assert!(text.contains("the decoder failed") && text.contains('('), "{what}: {text}");
    assert!(frames.len() <= damaged && frames.len() + 24 >= damaged, "{what}: {} of {damaged}", frames.len());
    assert_eq!(decoder.enqueue(&chunks[0], 0).unwrap_err().status, FG_ERROR_ENCODING);
    assert_eq!(decoder.poll(0).err().unwrap().status, FG_ERROR_ENCODING);
}

#[test]
fn damage_is_one_error_at_the_damaged_chunk() {
    for options in ["-bf 0 -g 30", "-bf 3 -g 30", "-profile:v baseline -x264-params slices=2"] {
        let stream = std::fs::read(clip("damaged.h264", &format!("{SOURCE} {options}"))).unwrap();
        for threads in ["1", "2", "4"] {
            for at in [12, 37, 58] {
                let more = [("threads", threads)];
                let mut chunks = access_units(&stream);
                let data = &mut chunks[at].data;
                let half = data.len() / 2;
                // Some damage decodes to a picture like any other; these bytes do not in the coder in question:
                // no CAVLC code begins with so many zeros.
                let byte = if options.contains("baseline") { 1 } else { 0x55 };
                data[half..].iter_mut().take(40).for_each(|place| *place = byte);
                assert_blamed(&format!("{options}, flipped at {at}"), &chunks, at, &more);

                let mut chunks = access_units(&stream);
                let half = chunks[at].data.len() / 2;
                chunks[at].data.truncate(half);
                assert_blamed(&format!("{options}, cut at {at}"), &chunks, at, &more);

                let mut chunks = access_units(&stream);
                chunks[at].data = (0..500u32).map(|value| (value * 37 + 11) as u8).collect();
                chunks[at].key = true;
                assert_blamed(&format!("{options}, garbage at {at}"), &chunks, at, &more);
            }
        }
    }
}

#[test]
fn a_hostile_description_is_refused_or_fails_without_harm() {
    let encoder = Encoder::new(&encoder_config("avc1.64001f", 64, 48, &[])).unwrap();
    let chunks = encoder.encode(&moving(64, 48, 5)).unwrap();
    let good = chunks[0].config.as_ref().unwrap().description();
    let mut hostile: Vec<Vec<u8>> = (0..good.len()).map(|size| good[..size].to_vec()).collect();
    for at in 0..good.len() {
        hostile.extend([0x00, 0xff, 0x80].map(|byte| {
            let mut bytes = good.clone();
            bytes[at] ^= byte;
            bytes
        }));
    }
    let (mut refused, mut failed, mut decoded) = (0, 0, 0);
    for description in hostile.iter().filter(|description| !description.is_empty()) {
        match Decoder::new(&Config::new("avc1.64001f", &[]).described(description)) {
            Err(error) => {
                assert!(error.status == FG_ERROR_DATA || error.status == FG_ERROR_NOT_SUPPORTED, "{error:?}");
                refused += 1;
            }
            Ok(decoder) => match decoder.decode(&chunks) {
                Err(error) => {
                    assert_eq!(error.status, FG_ERROR_DATA, "{error:?}");
                    refused += 1;
                }
                Ok(outs) if outs.last().is_some_and(|out| out.kind == FG_OUTPUT_ERROR) => failed += 1,
                Ok(_) => decoded += 1,
            },
        }
    }
    println!("{refused} refused, {failed} failed, {decoded} decoded");
    assert!(refused > 0 && failed > 0 && decoded >= good.len(), "{refused} {failed} {decoded}");
}

/// Clips of the world, where they are: no false alarm, and ffmpeg's frames.
#[test]
fn real_files_decode_as_in_ffmpeg() {
    let made = clip("real.mp4", &format!("{SOURCE} -bf 2"));
    let media = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/media");
    for path in [made, media.join("bikes.mp4"), media.join("bigbuckbunny.mp4")] {
        if !path.exists() {
            continue;
        }
        let stream = annexb_of(&path);
        let wanted = raw(&path);
        for threads in ["1", "2"] {
            let frames = decoder(&[("threads", threads)]).decode(&access_units(&stream)).unwrap();
            let bytes: Vec<u8> =
                frames.iter().flat_map(|out| out.frame.as_ref().expect("a frame").bytes()).collect();
            assert!(bytes == wanted, "{path:?}, {threads} threads");
        }
    }
}
