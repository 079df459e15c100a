//! What a file says besides times, read and written, against ffprobe and ffmpeg.

mod c_api;
mod shown;
mod support;

use std::path::Path;

use c_api::{Decoder, Out};
use framegate::container::{Demuxer, Muxer};
use framegate::error::{Error, Kind};
use framegate::media::{ChunkInfo, ChunkRef};
use framegate::registry::nal;
use shown::{shown, shown_with};
use support::{chunk_infos, clip, copy, data, packets, probe, scratch, text};

const PICTURE: &str = "-f lavfi -i testsrc2=size=192x108:rate=25:duration=2";
const SOUND: &str = "-f lavfi -i sine=sample_rate=44100:duration=2";
const X264: &str = "-c:v libx264 -preset ultrafast -bf 3 -g 20 -pix_fmt yuv420p";

/// Copies every track and chunk as [`copy`] does, with options set; gives the first error of a write.
fn copy_with(from: &Path, to: &Path, options: &[(&str, &str)]) -> Result<(), Error> {
    let mut demuxer = Demuxer::open(text(from)).unwrap();
    let mut muxer = Muxer::create(text(to)).unwrap();
    options.iter().for_each(|(key, value)| muxer.set(key, value).unwrap());
    for track in 0..demuxer.track_count() {
        muxer.add_track(demuxer.track(track).unwrap()).unwrap();
    }
    while let Some((track, chunk)) = demuxer.read().unwrap() {
        muxer.write(track, chunk)?;
    }
    muxer.finish()
}

#[test]
fn pasp_goes_before_the_stream_s_own_aspect() {
    let source = data("pasp.mp4");
    let demuxer = Demuxer::open(text(&source)).unwrap();
    let config = demuxer.track(0).unwrap();
    assert_eq!((config.get("displayAspectWidth"), config.get("displayAspectHeight")), (Ok("5"), Ok("4")));
    let path = scratch("pasp-copied.mp4");
    copy(&source, &path);
    let aspect = "stream=sample_aspect_ratio,display_aspect_ratio";
    assert_eq!(probe(&source, aspect), probe(&path, aspect));
    assert_eq!(probe(&path, aspect)[0]["sample_aspect_ratio"], "1:1");
    // Where nothing disagrees nothing is said.
    let square = clip("square.mp4", &format!("{PICTURE} {X264}"));
    let demuxer = Demuxer::open(text(&square)).unwrap();
    assert_eq!(demuxer.track(0).unwrap().get("displayAspectWidth"), Ok(""));
}

#[test]
fn mpeg_ts_becomes_mp4_with_avcc_and_lengths() {
    let source = clip("annexb.ts", &format!("{PICTURE} {SOUND} {X264} -c:a aac"));
    for ending in ["mp4", "mov", "mkv"] {
        let path = scratch(&format!("from-ts.{ending}"));
        copy(&source, &path);
        let mut demuxer = Demuxer::open(text(&path)).unwrap();
        let avcc = demuxer.track(0).unwrap().description().expect("a description").to_vec();
        assert_eq!(avcc[0], 1, "{ending}");
        let length_bytes = usize::from(avcc[4] & 3) + 1;
        while let Some((track, chunk)) = demuxer.read().unwrap() {
            let good = track != 0 || nal::length_prefixed(chunk.data, length_bytes).all(|unit| unit.is_ok());
            assert!(good, "{ending}: chunk {} has no lengths", chunk.info.id);
        }
        assert_eq!(shown(&source), shown(&path), "{ending}");
        assert_eq!(shown(&path).len(), 50);
        if ending == "mp4" {
            assert_eq!(probe(&path, "stream=codec_tag_string")[0]["codec_tag_string"], "avc1");
            assert_eq!(probe(&path, "stream=codec_tag_string")[1]["codec_tag_string"], "mp4a");
        }
        assert_eq!(packets(&source)["0"].len(), packets(&path)["0"].len());
    }
}

#[test]
fn annexb_without_parameter_sets_is_refused_by_the_first_chunk() {
    let source = clip("sets.ts", &format!("{PICTURE} {X264}"));
    let path = scratch("sets.mp4");
    let demuxer = Demuxer::open(text(&source)).unwrap();
    let mut muxer = Muxer::create(text(&path)).unwrap();
    muxer.add_track(demuxer.track(0).unwrap()).unwrap();
    let chunk = ChunkRef {
        info: ChunkInfo { key: true, ..ChunkInfo::default() },
        data: &[0, 0, 0, 1, 0x65, 1],
        alpha: None,
    };
    let error = muxer.write(0, chunk).unwrap_err();
    assert!(
        error.kind == Kind::Data && error.text.contains("track 0") && error.text.contains("parameter sets"),
        "{error}"
    );
    drop(muxer);
    assert_eq!(copy(&source, &path), 50, "another muxer, with all chunks");
}

#[test]
fn title_and_language_are_written_and_read() {
    let plain = clip("untitled.mp4", &format!("{PICTURE} {SOUND} {X264} -c:a aac"));
    let source = clip("titled.mp4", &format!("-i {} -c copy -metadata:s:a:0 language=deu", text(&plain)));
    let demuxer = Demuxer::open(text(&source)).unwrap();
    assert_eq!(demuxer.get("title"), Ok(String::new()));
    assert_eq!(demuxer.track(0).unwrap().get("language"), Ok(""));
    assert_eq!(demuxer.track(1).unwrap().get("language"), Ok("deu"));
    for ending in ["mp4", "mkv"] {
        let path = scratch(&format!("titled-copy.{ending}"));
        copy_with(&source, &path, &[("title", "Grüße, \"Welt\"")]).unwrap();
        assert_eq!(probe(&path, "format_tags=title")[0]["TAG:title"], "Grüße, \"Welt\"", "{ending}");
        let languages = probe(&path, "stream=index:stream_tags=language");
        assert_eq!(languages[1]["TAG:language"], "deu", "{ending}");
        let demuxer = Demuxer::open(text(&path)).unwrap();
        assert_eq!(demuxer.get("title").as_deref(), Ok("Grüße, \"Welt\""));
        assert_eq!(demuxer.track(1).unwrap().get("language"), Ok("deu"));
    }
    let other = clip("other-code.mkv", &format!("-i {} -c copy -metadata:s:a:0 language=ger", text(&plain)));
    assert_eq!(Demuxer::open(text(&other)).unwrap().track(1).unwrap().get("language"), Ok("deu"));
    let error = demuxer.get("titel").unwrap_err();
    assert!(
        error.text.starts_with("unknown key \"titel\", allowed are title, format, tags.<name>"),
        "{error}"
    );
    let mut config = demuxer.track(1).unwrap().try_clone().unwrap();
    for wrong in ["de", "DEU", "deut", "d3u", ""] {
        assert!(config.set("language", wrong).unwrap_err().text.contains("three small letters"), "{wrong}");
    }
}

#[test]
fn muxer_set_refuses_by_name_and_after_the_first_write() {
    let mut muxer = Muxer::create(text(&scratch("set.mp4"))).unwrap();
    let mut refused = |key: &str, value: &str| {
        let error = muxer.set(key, value).unwrap_err();
        assert_eq!(error.kind, Kind::InvalidArgument);
        error.text
    };
    assert_eq!(
        refused("fastStart", "true"),
        "unknown key \"fastStart\", allowed are startAtZero, title, faststart, fragmentDuration"
    );
    assert_eq!(refused("startAtZero", "yes"), "startAtZero is \"yes\", allowed are true and false");
    assert!(refused("title", "a\0b").contains("title"));
    let source = clip("for-set.mp4", &format!("{PICTURE} {X264}"));
    let mut demuxer = Demuxer::open(text(&source)).unwrap();
    muxer.add_track(demuxer.track(0).unwrap()).unwrap();
    let (_, chunk) = demuxer.read().unwrap().unwrap();
    muxer.write(0, chunk).unwrap();
    assert_eq!(muxer.set("title", "late").unwrap_err().kind, Kind::InvalidState);
}

#[test]
fn the_first_timestamp_stays_or_starts_at_zero() {
    let plain = clip("from-zero.mp4", &format!("{PICTURE} {SOUND} {X264} -c:a aac"));
    let late = clip("from-late.mp4", &format!("-itsoffset 7.24 -i {} -c copy", text(&plain)));
    let begins = |path: &Path| {
        let streams = probe(path, "stream=start_time");
        [0, 1].map(|index| streams[index]["start_time"].parse::<f64>().unwrap())
    };
    assert!((begins(&late)[0] - 7.24).abs() < 1e-6);
    for ending in ["mp4", "mov", "mkv"] {
        let (stays, zero) = (scratch(&format!("stays.{ending}")), scratch(&format!("zero.{ending}")));
        copy_with(&late, &stays, &[]).unwrap();
        copy_with(&late, &zero, &[("startAtZero", "true")]).unwrap();
        let (source, stays, zero) = (begins(&late), begins(&stays), begins(&zero));
        for track in 0..2 {
            assert!((source[track] - stays[track]).abs() < 1e-3, "{ending}: {source:?} {stays:?}");
            let earliest = source[0].min(source[1]);
            assert!((source[track] - earliest - zero[track]).abs() < 1e-3, "{ending}: {source:?} {zero:?}");
        }
    }
}

#[test]
fn an_edit_list_that_ends_early_shows_what_it_says() {
    let source = data("ed_trim.mp4");
    let infos = chunk_infos(&source);
    let shown_times: Vec<_> =
        infos.iter().filter(|info| !info.discard).map(|info| info.timestamp_us).collect();
    assert_eq!((infos.len(), shown_times.len()), (100, 53));
    assert!(shown_times.iter().all(|time| (0..2_100_000).contains(time)), "{shown_times:?}");
    let last = infos.iter().filter(|info| !info.discard).max_by_key(|info| info.timestamp_us).unwrap();
    assert_eq!((last.timestamp_us, last.duration_us), (2_080_000, Some(20_000)), "it ends at 2.1 s");
    let path = scratch("ed_trim-copied.mp4");
    copy_with(&source, &path, &[]).unwrap();
    assert_eq!(shown(&source).len(), 53);
    assert_eq!(shown(&source), shown(&path));
    let lasts: f64 = probe(&path, "stream=duration")[0]["duration"].parse().unwrap();
    assert!((lasts - 2.1).abs() < 1e-4, "{lasts}");
    let of_copy = self::chunk_infos(&path);
    assert!(of_copy.len() < 60, "what nothing needs is left out: {}", of_copy.len());
    let mut times: Vec<_> =
        of_copy.iter().filter(|info| !info.discard).map(|info| info.timestamp_us).collect();
    times.sort_unstable();
    assert_eq!(times, (0..53).map(|number| number * 40_000).collect::<Vec<_>>());
    let error = copy_with(&source, &scratch("ed_trim.mkv"), &[]).unwrap_err();
    assert!(error.kind == Kind::NotSupported && error.text.contains("edit list"), "{error}");
}

#[test]
fn a_beginning_that_is_not_shown_gets_negative_times_and_an_edit_list() {
    let whole = clip("whole-edit.mp4", &format!("{PICTURE} {X264}"));
    let source = clip("cut-edit.mp4", &format!("-ss 1.2 -i {} -c copy", text(&whole)));
    let before = chunk_infos(&source);
    assert!(before[0].discard && before[0].timestamp_us < 0, "{:?}", before[0]);
    assert!(before.iter().all(|info| info.discard == (info.timestamp_us < 0)));
    let path = scratch("cut-edit-copied.mp4");
    copy_with(&source, &path, &[]).unwrap();
    assert_eq!(before, chunk_infos(&path));
    assert_eq!(shown(&source), shown(&path));
    let error = copy_with(&source, &scratch("cut-edit.mkv"), &[]).unwrap_err();
    assert!(error.kind == Kind::NotSupported && error.text.contains("edit list"), "{error}");
}

/// A copy of an MP4 file whose only track shows these pieces of itself: where they begin and how long they are, in
/// milliseconds. The edit list takes the place of the old one and of what is behind it: the file has a `free` box there.
fn with_edits(name: &str, source: &Path, edits: &[(u32, u32)], timescale: u32) -> std::path::PathBuf {
    let bytes = std::fs::read(source).unwrap();
    let find =
        |name: &[u8]| bytes.windows(4).position(|window| window == name).expect("the box is there") - 4;
    let size_at = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    let mut list = vec![0, 0, 0, 0];
    list.extend((edits.len() as u32).to_be_bytes());
    for (begin_ms, length_ms) in edits {
        list.extend(length_ms.to_be_bytes());
        list.extend((begin_ms * (timescale / 1000)).to_be_bytes());
        list.extend(0x0001_0000_u32.to_be_bytes());
    }
    let mut edts = ((list.len() + 16) as u32).to_be_bytes().to_vec();
    edts.extend(b"edts");
    edts.extend(((list.len() + 8) as u32).to_be_bytes());
    edts.extend(b"elst");
    edts.extend(list);
    // The index must be at the end of the file, so that nothing else moves.
    let (moov, trak, old) = (find(b"moov"), find(b"trak"), find(b"edts"));
    assert!(moov > find(b"mdat"));
    let old_bytes = size_at(old);
    let mut changed = bytes[..old].to_vec();
    changed.extend(&edts);
    changed.extend(&bytes[old + old_bytes as usize..]);
    for at in [moov, trak] {
        let size = size_at(at) + edts.len() as u32 - old_bytes;
        changed[at..at + 4].copy_from_slice(&size.to_be_bytes());
    }
    let path = scratch(name);
    std::fs::write(&path, changed).unwrap();
    path
}

#[test]
fn edits_that_are_cut_and_swapped_have_times_that_go_on() {
    let whole = clip("edits.mp4", &format!("{PICTURE} {X264} -video_track_timescale 25000"));
    // FFmpeg counts later edits from their first picture in the order of decoding: they begin late by that much of the delay
    // of B-frames, 80 ms here.
    let cases = [
        ("swapped.mp4", [(1280, 600), (480, 600)], 0),
        ("cut.mp4", [(480, 400), (1480, 400)], 40_000),
        ("first.mp4", [(80, 400), (1480, 400)], 80_000),
    ];
    for (name, edits, gap_us) in cases {
        let source = with_edits(name, &whole, &edits, 25_000);
        let infos = chunk_infos(&source);
        let mut times: Vec<_> =
            infos.iter().filter(|info| !info.discard).map(|info| info.timestamp_us).collect();
        times.sort_unstable();
        let pictures = [0, 1].map(|edit: usize| i64::from(edits[edit].1) / 40);
        let second = (pictures[0]..pictures[0] + pictures[1]).map(|number| number * 40_000 + gap_us);
        let want: Vec<_> = (0..pictures[0]).map(|number| number * 40_000).chain(second).collect();
        assert_eq!(times, want, "{name}");
        assert!(infos.iter().all(|info| info.dts_us.is_some_and(|dts| dts <= info.timestamp_us)), "{name}");
        assert!(infos.windows(2).all(|pair| pair[0].dts_us <= pair[1].dts_us), "{name}: {infos:?}");
        let error = copy_with(&source, &scratch("edits-copied.mp4"), &[]).unwrap_err();
        assert!(error.kind == Kind::NotSupported && error.text.contains("edit list"), "{error}");
    }
}

#[test]
fn two_sample_descriptions_are_one_with_sets_in_band() {
    let (source, path) = (data("two_descriptions.mp4"), scratch("two_descriptions-copied.mp4"));
    assert_eq!(copy(&source, &path), 50);
    assert_eq!(shown(&path).len(), 50, "in silence");
    // Of the source ffmpeg's parser complains, who reads the second half by the first half's sets.
    assert_eq!(shown_with(&source, "quiet"), shown(&path));
    let mut demuxer = Demuxer::open(text(&source)).unwrap();
    let mut with_sets = Vec::new();
    while let Some((_, chunk)) = demuxer.read().unwrap() {
        let types: Vec<_> =
            nal::length_prefixed(chunk.data, 4).map(|unit| nal::unit_type(unit.unwrap())).collect();
        if types.contains(&nal::SPS) {
            assert!(chunk.info.key && types.contains(&nal::PPS), "{types:?}");
            with_sets.push(chunk.info.id);
        }
    }
    assert!(with_sets.contains(&25), "{with_sets:?}");
}

/// What our decoder gives of a file's video: how many frames of which display size.
fn decoded(path: &Path) -> (usize, (u32, u32)) {
    let mut demuxer = Demuxer::open(text(path)).unwrap();
    let track = demuxer.track(0).unwrap();
    let keys: Vec<_> = ["displayAspectWidth", "displayAspectHeight"]
        .into_iter()
        .filter_map(|key| track.get(key).ok().filter(|value| !value.is_empty()).map(|value| (key, value)))
        .collect();
    let config = c_api::Config::new(track.codec(), &keys).described(track.description().unwrap());
    let mut chunks = Vec::new();
    while let Some((_, chunk)) = demuxer.read().unwrap() {
        let out = Out::chunk(chunk.info.timestamp_us, chunk.info.key, chunk.data.to_vec());
        chunks.push(Out { id: chunk.info.id, discard: chunk.info.discard, ..out });
    }
    let frames = Decoder::new(&config).unwrap().decode(&chunks).unwrap();
    let info = frames[0].frame.as_ref().unwrap().info();
    (frames.len(), (info.display_width, info.display_height))
}

#[test]
fn our_decoder_takes_both_descriptions_and_pasp() {
    assert_eq!(decoded(&data("two_descriptions.mp4")).0, 50);
    assert_eq!(decoded(&data("pasp.mp4")).1, (720, 576));
}
