//! Times of sound: counted in samples.

use super::*;

/// Samples that an encoder puts in front, by its configuration, at the rate that is encoded.
fn priming(chunks: &[Out], case: &Case, rate: u32) -> usize {
    let text = chunks[0].config.as_ref().unwrap().get("primingSamples");
    let samples: usize = if text.is_empty() { 0 } else { text.parse().unwrap() };
    samples * rate as usize / case.decoded_rate.unwrap_or(rate) as usize
}

#[test]
fn chunks_follow_each_other_and_add_up_to_priming_and_input() {
    for case in CASES {
        for (rate, lengths) in
            case.rates.iter().zip([&[44_100][..], &[1], &[1_000, 7, 480, 3_000]].iter().cycle())
        {
            let named = format!("{} {rate} {lengths:?}", case.codec);
            let chunks = case.encoder(*rate, 1, &[]).encode(&case.inputs(*rate, 1, lengths)).unwrap();
            let (priming, total) = (priming(&chunks, case, *rate), lengths.iter().sum::<usize>());
            let mut end_us = 0;
            for chunk in &chunks {
                assert_eq!(chunk.timestamp_us, end_us, "{named}");
                assert!(chunk.key && chunk.duration_us >= 0, "{named}");
                end_us += chunk.duration_us;
            }
            assert_eq!(end_us, time_us(priming + total, *rate), "{named}");
            assert_eq!(chunks.iter().map(|chunk| chunk.priming as usize).sum::<usize>(), priming, "{named}");
        }
    }
}

/// The first input says when a sequence begins; from there on samples are counted. Who has a gap fills it, or flushes.
#[test]
fn gaps_and_overlaps_do_not_count_until_a_flush() {
    let case = &CASES[0];
    let encoder = case.encoder(48_000, 1, &[]);
    let input = |timestamp_us: i64, id: u64| {
        let mut info = audio_info(FG_SAMPLE_F32, 48_000, 1, 1_024);
        (info.timestamp_us, info.id) = (timestamp_us, id);
        Frame::sound(&info, &[0; 4_096]).unwrap()
    };
    let chunks = encoder.encode(&[input(5_000_000, 1), input(9_000_000, 2), input(-7, 3)]).unwrap();
    let times: Vec<_> = chunks.iter().map(|chunk| chunk.timestamp_us).collect();
    assert_eq!(times, [5_000_000, 5_021_333, 5_042_667, 5_064_000]);
    // The first is the priming's, which comes before the first input.
    assert_eq!(chunks.iter().map(|chunk| chunk.id).collect::<Vec<_>>(), [1, 1, 2, 3]);
    let again = encoder.encode(&[input(-7, 4)]).unwrap();
    assert_eq!(again[0].timestamp_us, -7);
    assert!(again[0].config.is_none(), "nothing changed");
}

/// An encoder's chunks are decoded to the times of the input; a demuxer's, which count the priming, too.
#[test]
fn what_is_left_of_dropped_priming_has_the_times_of_the_input() {
    let case = &CASES[0];
    let chunks = case.encoder(48_000, 1, &[]).encode(&case.inputs(48_000, 1, &[4_800])).unwrap();
    for (more, first, total) in [
        (&[][..], 0, 6 * 1_024),
        (&[("priming", "drop")], 0, 4_800),
        (&[("priming", "drop"), ("primingIsTimed", "true")], 21_333, 4_800),
        (&[("priming", "drop"), ("primingSamples", "0")], 0, 1_024 + 4_800),
        (&[("priming", "drop"), ("primingSamples", "3000")], 0, 1_024 + 4_800 - 3_000),
    ] {
        let outs = decode(&chunks, more);
        let infos: Vec<_> =
            outs.iter().map(|out| out.frame.as_ref().unwrap().audio_info().unwrap()).collect();
        let (mut end_us, mut samples) = (first, 0);
        for (out, info) in outs.iter().zip(&infos) {
            // Each is rounded by itself.
            assert!(
                (info.timestamp_us - end_us).abs() <= 1,
                "{more:?}: {} after {end_us}",
                info.timestamp_us
            );
            assert_eq!((out.timestamp_us, out.duration_us), (info.timestamp_us, info.duration_us));
            samples += info.frames;
            end_us = first + time_us(samples as usize, 48_000);
        }
        assert_eq!(samples, total, "{more:?}");
    }
    let outs = decode(&chunks, &[]);
    let sides: Vec<_> = outs.iter().map(|out| (out.priming, out.padding)).collect();
    assert_eq!(sides, [(1_024, 0), (0, 0), (0, 0), (0, 0), (0, 0), (0, 320)]);
}
