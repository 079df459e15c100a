//! Whether a codec keeps to the key `maxDelay`.

use crate::error::{Error, Result};
use crate::media::{Config, keys};
use crate::tuning::Holders;

/// Checks the frames that a codec may hold, and says who holds them.
///
/// # Errors
/// `InvalidArgument` if one key alone asks for more; `NotSupported` if several do, saying what would do.
pub(super) fn check(config: &Config, frames: u32, holders: &Holders) -> Result<()> {
    let limit = config.value(&keys::MAX_DELAY);
    if frames <= limit {
        return Ok(());
    }
    Err(match holders {
        Holders::Key { name, allowed } => Error::invalid(format!(
            "{name} is \"{frames}\", allowed are {allowed} and not more than maxDelay, {limit}"
        )),
        Holders::Several { who, less } => Error::not_supported(format!(
            "maxDelay is {limit}, but {who} hold {frames} frames: set maxDelay to {frames}, or {less}"
        )),
    })
}
