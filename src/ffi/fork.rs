//! fork: the child is left without a thread but the one that forked, and with the parent's locks as they were.
//!
//! What one handle locks is never used in a child (see `own`). What all of a process share is taken before the fork and
//! freed after it, on both sides, in one order, which is this file's: no thread takes one of these while it holds one
//! further down the list. FFmpeg's `pthread_once`s are glibc's affair, as malloc is: both survive a fork.

use super::output;
use crate::sync::lock::Lock;
use crate::sync::origin;
use crate::{codec, media};

/// Every lock of the process.
fn locks() -> [&'static dyn Lock; 5] {
    let [opening, log] = codec::av_locks();
    [opening, codec::heap_lock(), output::lock(), media::pool_lock(), log]
}

extern "C" fn prepare() {
    locks().iter().for_each(|lock| lock.lock());
}

extern "C" fn in_parent() {
    // SAFETY: this thread took them in `prepare`.
    locks().iter().rev().for_each(|lock| unsafe { lock.unlock() });
}

extern "C" fn in_child() {
    origin::forked();
    in_parent(); // this thread is the copy of the one that took them
    codec::forked();
}

extern "C" fn at_load() {
    // SAFETY: the functions stay: the library is never unloaded. A failure would mean that there is no memory for three
    // pointers; then handles of a parent are not told apart.
    unsafe { libc::pthread_atfork(Some(prepare), Some(in_parent), Some(in_child)) };
}

/// Runs `at_load` before the library can be used: at the first call, another thread may fork in its middle.
#[used]
// SAFETY: the section is an array of such functions.
#[unsafe(link_section = ".init_array")]
static AT_LOAD: extern "C" fn() = at_load;
