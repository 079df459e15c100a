//! Whether a codec keeps to the key `maxDelay`.

use crate::error::{Error, Result};
use crate::media::{Config, keys};

/// Checks the frames that a codec may hold. `holders` are what hold them, `less` is what else could be changed.
///
/// # Errors
/// `NotSupported` if they are more, saying what would do.
pub(super) fn check(config: &Config, frames: u32, holders: &str, less: &str) -> Result<()> {
    let limit = config.value(&keys::MAX_DELAY);
    if frames <= limit {
        return Ok(());
    }
    Err(Error::not_supported(format!(
        "maxDelay is {limit}, but {holders} hold {frames} frames: set maxDelay to {frames}, or {less}"
    )))
}
