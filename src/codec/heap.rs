//! Memory that closed codecs leave behind, and what is done when many are gone.

use crate::sync::Mutex;
use crate::sync::lock::Lock;

/// Codecs that are open, and the most since memory was last given back.
static OPEN: Mutex<(u32, u32)> = Mutex::new((0, 0));

/// For fork.
pub fn lock() -> &'static dyn Lock {
    &OPEN
}

/// The parent's codecs are not at work in a child that was just forked.
pub(super) fn forked() {
    *OPEN.lock() = (0, 0);
}

/// Fewer open codecs than this have too little memory to go after.
const MANY: u32 = 8;

/// An open codec; the last field of a codec, so that it goes when the codec's memory has.
///
/// Codecs leave their memory in the heaps of many threads, from which the allocator gives little back by itself: after
/// 500 encoders and 500 decoders, 2.2 of 2.4 GB stayed. Whenever half of many codecs are gone, the thread that closed
/// the last of them asks for it: a few times in the fall of any number, at 0.1 ms a megabyte that is given back.
pub(super) struct OpenCodec(());

impl OpenCodec {
    pub(super) fn begin() -> Self {
        let mut open = OPEN.lock();
        open.0 += 1;
        open.1 = open.1.max(open.0);
        Self(())
    }
}

impl Drop for OpenCodec {
    fn drop(&mut self) {
        let mut open = OPEN.lock();
        open.0 -= 1;
        if open.1 < MANY || open.0 > open.1 / 2 {
            return;
        }
        open.1 = open.0;
        drop(open);
        #[cfg(target_env = "gnu")]
        // SAFETY: takes no pointers and may be called on any thread at any time.
        unsafe {
            libc::malloc_trim(0);
        }
    }
}
