//! The lowest level that allows a stream (webmproject.org/vp9/levels).

/// What a level allows, in luma samples.
struct Level {
    /// Ten times the level.
    number: u8,
    /// Samples a second.
    rate: u64,
    /// Samples of a picture.
    picture: u64,
    /// Samples across or down.
    side: u32,
}

const fn level(number: u8, rate: u64, picture: u64, side: u32) -> Level {
    Level { number, rate, picture, side }
}

const LEVELS: [Level; 14] = [
    level(10, 829_440, 36_864, 512),
    level(11, 2_764_800, 73_728, 768),
    level(20, 4_608_000, 122_880, 960),
    level(21, 9_216_000, 245_760, 1_344),
    level(30, 20_736_000, 552_960, 2_048),
    level(31, 36_864_000, 983_040, 2_752),
    level(40, 83_558_400, 2_228_224, 4_160),
    level(41, 160_432_128, 2_228_224, 4_160),
    level(50, 311_951_360, 8_912_896, 8_384),
    level(51, 588_251_136, 8_912_896, 8_384),
    level(52, 1_176_502_272, 8_912_896, 8_384),
    level(60, 1_176_502_272, 35_651_584, 16_832),
    level(61, 2_353_004_544, 35_651_584, 16_832),
    level(62, 4_706_009_088, 35_651_584, 16_832),
];

/// The numbers of all levels.
pub(super) const ALL: [u8; LEVELS.len()] = {
    let (mut numbers, mut index) = ([0; LEVELS.len()], 0);
    while index < numbers.len() {
        numbers[index] = LEVELS[index].number;
        index += 1;
    }
    numbers
};

/// Pictures a second where nobody says how many.
const USUAL_FRAMERATE: f64 = 30.0;

/// The number of the lowest level with pictures of `width` x `height` samples at `framerate` a second; 62, the highest, where none
/// has. A frame rate that is no positive number is taken for 30.
pub(super) fn lowest(width: u32, height: u32, framerate: f64) -> u8 {
    let framerate = if framerate > 0.0 { framerate } else { USUAL_FRAMERATE };
    let picture = u64::from(width) * u64::from(height);
    let rate = picture as f64 * framerate;
    let allows = |level: &&Level| {
        picture <= level.picture && width.max(height) <= level.side && rate <= level.rate as f64
    };
    LEVELS.iter().find(allows).unwrap_or(&LEVELS[LEVELS.len() - 1]).number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bound_counts() {
        for (width, height, framerate, wanted) in [
            (256, 144, 15.0, 10),
            (256, 144, 30.0, 11),
            (256, 144, 22.5, 10),
            (512, 16, 1.0, 10),
            (513, 16, 1.0, 11),
            (16, 16_832, 1.0, 60),
            (640, 360, 30.0, 21),
            (1280, 720, 30.0, 31),
            (1280, 720, 60.0, 40),
            (1920, 1080, 30.0, 40),
            (1920, 1080, 60.0, 41),
            (3840, 2160, 30.0, 50),
            (3840, 2160, 60.0, 51),
            (3840, 2160, 120.0, 52),
            (7680, 4320, 30.0, 60),
            (7680, 4320, 120.0, 62),
        ] {
            assert_eq!(lowest(width, height, framerate), wanted, "{width}x{height} at {framerate}");
        }
    }

    #[test]
    fn hostile_numbers_have_a_level() {
        assert_eq!(lowest(u32::MAX, u32::MAX, 1.0), 62);
        assert_eq!(lowest(1, 1, f64::INFINITY), 62);
        for framerate in [0.0, -1.0, f64::NAN] {
            assert_eq!(lowest(256, 144, framerate), 11, "as 30");
        }
        assert_eq!(lowest(0, 0, 0.0), 10);
    }
}
