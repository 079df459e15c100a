//! Containers: chunks from files and into them, by plain blocking I/O on the caller's thread.
//!
//! Times are microseconds.

mod about;
mod demux_track;
mod demuxer;
mod formats;
mod held;
mod mux_options;
mod mux_track;
mod muxer;
mod picture_times;
mod read_ahead;
mod target;

pub use crate::av::{Cover, Extent, Stream, medium};
pub use demuxer::Demuxer;
pub use formats::{FORMATS, Format};
pub use mux_options::KEYS as FILE_KEYS;
pub use muxer::Muxer;

use crate::error::{Error, Result};

/// `track` as an index below `count`.
///
/// # Errors
/// `InvalidArgument` naming the number and how many tracks there are.
fn check_track(track: u32, count: usize) -> Result<usize> {
    let refuse = || Error::invalid(format!("track is {track}, there are {count}, counted from 0"));
    usize::try_from(track).ok().filter(|index| *index < count).ok_or_else(refuse)
}
