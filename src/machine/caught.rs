//! What panics in a codec's code become.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::codec::Failure;
use crate::error::{Error, Kind};

/// What came of a codec's work.
pub(super) type Outcome = std::result::Result<(), Failure>;

/// Runs the codec's code; a panic in it becomes a failure. Unwind safety: after one the codec is only dropped,
/// and no lock is held around the call.
pub(super) fn caught(body: impl FnOnce() -> Outcome) -> Outcome {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|panic| {
        let text = format!("the codec panicked: {}", panic_text(&*panic));
        Err(Error::new(Kind::Internal, text).into())
    })
}

/// Drops a codec, whatever state a panic left it in.
pub(super) fn drop_caught<T>(codec: T) {
    if catch_unwind(AssertUnwindSafe(|| drop(codec))).is_err() {
        debug_assert!(false, "a codec panicked while it was dropped");
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no text")
}
