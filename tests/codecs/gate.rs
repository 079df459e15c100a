//! The gate: how much is in flight, nothing lost, nothing stuck, closed in the middle.

use crate::c_api::clips::moving;
use crate::{CASES, HEIGHT, WIDTH, config_of, decoder_of, pixels};

const FRAMES: usize = 60;

#[test]
fn no_more_is_in_flight_than_slots_and_nothing_is_lost() {
    let frames = moving(WIDTH, HEIGHT, FRAMES);
    for case in CASES {
        let whole = case.encoder(&[]).encode(&frames).unwrap();
        let shown = pixels(&decoder_of(&whole, &[]), &whole);
        assert_eq!(shown.len(), FRAMES, "{}", case.codec);
        for slots in ["1", "2", "16"] {
            for latency in ["quality", "realtime"] {
                let encoder = case.encoder(&[("slots", slots), ("latencyMode", latency), ("maxDelay", "5")]);
                let chunks = encoder.encode(&frames).unwrap();
                let stats = encoder.stats();
                let about = format!("{} with {slots} slots, {latency}", case.codec);
                assert_eq!(chunks.len(), FRAMES, "{about}");
                let mut ids: Vec<_> = chunks.iter().map(|chunk| chunk.id).collect();
                ids.sort_unstable(); // a codec may reorder
                assert!(ids.into_iter().eq(1000..1000 + FRAMES as u64), "{about}");
                let slots: u32 = slots.parse().unwrap();
                let most = if latency == "quality" { 5 } else { 0 };
                // What a codec held comes back at once when it is flushed.
                assert!(stats.in_flight_peak <= slots + most, "{about}: {} in flight", stats.in_flight_peak);
                assert!(stats.in_codec_peak <= most, "{about}: {} in the codec", stats.in_codec_peak);
                assert_eq!((stats.in_flight, stats.in_codec, stats.dropped), (0, 0, 0), "{about}");
            }
            let decoder = decoder_of(&whole, &[("slots", slots)]);
            assert!(pixels(&decoder, &whole) == shown, "{} decoded with {slots} slots", case.codec);
            let stats = decoder.stats();
            let held = slots.parse::<u32>().unwrap() + stats.in_codec_peak;
            assert!(stats.in_flight_peak <= held && stats.in_codec_peak <= 12, "{}", case.codec);
            assert_eq!((stats.in_flight, stats.in_codec, stats.dropped), (0, 0, 0), "{}", case.codec);
        }
    }
}

#[test]
fn a_handle_that_is_closed_in_the_middle_takes_its_frames_along() {
    let frames = moving(WIDTH, HEIGHT, 8);
    for case in CASES {
        let chunks = case.encoder(&[]).encode(&frames).unwrap();
        for slots in ["1", "2", "16"] {
            let encoder = case.encoder(&[("slots", slots)]);
            let decoder = decoder_of(&chunks, &[("slots", slots)]);
            for (frame, chunk) in frames.iter().zip(&chunks) {
                _ = encoder.enqueue(frame, (false, -1), 0).unwrap();
                _ = decoder.enqueue(chunk, 0).unwrap();
            }
            drop((encoder, decoder)); // waits for its threads
        }
    }
}

#[test]
fn after_a_reset_it_begins_with_a_key() {
    let frames = moving(WIDTH, HEIGHT, 6);
    for case in CASES {
        let encoder = case.encoder(&[("slots", "2"), ("latencyMode", "realtime")]);
        let first = encoder.encode(&frames).unwrap();
        _ = encoder.enqueue(&frames[0], (false, -1), 0).unwrap();
        encoder.reset().unwrap();
        encoder.configure(&case.config(&[("slots", "2"), ("latencyMode", "realtime")])).unwrap();
        let again = encoder.encode(&frames).unwrap();
        assert!(again[0].key, "{}", case.codec);
        assert_eq!(again.len(), first.len(), "{}", case.codec);
        let decoder = decoder_of(&first, &[("slots", "2")]);
        let shown = pixels(&decoder, &first);
        _ = decoder.enqueue(&first[0], 0).unwrap();
        decoder.reset().unwrap();
        decoder.configure(&config_of(&first, &[("slots", "2")])).unwrap();
        assert!(pixels(&decoder, &first) == shown, "{}", case.codec);
    }
}
