//! The lowest level that allows a stream (H.264 table A-1 and A.3).

/// One row of table A-1.
struct Level {
    level_idc: u8,
    /// MaxMBPS: macroblocks a second.
    max_mbps: u32,
    /// MaxFS: macroblocks a frame.
    max_fs: u32,
    /// MaxDpbMbs: macroblocks of all reference frames.
    max_dpb_mbs: u32,
    /// MaxBR, in units of 1000 bits a second for Baseline and Main (cpbBrVclFactor).
    max_br: u64,
}

const fn level(level_idc: u8, max_mbps: u32, max_fs: u32, max_dpb_mbs: u32, max_br: u64) -> Level {
    Level { level_idc, max_mbps, max_fs, max_dpb_mbs, max_br }
}

/// Table A-1 without level 1b, which differs from level 1 in its bit rate only and has two spellings.
const LEVELS: [Level; 19] = [
    level(10, 1_485, 99, 396, 64),
    level(11, 3_000, 396, 900, 192),
    level(12, 6_000, 396, 2_376, 384),
    level(13, 11_880, 396, 2_376, 768),
    level(20, 11_880, 396, 2_376, 2_000),
    level(21, 19_800, 792, 4_752, 4_000),
    level(22, 20_250, 1_620, 8_100, 4_000),
    level(30, 40_500, 1_620, 8_100, 10_000),
    level(31, 108_000, 3_600, 18_000, 14_000),
    level(32, 216_000, 5_120, 20_480, 20_000),
    level(40, 245_760, 8_192, 32_768, 20_000),
    level(41, 245_760, 8_192, 32_768, 50_000),
    level(42, 522_240, 8_704, 34_816, 50_000),
    level(50, 589_824, 22_080, 110_400, 135_000),
    level(51, 983_040, 36_864, 184_320, 240_000),
    level(52, 2_073_600, 36_864, 184_320, 240_000),
    level(60, 4_177_920, 139_264, 696_320, 240_000),
    level(61, 8_355_840, 139_264, 696_320, 480_000),
    level(62, 16_711_680, 139_264, 696_320, 800_000),
];

/// level_idc of the profiles that write level 1b with a number of its own; the others write 11 and a flag.
const LEVEL_1B: u8 = 9;

/// level_idc of all levels.
pub fn all() -> impl Iterator<Item = u8> {
    std::iter::once(LEVEL_1B).chain(LEVELS.iter().map(|level| level.level_idc))
}

/// True for the number of a level.
pub fn exists(level_idc: u8) -> bool {
    all().any(|level| level == level_idc)
}

/// MaxDpbFrames is never more than this (A.3.1 h).
pub const MAX_DPB_FRAMES: u32 = 16;

/// Reference frames of `width` x `height` pixels that a level has memory for (A.3.1 h); at least 1, and 16 for a
/// level_idc that is not in the table.
pub fn max_reference_frames(level_idc: u8, width: u32, height: u32) -> u32 {
    let macroblocks = width.div_ceil(16).saturating_mul(height.div_ceil(16)).max(1);
    let row = LEVELS.iter().find(|level| level.level_idc == level_idc);
    row.map_or(MAX_DPB_FRAMES, |level| level.max_dpb_mbs / macroblocks).clamp(1, MAX_DPB_FRAMES)
}

/// level_idc of the lowest level that allows progressive frames of `width` x `height` pixels at `framerate`
/// a second, `bitrate` bits a second (`None`: not limited by it) and `reference_frames`; 62, the highest,
/// where none does. A frame rate that is not a number does not limit.
pub fn lowest(
    profile_idc: u8,
    width: u32,
    height: u32,
    framerate: f64,
    bitrate: Option<u64>,
    reference_frames: u32,
) -> u8 {
    let (columns, rows) = (u64::from(width.div_ceil(16)), u64::from(height.div_ceil(16)));
    let macroblocks = columns * rows;
    let macroblock_rate = (macroblocks as f64 * framerate).max(0.0); // turns a NaN into 0
    let reference_frames = u64::from(reference_frames.min(MAX_DPB_FRAMES));
    let allows = |level: &Level| {
        let max_side = 8 * u64::from(level.max_fs); // A.3.1 f and g: sides of at most sqrt(8 x MaxFS)
        macroblocks <= u64::from(level.max_fs)
            && columns.saturating_mul(columns) <= max_side
            && rows.saturating_mul(rows) <= max_side
            && macroblock_rate <= f64::from(level.max_mbps)
            && reference_frames * macroblocks <= u64::from(level.max_dpb_mbs)
            && bitrate.is_none_or(|bitrate| bitrate <= level.max_br * bitrate_factor(profile_idc))
    };
    LEVELS.iter().find(|level| allows(level)).map_or(62, |level| level.level_idc)
}

/// cpbBrVclFactor (table A-2): how many bits a second one unit of MaxBR is.
fn bitrate_factor(profile_idc: u8) -> u64 {
    match profile_idc {
        100 => 1250,
        110 => 3000,
        122 | 244 | 44 => 4000,
        _ => 1000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_numbers_end_at_the_highest_level() {
        assert_eq!(lowest(66, u32::MAX, u32::MAX, 30.0, None, 1), 62);
        assert_eq!(lowest(66, 16, 16, f64::INFINITY, None, 1), 62);
        assert_eq!(lowest(66, 16, 16, 1.0, Some(u64::MAX), 1), 62);
        assert_eq!(lowest(66, 16, 16, f64::NAN, None, u32::MAX), 10);
        assert_eq!(lowest(66, 0, 0, 0.0, None, 0), 10);
        assert_eq!(lowest(66, 16 * 29, 16, 1.0, None, 1), 11, "too long for its area at level 1");
    }
}
