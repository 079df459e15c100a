//! Transfer characteristics: from a signal to light, and back for sRGB.
//!
//! Sources: H.273 table 3, IEC 61966-2-1 (sRGB), BT.2408 (where HDR has its reference white).

/// The curve of sRGB, for which cameras' curves are taken, too: browsers show BT.709 so.
pub const SRGB: u8 = 13;

/// cd/m2 of SDR white in PQ, and its signal in HLG.
const REFERENCE_WHITE: f64 = 203.0;
const HLG_WHITE: f64 = 0.75;

/// The H.273 number, [`SRGB`] for the curves of cameras and those that are not known.
pub fn known(transfer: Option<u8>) -> u8 {
    transfer.filter(|number| matches!(number, 4 | 5 | 8..=10 | 16..=18)).unwrap_or(SRGB)
}

/// The light of a signal from 0 to 1; SDR white is 1. `transfer` is a [`known`] one.
pub fn light(transfer: u8, signal: f64) -> f64 {
    match transfer {
        4 => signal.powf(2.2),
        5 => signal.powf(2.8),
        8 => signal,
        9 if signal > 0.0 => 10f64.powf(2.0 * (signal - 1.0)),
        10 if signal > 0.0 => 10f64.powf(2.5 * (signal - 1.0)),
        9 | 10 => 0.0,
        16 => pq(signal) * 10_000.0 / REFERENCE_WHITE,
        17 => signal.powf(2.6) * 52.37 / 48.0,
        18 => hlg(signal) / hlg(HLG_WHITE),
        _ if signal <= 0.04045 => signal / 12.92,
        _ => ((signal + 0.055) / 1.055).powf(2.4),
    }
}

/// The sRGB signal of light from 0 to 1.
pub fn srgb_signal(light: f64) -> f64 {
    if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 }
}

/// SMPTE ST 2084: 1 is 10,000 cd/m2.
fn pq(signal: f64) -> f64 {
    const M1: f64 = 1305.0 / 8192.0;
    const M2: f64 = 2523.0 / 32.0;
    const C1: f64 = 107.0 / 128.0;
    const C2: f64 = 2413.0 / 128.0;
    const C3: f64 = 2392.0 / 128.0;
    let power = signal.powf(1.0 / M2);
    ((power - C1).max(0.0) / (C2 - C3 * power)).powf(1.0 / M1)
}

/// ARIB STD-B67, light of the scene.
fn hlg(signal: f64) -> f64 {
    const A: f64 = 0.178_832_77;
    const B: f64 = 1.0 - 4.0 * A;
    const C: f64 = 0.559_910_73;
    if signal <= 0.5 { signal * signal / 3.0 } else { (((signal - C) / A).exp() + B) / 12.0 }
}
