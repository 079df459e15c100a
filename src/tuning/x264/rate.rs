//! What bounds libx264's bits, and which of the host's options go with a bitrate.
//!
//! x264 takes another bitrate while it runs only if it was opened with a buffer and a maximum that is the bitrate itself
//! (`encoder/ratecontrol.c`, `x264_ratecontrol_init_reconfigurable`). Rates are bits a second by the timestamps, so it must,
//! and every bitrate has a buffer: the larger it is, the more the rate may vary.

use super::asked::Asked;
use crate::error::{Error, Result};
use crate::media::Config;
use crate::media::keys::{self, VideoEncoderBitrateMode};
use crate::tuning::refused;

/// After a still scene the buffer is full, and one frame may take nearly all of a small one: where a line of that rate
/// carries the stream in real time, it is as late as that.
const CONSTANT_REALTIME_US: u64 = 300_000;
const CONSTANT_QUALITY_US: u64 = 1_000_000;
/// Pictures are as good as without a buffer, by their SSIM, and the first seconds take less too much than with a larger one.
const VARIABLE_US: u64 = 2_000_000;

/// The buffer of `config`'s bitrate.
pub(super) fn buffer_us(config: &Config, realtime: bool) -> Option<u64> {
    let mode = config.value(&keys::BITRATE_MODE);
    config.value(&keys::BITRATE).map(|_| match (mode == VideoEncoderBitrateMode::Constant, realtime) {
        (false, _) => VARIABLE_US,
        (true, true) => CONSTANT_REALTIME_US,
        (true, false) => CONSTANT_QUALITY_US,
    })
}

/// Checks that the host's options leave the rate to what the configuration says.
///
/// # Errors
/// `InvalidArgument` naming the option or parameter.
pub(super) fn check(config: &Config, asked: &Asked) -> Result<()> {
    let why = match (config.value(&keys::BITRATE_MODE), config.value(&keys::BITRATE)) {
        (VideoEncoderBitrateMode::Quantizer, _) => "bitrateMode is \"quantizer\", which sets it",
        (_, Some(_)) => "bitrate is set, and only one of them can steer the rate",
        (_, None) => return Ok(()),
    };
    match asked.fixed_quality(config) {
        Some(name) => Err(refused(&name, why)),
        None => Ok(()),
    }
}

/// Bits a second as x264 takes them: it counts thousands, in an `int`, and 0 of them are none given.
///
/// # Errors
/// `NotSupported` for more, naming the key and what is supported.
pub(super) fn bitrate(bits: u64) -> Result<u64> {
    const MOST: u64 = i32::MAX as u64 * 1000;
    if bits > MOST {
        return Err(Error::not_supported(format!("bitrate is {bits}, libx264 supports up to {MOST}")));
    }
    Ok(bits.max(1000))
}
