//! Sound from any format to any other, AudioData.allocationSize and copyTo, against definitions in exact numbers and the `ffmpeg`
//! command.

use std::io::Write;
use std::process::{Command, Stdio};
use std::ptr::NonNull;
use std::sync::Arc;

use framegate::error::Kind;
use framegate::media::sound::copy::{CopyOptions, allocation_size, copy_to};
use framegate::media::sound::write;
use framegate::media::{AudioData, AudioInfo, SampleFormat, SampleFormat::*};

const CANARY: u8 = 0xa5;

/// A sample: its level times 2^31 if it is a whole number, as all but those of f32 are.
#[derive(Clone, Copy, Debug)]
enum Level {
    Whole(i128),
    Float(f32),
}

fn level(format: SampleFormat, bytes: &[u8]) -> Level {
    match format.packed() {
        U8 => Level::Whole((i128::from(bytes[0]) - 128) << 24),
        S16 => Level::Whole(i128::from(i16::from_ne_bytes(bytes.try_into().unwrap())) << 16),
        S32 => Level::Whole(i128::from(i32::from_ne_bytes(bytes.try_into().unwrap()))),
        _ => Level::Float(f32::from_ne_bytes(bytes.try_into().unwrap())),
    }
}

/// The definition: the nearest sample of a format, of two as near the even one; beyond the ends, the end; NaN is silence.
fn nearest(format: SampleFormat, level: Level) -> Vec<u8> {
    let whole = |bits: u32| -> i64 {
        let (low, high) = (-(1i64 << (bits - 1)), (1i64 << (bits - 1)) - 1);
        match level {
            Level::Whole(level) => {
                let step = 1i128 << (32 - bits);
                let (below, rest) = (level.div_euclid(step), level.rem_euclid(step));
                let up = rest * 2 > step || (rest * 2 == step && below % 2 != 0);
                (below + i128::from(up)).clamp(low.into(), high.into()) as i64
            }
            // A product with a power of two is exact in f64, and so are the ends.
            Level::Float(level) if level.is_nan() => 0,
            Level::Float(level) => {
                let scaled = f64::from(level) * 2f64.powi(bits as i32 - 1);
                scaled.round_ties_even().clamp(low as f64, high as f64) as i64
            }
        }
    };
    match format.packed() {
        U8 => vec![(whole(8) + 128) as u8],
        S16 => (whole(16) as i16).to_ne_bytes().to_vec(),
        S32 => (whole(32) as i32).to_ne_bytes().to_vec(),
        _ => match level {
            Level::Whole(level) => ((level as f64 / 2f64.powi(31)) as f32).to_ne_bytes().to_vec(),
            Level::Float(level) => level.to_ne_bytes().to_vec(),
        },
    }
}

/// Samples at the ends and middles of what other kinds can say, and beside them.
fn edges(format: SampleFormat) -> Vec<u8> {
    let mut state = 1u32;
    let mut random = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state
    };
    match format.packed() {
        U8 => (0..=255).collect(),
        S16 => (i16::MIN..=i16::MAX).flat_map(i16::to_ne_bytes).collect(),
        S32 => {
            let ends = [i32::MIN, i32::MIN + 1, -1, 0, 1, i32::MAX - 1, i32::MAX].into_iter();
            let of_16 =
                (-0x8000i64..0x8000).flat_map(|whole| [-1, 0, 1].map(|by| (whole << 16) + 0x8000 + by));
            let of_8 = (-0x80i64..0x80).flat_map(|whole| [-1, 0, 1].map(|by| (whole << 24) + 0x80_0000 + by));
            let halves = of_16.chain(of_8).map(|sample| sample as i32);
            let samples = ends.chain(halves).chain((0..5001).map(|_| random() as i32));
            samples.flat_map(i32::to_ne_bytes).collect()
        }
        _ => {
            let halves = |top: f32, count: i32| {
                (-count..count).flat_map(move |at| {
                    let level = at as f32 / 2.0 / top;
                    [level.next_down(), level, level.next_up()]
                })
            };
            let special =
                [0.0, 1.0, 1.5, 2.0, 3e9, 1e-40, f32::MAX, f32::MIN_POSITIVE, f32::INFINITY, f32::NAN];
            let special =
                special.into_iter().flat_map(|level| [level, -level, level.next_down(), level.next_up()]);
            let samples = special
                .chain(halves(128.0, 300))
                .chain(halves(32768.0, 70_000))
                .chain(halves(2_147_483_648.0, 3000))
                .chain((0..9001).map(|_| f32::from_bits(random())));
            samples.flat_map(f32::to_ne_bytes).collect()
        }
    }
}

fn info(format: SampleFormat, channels: u32, frames: u32) -> AudioInfo {
    AudioInfo::of(format, 48000, channels, frames)
}

/// Sound that holds these bytes, plane after plane.
fn sound(format: SampleFormat, channels: u32, bytes: &[u8]) -> AudioData {
    let frames = bytes.len() as u32 / channels / format.bytes() as u32;
    let sound = AudioData::allocate(info(format, channels, frames)).unwrap();
    sound.copy_from(bytes).unwrap();
    sound
}

fn copied(sound: &AudioData, options: &CopyOptions) -> Vec<u8> {
    let size = allocation_size(sound, options).unwrap();
    // At an odd address, as hosts may have it.
    let mut dest = vec![CANARY; size + 34];
    let odd = usize::from(dest.as_ptr().addr().is_multiple_of(2));
    copy_to(sound, options, &mut dest[odd..]).unwrap();
    assert!(dest[odd + size..].iter().all(|byte| *byte == CANARY), "a write behind the allocation size");
    dest[odd..odd + size].to_vec()
}

#[test]
fn every_sample_becomes_the_nearest_one() {
    for from in ALL_PACKED {
        let bytes = edges(from);
        let source = sound(from, 1, &bytes);
        for to in ALL_PACKED {
            let found = copied(&source, &CopyOptions { format: Some(to), ..CopyOptions::default() });
            let pairs = bytes.chunks(from.bytes()).zip(found.chunks(to.bytes()));
            for (sample, found) in pairs {
                let wanted = if from == to { sample.to_vec() } else { nearest(to, level(from, sample)) };
                assert_eq!(found, wanted, "{:?} of {} to {}", level(from, sample), from.name(), to.name());
            }
        }
    }
}

const ALL_PACKED: [SampleFormat; 4] = [U8, S16, S32, F32];

/// Some that are in every textbook, by hand.
#[test]
fn well_known_samples() {
    let convert = |from, bytes: &[u8], to| {
        copied(&sound(from, 1, bytes), &CopyOptions { format: Some(to), ..CopyOptions::default() })
    };
    assert_eq!(convert(S32, &i32::MAX.to_ne_bytes(), S16), i16::MAX.to_ne_bytes(), "saturated, not wrapped");
    assert_eq!(convert(S32, &0x0001_8000i32.to_ne_bytes(), S16), 2i16.to_ne_bytes(), "half of an odd number");
    assert_eq!(
        convert(S32, &0x0002_8000i32.to_ne_bytes(), S16),
        2i16.to_ne_bytes(),
        "half of an even number"
    );
    assert_eq!(convert(S32, &(0x0000_ffffi32).to_ne_bytes(), S16), 1i16.to_ne_bytes(), "not cut off");
    assert_eq!(convert(F32, &1f32.to_ne_bytes(), S32), i32::MAX.to_ne_bytes());
    assert_eq!(convert(F32, &(-1f32).to_ne_bytes(), S16), i16::MIN.to_ne_bytes());
    assert_eq!(convert(F32, &f32::NAN.to_ne_bytes(), U8), [128]);
    assert_eq!(convert(F32, &f32::NEG_INFINITY.to_ne_bytes(), U8), [0]);
    assert_eq!(convert(U8, &[0, 128, 255], S16), [-32768i16, 0, 0x7f00].map(i16::to_ne_bytes).concat());
    assert_eq!(convert(U8, &[0, 128, 192], F32), [-1f32, 0.0, 0.5].map(f32::to_ne_bytes).concat());
    let nan = 0x7fa0_0001u32.to_ne_bytes();
    assert_eq!(convert(F32, &nan, F32), nan, "the same format is not touched");
}

/// Bytes of some sound, each sample of its own.
fn bytes_of(format: SampleFormat, channels: u32, frames: u32) -> Vec<u8> {
    let count = channels * frames;
    let samples = (0..count).flat_map(|at| {
        let level = i128::from((at.wrapping_mul(2_654_435_761)) as i32) * 9 / 10;
        nearest(format, Level::Whole(level))
    });
    samples.collect()
}

/// The sample of a channel and frame, where it stands in bytes of plane after plane.
fn sample_of(bytes: &[u8], info: &AudioInfo, channel: usize, frame: usize) -> Level {
    let (frames, channels) = (info.frames as usize, info.channels as usize);
    let at = if info.format.is_planar() { channel * frames + frame } else { frame * channels + channel };
    level(info.format, &bytes[at * info.format.bytes()..][..info.format.bytes()])
}

/// Each pair of the 64, number of channels, and part of the sound.
#[test]
fn all_formats_channels_and_parts() {
    const FRAMES: u32 = 777; // three blocks and a rest
    for channels in [1, 2, 3, 8, 32] {
        for from in SampleFormat::ALL {
            let bytes = bytes_of(from, channels, FRAMES);
            let source = sound(from, channels, &bytes);
            for to in SampleFormat::ALL {
                for (frame_offset, frame_count) in [(0, 0), (0, 1), (776, 0), (5, 64), (255, 513), (256, 256)]
                {
                    for plane in [0, channels / 2, channels - 1] {
                        let options = CopyOptions { format: Some(to), plane, frame_offset, frame_count };
                        if to.is_planar() || plane == 0 {
                            check_copy(&source, &bytes, &options);
                        }
                    }
                }
            }
        }
    }
}

fn check_copy(source: &AudioData, bytes: &[u8], options: &CopyOptions) {
    let (info, to) = (source.info(), options.format.unwrap());
    let count =
        if options.frame_count == 0 { info.frames - options.frame_offset } else { options.frame_count };
    let mut wanted = Vec::new();
    for frame in 0..count {
        let frame = (options.frame_offset + frame) as usize;
        let all = 0..info.channels;
        let channels = if to.is_planar() { options.plane..options.plane + 1 } else { all };
        for channel in channels {
            wanted.extend(nearest(to, sample_of(bytes, info, channel as usize, frame)));
        }
    }
    let found = copied(source, options);
    assert!(found == wanted, "{} x {} {options:?}", info.channels, info.format.name());
}

/// What codecs use: parts of sound at a place in planes of any format, several of which fill them.
#[test]
fn parts_are_written_where_a_codec_wants_them() {
    for channels in [1u32, 2, 6] {
        for from in SampleFormat::ALL {
            let bytes = bytes_of(from, channels, 1000);
            let source = sound(from, channels, &bytes);
            for to in SampleFormat::ALL {
                let wanted = info(to, channels, 700);
                let mut dest = vec![vec![CANARY; wanted.plane_bytes() + 1]; wanted.planes()];
                let planes: Vec<_> =
                    dest.iter_mut().map(|plane| NonNull::from(&mut plane[..]).cast()).collect();
                let mut at = 0;
                for frames in [300..557, 557..558, 558..1000] {
                    let count = frames.len();
                    // SAFETY: the planes have 700 frames, which these make up.
                    unsafe { write(&source, frames, to, &planes, at) };
                    at += count;
                }
                assert_eq!(at, 700);
                assert!(dest.iter().all(|plane| plane[wanted.plane_bytes()] == CANARY));
                dest.iter_mut().for_each(|plane| plane.truncate(wanted.plane_bytes()));
                let dest = dest.concat();
                for (channel, frame) in (0..channels as usize).flat_map(|c| (0..700).map(move |f| (c, f))) {
                    let exact = nearest(to, sample_of(&bytes, source.info(), channel, frame + 300));
                    let found = sample_of(&dest, &wanted, channel, frame);
                    assert_eq!(nearest(to, found), exact, "{} to {}", from.name(), to.name());
                }
            }
        }
    }
}

/// A host's memory may begin at any address, and is only read.
#[test]
fn wrapped_memory_has_any_alignment() {
    for from in SampleFormat::ALL {
        let bytes = bytes_of(from, 2, 333);
        let exact = sound(from, 2, &bytes);
        let info = info(from, 2, 333);
        for shift in 0..4 {
            let mut memory = vec![0; bytes.len() + shift];
            memory[shift..].copy_from_slice(&bytes);
            let start = NonNull::from(&mut memory[shift..]).cast::<u8>();
            // SAFETY: the planes follow each other in `memory`, which outlives the sound.
            let wrapped = unsafe {
                let planes = (0..info.planes()).map(|plane| start.add(plane * info.plane_bytes())).collect();
                AudioData::wrap(info, planes, Arc::new(())).unwrap()
            };
            for to in SampleFormat::ALL {
                let options = CopyOptions { format: Some(to), ..CopyOptions::default() };
                assert_eq!(copied(&wrapped, &options), copied(&exact, &options));
            }
        }
    }
}

#[test]
fn wrong_options_are_refused_and_nothing_is_written() {
    let refused = |sound: &AudioData, options: CopyOptions| {
        let mut dest = vec![CANARY; 4096];
        let error = copy_to(sound, &options, &mut dest).unwrap_err();
        assert_eq!(allocation_size(sound, &options).unwrap_err(), error);
        assert!(dest.iter().all(|byte| *byte == CANARY));
        assert_eq!(error.kind, Kind::InvalidArgument);
        error.text
    };
    let stereo = sound(S16, 2, &[0; 40]);
    let options =
        |format, plane, frame_offset, frame_count| CopyOptions { format, plane, frame_offset, frame_count };
    assert_eq!(
        refused(&stereo, options(None, 1, 0, 0)),
        "options.plane is 1, allowed is 0: planes of 2 channels of s16"
    );
    assert_eq!(
        refused(&stereo, options(Some(F32Planar), 2, 0, 0)),
        "options.plane is 2, allowed are 0 to 1: planes of 2 channels of f32-planar"
    );
    assert!(refused(&stereo, options(Some(U8Planar), u32::MAX, 0, 0)).contains("4294967295"));
    let planar = sound(S16Planar, 2, &[0; 40]);
    assert!(refused(&planar, options(Some(S16), 1, 0, 0)).starts_with("options.plane is 1, allowed is 0"));
    assert!(refused(&planar, options(None, 2, 0, 0)).starts_with("options.plane is 2"));
    assert_eq!(
        refused(&stereo, options(None, 0, 10, 0)),
        "options.frame_offset is 10, allowed are 0 to 9: there are 10 frames"
    );
    assert!(refused(&stereo, options(None, 0, u32::MAX, u32::MAX)).starts_with("options.frame_offset"));
    assert_eq!(
        refused(&stereo, options(None, 0, 4, 7)),
        "options.frame_count is 7, allowed are 0 to 6: 6 of 10 frames follow"
    );
    assert!(refused(&stereo, options(None, 0, 1, u32::MAX)).starts_with("options.frame_count is 4294967295"));

    let mut small = [CANARY; 23];
    let error = copy_to(&stereo, &options(None, 0, 4, 0), &mut small).unwrap_err();
    assert_eq!((error.kind, &*error.text), (Kind::InvalidArgument, "dest is too small: 23 bytes, 24 needed"));
    assert!(small.iter().all(|byte| *byte == CANARY));
}

/// FFmpeg rounds and saturates alike where it rounds. From s32 to s16 and u8, and from s16 to u8, it cuts off what is lost, which
/// moves all of it down by half a step on average; so here is what it does. Ours is never further than half
/// a step from the truth, as `every_sample_becomes_the_nearest_one` has.
#[test]
fn ffmpeg_gives_the_same_where_it_rounds() {
    let names = [(U8, "u8"), (S16, "s16le"), (S32, "s32le"), (F32, "f32le")];
    for (from, from_name) in names {
        let bytes = if from == F32 {
            let levels = (-120_000..120_000).map(|at| at as f32 / 100_003.0);
            levels.flat_map(f32::to_ne_bytes).collect()
        } else {
            edges(from)
        };
        let source = sound(from, 1, &bytes);
        for (to, to_name) in names {
            let ours = copied(&source, &CopyOptions { format: Some(to), ..CopyOptions::default() });
            let theirs = ffmpeg(from_name, to_name, &bytes);
            assert_eq!(ours.len(), theirs.len());
            let cuts_off = matches!((from, to), (S32, S16 | U8) | (S16, U8));
            if !cuts_off {
                assert!(ours == theirs, "{from_name} to {to_name}");
                continue;
            }
            let step = 1i128 << (32 - 8 * to.bytes());
            for (sample, theirs) in bytes.chunks(from.bytes()).zip(theirs.chunks(to.bytes())) {
                let (Level::Whole(exact), Level::Whole(theirs)) = (level(from, sample), level(to, theirs))
                else {
                    unreachable!()
                };
                assert_eq!(theirs, exact.div_euclid(step) * step, "{from_name} to {to_name}");
            }
        }
    }
}

fn ffmpeg(from: &str, to: &str, bytes: &[u8]) -> Vec<u8> {
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-nostdin", "-f", from, "-ar", "48000", "-ac", "1", "-i", "pipe:0"]);
    command.args(["-f", to, "pipe:1"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let bytes = bytes.to_vec();
    let feeder = std::thread::spawn(move || stdin.write_all(&bytes).unwrap());
    let output = child.wait_with_output().unwrap();
    feeder.join().unwrap();
    assert!(output.status.success());
    output.stdout
}
