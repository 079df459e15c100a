//! The gate for sound: an input takes a slot for each chunk that it will be.

use super::*;

fn opus() -> &'static Case {
    CASES.iter().find(|case| case.codec == "opus").unwrap()
}

#[test]
fn long_inputs_into_short_frames() {
    for slots in ["1", "2", "16"] {
        let encoder = opus().encoder(48_000, 2, &[("slots", slots), ("opus.frameDuration", "2500")]);
        let chunks = encoder.encode(&opus().inputs(48_000, 2, &[48_000; 3])).unwrap();
        // What is put in front makes one more.
        assert_eq!(chunks.len(), 3 * 400 + 1, "{slots}");
        let stats = encoder.stats();
        assert!(stats.in_flight_peak <= 400, "{slots}: {}", stats.in_flight_peak);
        assert!(stats.in_codec_peak <= 4, "{slots}: {}", stats.in_codec_peak);
        assert_eq!((stats.in_flight, stats.in_codec, stats.bytes_in_flight), (0, 0, 0));
        assert_eq!((stats.inputs, stats.outputs, stats.releases), (3, 1_201, 1_201));
    }
}

#[test]
fn short_inputs_into_long_frames() {
    let case = &CASES[0];
    for slots in [1, 2, 16] {
        let encoder = case.encoder(48_000, 2, &[("slots", &slots.to_string())]);
        let chunks = encoder.encode(&case.inputs(48_000, 2, &[64; 1_000])).unwrap();
        assert_eq!(chunks.len(), (64_000usize + 1_024).div_ceil(1_024));
        let stats = encoder.stats();
        assert!(stats.in_codec_peak <= 3, "{slots}: {}", stats.in_codec_peak);
        assert!(stats.in_flight_peak <= slots + 3, "{slots}: {}", stats.in_flight_peak);
    }
}

/// One at a time: the second input waits until all that came of the first is released.
#[test]
fn a_long_input_is_let_in_alone() {
    let encoder = opus().encoder(48_000, 1, &[("slots", "4"), ("opus.frameDuration", "10000")]);
    let inputs = opus().inputs(48_000, 1, &[4_800, 480]);
    let none = (false, -1);
    assert_eq!(encoder.enqueue(&inputs[0], none, 0), Ok(FG_OK));
    assert!(matches!(encoder.enqueue(&inputs[1], none, 0), Ok(FG_WAIT_CODEC | FG_WAIT_POLL)));
    assert!(encoder.stats().in_flight_peak <= 10);
    let mut polled = 0;
    while encoder.enqueue(&inputs[1], none, 0) != Ok(FG_OK) {
        if encoder.poll(100).unwrap().is_ok() {
            polled += 1;
        }
    }
    // 10 chunks, one of which may still wait for the next samples; 3 in flight leave room for one more.
    assert!((6..=10).contains(&polled), "{polled}");
}

/// Held sound frees its slot when it is released, whoever has its samples.
#[test]
fn decoded_sound_takes_one_slot_a_chunk() {
    let case = CASES.iter().find(|case| case.codec == "flac").unwrap();
    let chunks = case.encoder(48_000, 2, &[]).encode(&case.inputs(48_000, 2, &[48_000])).unwrap();
    let decoder = Decoder::new(&config_of(&chunks, &[("slots", "2")])).unwrap();
    let outs = decoder.decode(&chunks).unwrap();
    assert_eq!(outs.len(), chunks.len());
    assert!(decoder.stats().in_flight_peak <= 2);
    assert_eq!(channel(&outs, 0).len(), 48_000);
}
