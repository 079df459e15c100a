//! Encoded and decoded: the same samples, as many, in their places.

use super::*;

/// How alike two series are, at the best, and how far apart they are then.
fn likeness(ours: &[f32], wanted: impl Fn(i64) -> f64) -> (f64, i64) {
    let at = |lag: i64| {
        let (mut xy, mut xx, mut yy) = (0.0, 1e-12, 1e-12);
        for (index, sample) in ours.iter().enumerate() {
            let (x, y) = (f64::from(*sample), wanted(index as i64 + lag));
            (xy, xx, yy) = (xy + x * y, xx + x * x, yy + y * y);
        }
        (xy / f64::sqrt(xx * yy), lag)
    };
    (-3..=3).map(at).max_by(|a, b| a.0.total_cmp(&b.0)).unwrap()
}

fn there_and_back(case: &Case, rate: u32, channels: u32, lengths: &[usize]) {
    let named = format!("{} {rate} Hz {channels} channels {lengths:?}", case.codec);
    let inputs = case.inputs(rate, channels, lengths);
    let total = lengths.iter().sum();
    // Enough for each channel, where the rate allows it.
    let bitrate = (96_000 * channels).to_string();
    let keys = [("bitrate", bitrate.as_str())];
    let keys = if matches!(rate, 44_100 | 48_000) { &keys[..] } else { &[] };
    let chunks = case.encoder(rate, channels, keys).encode(&inputs).unwrap();
    let outs = decode(&chunks, &[("priming", "drop")]);
    let decoded_rate = case.decoded_rate.unwrap_or(rate);
    for index in 0..channels {
        let samples = channel(&outs, index);
        assert_eq!(samples.len(), case.decoded(total, rate), "{named}");
        if total < 4_000 {
            continue;
        }
        // What an encoder does at the beginning and the end is its own.
        let edge = samples.len() / 8;
        let hertz = case.hertz(index, channels);
        let tone = |at: i64| {
            let turns = (at + edge as i64) as f64 / f64::from(decoded_rate) * hertz;
            (turns * std::f64::consts::TAU).sin()
        };
        let (likeness, lag) = likeness(&samples[edge..samples.len() - edge], tone);
        // A few samples are nothing to a tone as low as that, and its filter may take them.
        let in_time = lag == 0 || case.is_lfe(index, channels);
        assert!(likeness > case.likeness && in_time, "{named}: channel {index} {likeness} at {lag}");
    }
    let first = outs[0].timestamp_us;
    assert_eq!(first, 0, "{named}");
    if let Some(format) = case.exact {
        let bytes = |frame: &Frame| frame.interleaved(format);
        let went: Vec<u8> = inputs.iter().flat_map(bytes).collect();
        let came: Vec<u8> = outs.iter().flat_map(|out| bytes(out.frame.as_ref().unwrap())).collect();
        assert!(went == came, "{named}: other samples came back");
    }
}

#[test]
fn inputs_of_any_length_come_back_as_they_were() {
    for case in CASES {
        let rate = case.rates[case.rates.len() - 1].min(48_000);
        let rate = if case.rates.contains(&rate) { rate } else { case.rates[0] };
        let mixed = [1, 480, 1_000, 1_024, 63, 4_096, 2, 9_999];
        for lengths in [&[1][..], &[480], &[1_000], &[1_024], &[48_000], &mixed, &[64; 300]] {
            there_and_back(case, rate, case.channels.min(2), lengths);
        }
    }
}

#[test]
fn every_channel_stays_in_its_place() {
    for case in CASES {
        let rate = if case.rates.contains(&48_000) { 48_000 } else { case.rates[0] };
        for channels in 1..=case.channels {
            there_and_back(case, rate, channels, &[24_000]);
        }
    }
}

#[test]
fn every_rate_is_there() {
    for case in CASES {
        for rate in case.rates {
            there_and_back(case, *rate, case.channels.min(2), &[*rate as usize / 2]);
        }
    }
}

/// Samples as they are have any number of channels.
#[test]
fn many_channels() {
    for codec in ["pcm-s16", "pcm-f32"] {
        let case = CASES.iter().find(|case| case.codec == codec).unwrap();
        for channels in [9, 24, 32, 64, 255] {
            there_and_back(case, 48_000, channels, &[480, 20]);
        }
    }
}

/// 24 bits are the upper ones of 32.
#[test]
fn samples_of_24_bits_are_not_touched() {
    let samples: Vec<u8> =
        (0..9_000i32).flat_map(|at| (at.wrapping_mul(77_777_777) & !0xff).to_le_bytes()).collect();
    for codec in ["flac", "pcm-s24"] {
        let case = CASES.iter().find(|case| case.codec == codec).unwrap();
        let input = Frame::sound(&audio_info(FG_SAMPLE_S32, 48_000, 1, 9_000), &samples).unwrap();
        let chunks = case.encoder(48_000, 1, &[]).encode(&[input]).unwrap();
        let outs = decode(&chunks, &[]);
        let came: Vec<u8> =
            outs.iter().flat_map(|out| out.frame.as_ref().unwrap().interleaved(FG_SAMPLE_S32)).collect();
        assert!(came == samples, "{codec}");
    }
}
