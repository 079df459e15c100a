//! Decoding streams that others make, against ffmpeg: bad side information, starts in the middle, streams that say
//! nothing of reordering, lost pictures.

mod c_api;
mod support;

use std::collections::BTreeMap;
use std::process::Command;

use c_api::clips::access_units;
use c_api::*;
use support::{annexb_of, clip, data, packets, run, scratch};

const SOURCE: &str = "-f lavfi -i testsrc2=s=320x240:r=30:d=2 -pix_fmt yuv420p -c:v libx264";

/// Threads, and whether they may not delay.
const THREADS: [(&str, &str); 4] = [("1", "false"), ("2", "false"), ("4", "false"), ("2", "true")];

/// What ffmpeg decodes a raw stream to, whatever it says of it.
fn decoded(name: &str, stream: &[u8], how: &[&str]) -> Vec<u8> {
    let path = scratch(name);
    std::fs::write(&path, stream).unwrap();
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "quiet", "-nostdin"]).args(how).arg("-i").arg(path);
    run(command.args(["-fps_mode", "passthrough", "-f", "rawvideo", "-"])).stdout
}

fn joined(chunks: &[Out]) -> Vec<u8> {
    chunks.iter().flat_map(|chunk| chunk.data.clone()).collect()
}

fn decoder(threads: (&str, &str), more: &[(&str, &str)]) -> Decoder {
    let keys = [&[("threads", threads.0), ("optimizeForLatency", threads.1)], more].concat();
    Decoder::new(&Config::new("avc1.640033", &keys)).unwrap()
}

fn bytes_of(what: &str, outs: &[Out]) -> Vec<u8> {
    let bytes = |out: &Out| out.frame.as_ref().unwrap_or_else(|| panic!("{what}: an error")).bytes();
    outs.iter().flat_map(bytes).collect()
}

/// Decodes the chunks with each number of threads: all pictures are `wanted`.
fn assert_pictures(what: &str, chunks: &[Out], wanted: &[u8]) {
    assert!(!wanted.is_empty(), "{what}");
    for threads in THREADS {
        let decoder = decoder(threads, &[]);
        let outs = decoder.decode(chunks).unwrap();
        let found = bytes_of(&format!("{what}, {threads:?}: {}", decoder.error()), &outs);
        assert!(found == wanted, "{what}, {threads:?}: {} frames differ", outs.len());
        let stats = decoder.stats();
        assert_eq!(stats.in_codec, 0, "{what}, {threads:?}");
        assert_eq!(stats.dropped, (chunks.len() - outs.len()) as u64, "{what}, {threads:?}");
    }
}

/// A NAL unit with its start code and the emulation prevention that it needs.
fn unit(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0, 0, 0, 1];
    for &byte in bytes {
        if byte <= 3 && out.len() > 5 && out.ends_with(&[0, 0]) {
            out.push(3);
        }
        out.push(byte);
    }
    out
}

#[test]
fn bad_side_information_harms_no_picture() {
    let stream = annexb_of(&data("src.mp4"));
    let wanted = decoded("src.h264", &stream, &[]);
    assert_eq!(wanted.len(), 100 * 320 * 240 * 3 / 2);
    assert_pictures("sei.mp4", &access_units(&annexb_of(&data("sei.mp4"))), &wanted);
    let bad = [
        ("an SEI that ends early", unit(&[&[6, 5, 200][..], &[7; 40], &[0x80]].concat())),
        (
            "an SEI without trailing bits",
            unit(&[6, 5, 17, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]),
        ),
        ("a buffering period of no parameter set", unit(&[6, 0, 3, 0x0c, 0xff, 0xff, 0x80])),
        ("an unknown SEI that ends early", unit(&[6, 0xff, 0xff, 90, 100, 1, 0x80])),
        ("a picture timing that ends early", unit(&[6, 1, 1, 0xff, 0x80])),
        ("picture parameters of no sequence", unit(&[0x68, 0x0c, 0x0e, 0x3c, 0x80])),
        ("a parameter set that ends early", unit(&[0x67, 100, 0, 13, 0x04, 0x80])),
        ("an SEI of nothing", unit(&[6])),
        ("a unit of an unknown type", unit(&[0x1f, 1, 2, 3])),
    ];
    for (what, unit) in bad {
        for at in [30, 51] {
            let mut chunks = access_units(&stream);
            chunks[at].data.splice(0..0, unit.iter().copied());
            assert_pictures(&format!("{what} at {at}"), &chunks, &wanted);
        }
    }
}

/// The chunks from the last one on that is a key frame to ffprobe, but not an IDR picture.
fn from_recovery_point(name: &str, options: &str) -> Vec<Out> {
    let path = clip(name, &format!("{SOURCE} {options}"));
    let mut chunks = access_units(&std::fs::read(&path).unwrap());
    let recovers =
        |chunk: &Out| chunk.data.windows(5).any(|bytes| bytes[..4] == [0, 0, 1, 6] && bytes[4] == 6);
    let at = (1..chunks.len() - 20).rev().find(|at| recovers(&chunks[*at]) && !chunks[*at].key).unwrap();
    chunks.drain(..at);
    // Parameter sets are at the stream's beginning only.
    let sets = std::fs::read(&path).unwrap();
    let end = sets.windows(4).position(|bytes| bytes[..3] == [0, 0, 1] && bytes[3] & 31 == 6).unwrap();
    chunks[0].data.splice(0..0, sets[..end].iter().copied());
    chunks[0].key = true;
    chunks
}

#[test]
fn decoding_begins_at_a_recovery_point() {
    for (name, options) in [
        ("open-gop", "-x264-params open-gop=1:keyint=25:min-keyint=25:bframes=3:scenecut=0"),
        ("open-gop-pyramid", "-x264-params open-gop=1:keyint=20:bframes=5:b-pyramid=normal:scenecut=0"),
        ("intra-refresh", "-x264-params intra-refresh=1:keyint=20:bframes=0"),
        ("intra-refresh-slices", "-x264-params intra-refresh=1:keyint=20:bframes=0:slices=3"),
    ] {
        let chunks = from_recovery_point(&format!("recover-{name}.h264"), options);
        let wanted = decoded(&format!("cut-{name}.h264"), &joined(&chunks), &[]);
        let pictures = wanted.len() / (320 * 240 * 3 / 2);
        println!("{name}: {} chunks, {pictures} pictures can be right", chunks.len());
        assert_pictures(name, &chunks, &wanted);
    }
}

#[test]
fn no_frame_is_lost_where_the_stream_says_nothing_of_reordering() {
    let wanted = decoded("src.h264", &annexb_of(&data("src.mp4")), &[]);
    let silent = annexb_of(&data("novui.mp4"));
    let chunks = access_units(&silent);
    for threads in &THREADS[..3] {
        let decoder = decoder(*threads, &[]);
        assert!(bytes_of("novui", &decoder.decode(&chunks).unwrap()) == wanted, "{threads:?}");
        assert_eq!(decoder.stats().dropped, 0);
    }
    // A group of pictures without B-frames, then one with.
    let without = chunks.iter().take(50).filter(|chunk| !is_unreferenced(&chunk.data));
    let mixed: Vec<u8> = without.chain(&chunks[50..]).flat_map(|chunk| chunk.data.clone()).collect();
    let (mixed, wanted) = (access_units(&mixed), decoded("mixed.h264", &mixed, &["-strict", "1"]));
    assert!(mixed.len() < 90 && wanted.len() == mixed.len() * 320 * 240 * 3 / 2, "{}", mixed.len());
    for threads in &THREADS[..3] {
        let outs = decoder(*threads, &[]).decode(&mixed).unwrap();
        assert!(bytes_of("mixed", &outs) == wanted, "{threads:?}: {} of {}", outs.len(), mixed.len());
    }
}

/// A stream that cannot reorder (pic_order_cnt_type 2), and one that does not say how far, one after the other.
#[test]
fn a_stream_that_begins_to_reorder_loses_no_frame() {
    let calm = std::fs::read(clip("calm.h264", &format!("{SOURCE} -bf 0 -g 30 -frames:v 40"))).unwrap();
    let silent = annexb_of(&data("novui.mp4"));
    let all = access_units(&[&calm[..], &silent, &calm].concat());
    let wanted = [decoded("calm-2.h264", &calm, &[]), decoded("src.h264", &annexb_of(&data("src.mp4")), &[])];
    let wanted = [&wanted[0][..], &wanted[1], &wanted[0]].concat();
    for threads in &THREADS[..3] {
        let decoder = decoder(*threads, &[]);
        let outs = decoder.decode(&all).unwrap();
        assert!(bytes_of("both", &outs) == wanted, "{threads:?}: {} of {}", outs.len(), all.len());
        let ids: Vec<u64> = outs.iter().map(|out| out.id).collect();
        assert_eq!(ids[..40], (0..40).collect::<Vec<_>>());
    }
}

/// Two sequences in turn, whose parameter sets came once and which need decoders of their own.
#[test]
fn parameter_sets_of_earlier_sequences_stay_known() {
    let sequence = |name: &str, options: &str| {
        std::fs::read(clip(name, &format!("{SOURCE} -frames:v 20 -x264-params {options}"))).unwrap()
    };
    let calm = sequence("sets-calm.h264", "sps-id=0:bframes=0");
    let other = sequence("sets-other.h264", "sps-id=1:bframes=3:b-pyramid=normal");
    // Behind the sets there is x264's message.
    let sets = calm.windows(4).position(|bytes| bytes[..3] == [0, 0, 1] && bytes[3] & 31 == 6).unwrap();
    let both = [&calm[..], &other, &calm[sets..]].concat();
    let (chunks, wanted) = (access_units(&both), decoded("sets-both.h264", &both, &[]));
    assert_eq!(chunks.len(), 60);
    for (threads, delay) in [("1", "12"), ("3", "2"), ("4", "3")] {
        let decoder = decoder((threads, "false"), &[("maxDelay", delay)]);
        let outs = decoder.decode(&chunks).unwrap();
        assert!(bytes_of(&decoder.error(), &outs) == wanted, "{threads} threads, {} frames", outs.len());
    }
}

/// True if no picture refers to the one in this chunk: nal_ref_idc of its first slice is 0.
fn is_unreferenced(chunk: &[u8]) -> bool {
    let slice = chunk.windows(4).find(|bytes| bytes[..3] == [0, 0, 1] && matches!(bytes[3] & 31, 1 | 5));
    slice.is_some_and(|slice| slice[3] & 0x60 == 0)
}

fn flagged(outs: &[Out]) -> Vec<u64> {
    let lost = |out: &&Out| out.frame.as_ref().unwrap().info().flags & FG_VIDEO_FLAG_REFERENCE_LOST != 0;
    let mut ids: Vec<u64> = outs.iter().filter(lost).map(|out| out.id).collect();
    ids.sort();
    ids
}

#[test]
fn a_lost_reference_marks_the_pictures_up_to_the_next_key() {
    let stream = std::fs::read(clip("lost.h264", &format!("{SOURCE} -bf 0 -g 30"))).unwrap();
    for threads in THREADS {
        let mut chunks = access_units(&stream);
        chunks.remove(12);
        let outs = decoder(threads, &[]).decode(&chunks).unwrap();
        assert_eq!(outs.len(), 59);
        assert_eq!(flagged(&outs), (13..30).collect::<Vec<_>>(), "{threads:?}");
    }
    // Nobody refers to what is missing: nothing is wrong.
    let stream = std::fs::read(clip("lost-b.h264", &format!("{SOURCE} -bf 3 -g 30"))).unwrap();
    let mut chunks = access_units(&stream);
    let unreferenced = (5..60).find(|at| is_unreferenced(&chunks[*at].data)).unwrap();
    chunks.remove(unreferenced);
    let outs = decoder(("2", "false"), &[]).decode(&chunks).unwrap();
    assert_eq!((outs.len(), flagged(&outs)), (59, vec![]));
    // Open groups of pictures: those that are shown before the next key picture are wrong, too.
    let open = "-x264-params open-gop=1:keyint=20:min-keyint=20:bframes=3:b-adapt=0:scenecut=0";
    let path = clip("lost-open.mp4", &format!("{SOURCE} {open}"));
    let times = packets(&path).remove("0").unwrap();
    let mut chunks = access_units(&annexb_of(&path));
    for (chunk, packet) in chunks.iter_mut().zip(&times) {
        chunk.timestamp_us = (packet["pts_time"].parse::<f64>().unwrap() * 1e6).round() as i64;
    }
    let key = (1..60).find(|at| times[*at]["flags"].starts_with('K')).unwrap();
    let leading = (key + 1..60).take_while(|at| chunks[*at].timestamp_us < chunks[key].timestamp_us).count();
    assert!(leading > 0);
    let lost = (5..key).find(|at| !is_unreferenced(&chunks[*at].data)).unwrap();
    chunks.remove(lost);
    let outs = decoder(("2", "false"), &[]).decode(&chunks).unwrap();
    let wrong = (lost + 1..key).chain(key + 1..=key + leading).map(|at| at as u64);
    assert_eq!(flagged(&outs), wrong.collect::<Vec<_>>());
}

/// Whatever picture is lost: those that come out otherwise than without the loss are marked, others are not, and what does
/// not come out is counted.
fn assert_losses_are_told(name: &str, options: &str) -> u64 {
    let path = clip(&format!("told-{name}.mp4"), &format!("{SOURCE} {options}"));
    let times = packets(&path).remove("0").unwrap();
    let mut chunks = access_units(&annexb_of(&path));
    for (chunk, packet) in chunks.iter_mut().zip(&times) {
        chunk.timestamp_us = (packet["pts_time"].parse::<f64>().unwrap() * 1e6).round() as i64;
    }
    let pictures = |outs: &[Out]| -> BTreeMap<u64, Vec<u8>> {
        outs.iter().map(|out| (out.id, out.frame.as_ref().unwrap().bytes())).collect()
    };
    let (right, mut dropped) = (pictures(&decoder(("1", "false"), &[]).decode(&chunks).unwrap()), 0);
    for lost in 1..chunks.len() {
        let chunk = chunks.remove(lost);
        let decoder = decoder((["1", "2"][lost % 2], "false"), &[]);
        let outs = decoder.decode(&chunks).unwrap();
        let found = pictures(&outs);
        let wrong: Vec<u64> = found.keys().copied().filter(|id| found[id] != right[id]).collect();
        let marked = flagged(&outs);
        assert!(wrong.iter().all(|id| marked.contains(id)), "{name} without {lost}: {wrong:?}, {marked:?}");
        assert!(!wrong.is_empty() || marked.is_empty(), "{name} without {lost}: {marked:?}");
        assert_eq!(decoder.stats().dropped, (chunks.len() - outs.len()) as u64, "{name} without {lost}");
        dropped += decoder.stats().dropped;
        chunks.insert(lost, chunk);
    }
    dropped
}

#[test]
fn whatever_picture_is_lost_the_wrong_ones_are_marked_and_the_missing_ones_counted() {
    let refresh = "-x264-params intra-refresh=1:keyint=20:bframes=3:scenecut=0";
    assert_losses_are_told("refresh", refresh);
    assert_losses_are_told("pyramid", "-x264-params keyint=30:bframes=5:b-pyramid=normal");
    // Where one is lost as frame_num comes around (16 here), FFmpeg's picture order runs back and it drops the next ones.
    assert!(assert_losses_are_told("around", "-tune zerolatency -x264-params keyint=100:rc-lookahead=0") > 0);
}

#[test]
fn intact_streams_are_not_marked_and_nothing_of_them_is_dropped() {
    for (name, options) in [
        ("pyramid", "-bf 5 -x264-params b-pyramid=normal"),
        ("open", "-x264-params open-gop=1:keyint=20:bframes=3"),
        ("refresh", "-x264-params intra-refresh=1:keyint=20:bframes=0"),
        ("interlaced", "-flags +ildct+ilme -x264-params tff=1"),
        ("slices", "-preset veryslow -x264-params slices=4"),
        ("one-reference", "-refs 1 -bf 2"),
    ] {
        let stream =
            std::fs::read(clip(&format!("intact-{name}.h264"), &format!("{SOURCE} {options}"))).unwrap();
        for threads in THREADS {
            let decoder = decoder(threads, &[]);
            let outs = decoder.decode(&access_units(&stream)).unwrap();
            assert_eq!((outs.len(), flagged(&outs)), (60, vec![]), "{name}");
            assert_eq!(decoder.stats().dropped, 0);
        }
    }
    let fields = access_units(&std::fs::read(data("paff.h264")).unwrap());
    assert_eq!(flagged(&decoder(("1", "false"), &[]).decode(&fields).unwrap()), vec![]);
}

/// Chunks that are decoded and not shown: no frame, no slot, and the others are what they were.
#[test]
fn what_is_marked_discard_is_decoded_and_not_shown() {
    let stream = annexb_of(&data("src.mp4"));
    let pictures = decoded("src.h264", &stream, &[]);
    let shown: Vec<&[u8]> = pictures.chunks(320 * 240 * 3 / 2).collect();
    for threads in THREADS {
        let mut chunks = access_units(&stream);
        let whole = decoder(threads, &[]).decode(&chunks).unwrap();
        chunks.iter_mut().for_each(|chunk| chunk.discard = chunk.id % 3 == 0 || (40..60).contains(&chunk.id));
        let decoder = decoder(threads, &[("slots", "2")]);
        let outs = decoder.decode(&chunks).unwrap();
        let wanted = whole.iter().zip(&shown).filter(|(out, _)| !chunks[out.id as usize].discard);
        let wanted: Vec<u8> = wanted.flat_map(|(_, picture)| picture.iter().copied()).collect();
        assert!(bytes_of("discard", &outs) == wanted, "{threads:?}: {} frames", outs.len());
        let stats = decoder.stats();
        assert_eq!((stats.dropped, stats.in_codec, stats.queued), (100 - outs.len() as u64, 0, 0));
    }
}

#[test]
fn an_empty_chunk_is_the_decoders_to_refuse_unless_a_key_is_due() {
    let mut chunks = access_units(&annexb_of(&data("src.mp4")));
    chunks.truncate(10);
    chunks[5].data.clear();
    let decoder = decoder(("1", "false"), &[]);
    let refused = decoder.enqueue(&Out::chunk(0, true, vec![]), 0).unwrap_err();
    assert_eq!(refused.status, FG_ERROR_DATA);
    let outs = decoder.decode(&chunks).unwrap();
    let error = outs.last().unwrap();
    assert_eq!((error.kind, error.status, error.timestamp_us), (FG_OUTPUT_ERROR, FG_ERROR_ENCODING, 5000));
    assert!(decoder.error().contains("the chunk is empty"), "{}", decoder.error());
}
