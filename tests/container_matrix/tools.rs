//! Debian's own decoders take what is written here, to the sample.

use std::process::Command;

use framegate::container::{Demuxer, Muxer};

use crate::sources::{SAMPLES, decoded, read, sources};
use crate::support::{ffmpeg, scratch, text};

/// Writes a source's track; the path, and what is decoded here.
fn written(name: &str, extension: &str) -> (String, Vec<u8>) {
    let source = sources().iter().find(|source| source.name == name).unwrap();
    let path = scratch(&format!("tools-{name}.{extension}"));
    let mut muxer = Muxer::create(text(&path)).unwrap();
    let track = source.add_to(&mut muxer).unwrap();
    source.write_to(&mut muxer, track, 0..source.chunks.len());
    muxer.finish().unwrap();
    let (config, chunks) = read(&mut Demuxer::open(text(&path)).unwrap());
    (text(&path).to_owned(), decoded(&config, &chunks))
}

fn floats(bytes: &[u8]) -> impl Iterator<Item = f32> + '_ {
    bytes.chunks_exact(4).map(|sample| f32::from_ne_bytes(sample.try_into().unwrap()))
}

/// As many samples, `off` at the most: opusdec and oggdec have other decoders than FFmpeg, and some tools round to 16 bits.
#[test]
fn debians_decoders_give_every_sample_and_no_more() {
    for (name, extension, command, off) in [
        ("opus", "opus", "opusdec --quiet --float --rate 48000 --no-dither IN OUT", 2e-4),
        ("flac", "flac", "flac --silent -f -d IN -o OUT", 0.0),
        ("flac", "ogg", "flac --silent --ogg -f -d IN -o OUT", 0.0),
        ("mp3", "mp3", "lame --quiet --decode IN OUT", 2.0 / 32_768.0),
        ("vorbis", "ogg", "oggdec -Q IN -o OUT", 2.0 / 32_768.0),
    ] {
        let (path, ours) = written(name, extension);
        assert_eq!(ours.len(), SAMPLES * 2 * 4, "{path}");
        let wav = scratch(&format!("tools-{name}-{extension}.wav"));
        let mut words = command.split(' ').map(|word| match word {
            "IN" => &*path,
            "OUT" => text(&wav),
            word => word,
        });
        let output = Command::new(words.next().unwrap()).args(words).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command}: {said}");
        let theirs = ffmpeg(&format!("-i {} -f f32le -", text(&wav)));
        assert_eq!(theirs.len(), ours.len(), "{path}: {said}");
        let furthest = floats(&ours).zip(floats(&theirs)).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(furthest <= off, "{path}: {furthest}");
    }
}

/// STREAMINFO says the total and the sizes of frames, as `metaflac` shows them.
#[test]
fn flac_says_how_long_it_is() {
    let (path, _) = written("flac", "flac");
    let shown = Command::new("metaflac")
        .args(["--show-total-samples", "--show-min-framesize", "--show-max-framesize", &path])
        .output()
        .unwrap();
    let source = sources().iter().find(|source| source.name == "flac").unwrap();
    let sizes = || source.chunks.iter().map(|chunk| chunk.data.len());
    let wanted = format!("{SAMPLES}\n{}\n{}\n", sizes().min().unwrap(), sizes().max().unwrap());
    assert_eq!(String::from_utf8(shown.stdout).unwrap(), wanted);
}
