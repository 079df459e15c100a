//! Temporal layers: without the upper ones, the others are the same pictures.

use crate::c_api::clips::noise;
use crate::c_api::{FG_ERROR_NOT_SUPPORTED, Out};
use crate::{CASES, Case, HEIGHT, WIDTH, decoder_of, pixels};

fn pattern(mode: &str) -> &'static [u32] {
    match mode {
        "L1T2" => &[0, 1],
        "L1T3" => &[0, 2, 1, 2],
        _ => &[0],
    }
}

fn encode(case: &Case, mode: &str, more: &[(&str, &str)]) -> Vec<Out> {
    let keys = [&[("scalabilityMode", mode)], more].concat();
    // Two keys are asked for, in the middle of a pattern.
    let encoder = case.encoder(&keys);
    let chunks =
        encoder.encode_with(&noise(WIDTH, HEIGHT, 40), |index| (index == 11 || index == 22, -1)).unwrap();
    assert_eq!(encoder.stats().in_codec_peak, 0, "{} {keys:?}", case.codec);
    chunks
}

#[test]
fn each_chunk_has_its_layer_and_a_key_begins_the_pattern_anew() {
    for case in CASES {
        for mode in [&["L1T1"], case.layers].concat() {
            for latency in ["quality", "realtime"] {
                let chunks = encode(case, mode, &[("latencyMode", latency), ("maxDelay", "0")]);
                let (mut since_key, pattern) = (0, pattern(mode));
                for (index, chunk) in chunks.iter().enumerate() {
                    assert_eq!(chunk.key, [0, 11, 22].contains(&index), "{} {mode} {index}", case.codec);
                    since_key = if chunk.key { 0 } else { since_key + 1 };
                    let layer = pattern[since_key % pattern.len()];
                    assert_eq!(chunk.temporal_layer, layer, "{} {mode}, chunk {index}", case.codec);
                }
            }
        }
    }
}

#[test]
fn what_is_left_without_upper_layers_decodes_to_the_same_pictures() {
    for case in CASES {
        for mode in case.layers {
            for keys in [
                &[("latencyMode", "realtime")][..],
                &[("latencyMode", "quality")],
                &[("bitrateMode", "constant"), ("bitrate", "400000")],
            ] {
                let chunks = encode(case, mode, keys);
                let whole = pixels(&decoder_of(&chunks, &[]), &chunks);
                let highest = *pattern(mode).iter().max().unwrap();
                for most in 0..highest {
                    let kept: Vec<_> =
                        (0..chunks.len()).filter(|index| chunks[*index].temporal_layer <= most).collect();
                    let wanted: Vec<_> = kept.iter().map(|index| whole[*index].clone()).collect();
                    let left: Vec<_> = kept
                        .iter()
                        .map(|index| {
                            Out::chunk(
                                chunks[*index].timestamp_us,
                                chunks[*index].key,
                                chunks[*index].data.clone(),
                            )
                        })
                        .collect();
                    let found = pixels(&decoder_of(&chunks, &[]), &left);
                    assert!(found == wanted, "{} {mode} {keys:?} up to layer {most}", case.codec);
                }
            }
        }
    }
}

#[test]
fn a_mode_that_a_codec_does_not_have_is_refused_by_name() {
    for case in CASES {
        for mode in ["L2T1", "L1T4", "S2T1", "l1t2", "L3T3_KEY"] {
            let refused = case.config(&[("scalabilityMode", mode)]).encoder_support().unwrap_err();
            assert_eq!(refused.status, FG_ERROR_NOT_SUPPORTED, "{} {mode}", case.codec);
            assert!(refused.text.contains(mode) && refused.text.contains("L1T1"), "{}", refused.text);
        }
    }
}
