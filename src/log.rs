//! The log: silent unless `FRAMEGATE_LOG` asks. One line an event, to stderr.

use std::io::Write;
use std::sync::LazyLock;

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

static THRESHOLD: LazyLock<Level> = LazyLock::new(|| match std::env::var("FRAMEGATE_LOG").as_deref() {
    Ok("error") => Level::Error,
    Ok("warning") => Level::Warning,
    Ok("info") => Level::Info,
    Ok("debug") => Level::Debug,
    _ => Level::Silent,
});

/// True if lines of `level` are asked for. The environment is read once.
pub fn wants(level: Level) -> bool {
    level <= *THRESHOLD
}

/// Writes a line, if lines of `level` are asked for.
pub fn say(level: Level, text: &str) {
    if wants(level) {
        // A closed stderr must not fail the codec.
        let _ = writeln!(std::io::stderr(), "framegate: {}", text.trim_end());
    }
}
