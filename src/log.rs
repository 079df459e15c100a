//! The log: silent unless `FRAMEGATE_LOG` asks. One line an event, to stderr.

use std::cell::Cell;
use std::sync::atomic::{AtomicU8, Ordering};

/// How loud a line is, or how much is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing is asked for.
    Silent,
    /// Something failed.
    Error,
    /// Something is not as it was asked for.
    Warning,
    /// What a user may want to know.
    Info,
    /// What a developer may want to know.
    Debug,
}

/// A [`Level`], and one more; 0 as long as nobody asked. No lock and no `Once`, which a fork could find half way.
static THRESHOLD: AtomicU8 = AtomicU8::new(0);

/// True if lines of `level` are asked for. The environment is read once.
pub fn wants(level: Level) -> bool {
    let mut threshold = THRESHOLD.load(Ordering::Relaxed);
    if threshold == 0 {
        threshold = asked_for() as u8 + 1;
        THRESHOLD.store(threshold, Ordering::Relaxed);
    }
    (level as u8) < threshold
}

fn asked_for() -> Level {
    match std::env::var("FRAMEGATE_LOG").as_deref() {
        Ok("error") => Level::Error,
        Ok("warning") => Level::Warning,
        Ok("info") => Level::Info,
        Ok("debug") => Level::Debug,
        _ => Level::Silent,
    }
}

/// Writes a line, if lines of `level` are asked for.
pub fn say(level: Level, text: &str) {
    if wants(level) {
        let line = format!("framegate: {}\n", text.trim_end());
        // SAFETY: the bytes are readable. Not through std's stderr, whose lock a fork could find taken. A closed stderr
        // must not fail the codec.
        unsafe { libc::write(libc::STDERR_FILENO, line.as_ptr().cast(), line.len()) };
    }
}

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// What FFmpeg says on the calling thread is said to this library, not to its host, as long as this lives.
pub struct Inside(());

impl Inside {
    /// The library begins to work.
    pub fn enter() -> Self {
        DEPTH.set(DEPTH.get() + 1);
        Self(())
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
    }
}

/// True while the calling thread works for the library.
pub fn is_inside() -> bool {
    DEPTH.get() > 0
}
