//! Going to another place of a file.

use std::ptr::NonNull;

use ffmpeg_sys_next as ff;

use super::InputFile;
use crate::av::descriptor::medium_of_raw;
use crate::av::format_error::check_said;
use crate::av::time;
use crate::error::{Error, Kind, Result};
use crate::media::Medium;

impl InputFile {
    /// Checks that it can be sought in.
    ///
    /// # Errors
    /// `NotSupported` naming the file and why it cannot.
    pub fn check_seek(&self) -> Result<()> {
        let path = &self.path;
        if !self.io.can_seek() {
            let text = format!("{path:?}: cannot seek: its bytes come one after another, as a pipe's");
            return Err(Error::not_supported(text));
        }
        if !(0..self.stream_count()).any(|index| self.has_times(index)) {
            let format = self.format_name();
            let text = format!(
                "{path:?}: cannot seek: this file of the format {format} has neither times nor an index"
            );
            return Err(Error::not_supported(text));
        }
        Ok(())
    }

    /// False for pictures whose first one has no time: a raw stream. Sound is counted where nothing says when it begins.
    fn has_times(&self, index: usize) -> bool {
        // SAFETY: a stream and its parameters are alive as long as their context; an enum is read as an integer.
        let medium = self.stream(index).and_then(|stream| unsafe {
            medium_of_raw((&raw const (*(*stream.as_ptr()).codecpar).codec_type).cast::<i32>().read())
        });
        match medium {
            Some(Medium::Video) => self.stream_extent(index).start_us.is_some(),
            Some(Medium::Audio) => true,
            None => false,
        }
    }

    /// Goes to where FFmpeg finds `timestamp_us` in stream `index`: mostly a key picture at or before it. All streams go on from there.
    /// False if it must go to one that is further before than FFmpeg's.
    ///
    /// # Errors
    /// `NotSupported` if it cannot be found: the file has no index. `Io` if reading fails.
    pub fn seek(&mut self, index: usize, timestamp_us: i64) -> Result<bool> {
        let Some(stream) = self.stream(index) else { return Err(Error::invalid("no such stream")) };
        // SAFETY: a stream is alive as long as its context.
        let base = unsafe { (*stream.as_ptr()).time_base };
        let asked = time::to_ticks("timestamp_us", timestamp_us, base)?;
        let ticks = match self.read_to_end && self.format_name() == "ogg" {
            true => before_last_page(stream, asked),
            false => asked,
        };
        self.packet.unref();
        // SAFETY: the context is open and ours alone; streams are counted in `int`. Any place before is as good, and one behind if
        // there is none: the caller looks at what comes.
        let code = unsafe {
            ff::avformat_seek_file(self.context.as_ptr(), index as i32, i64::MIN, ticks, i64::MAX, 0)
        };
        check_said(&self.path, &self.io, &self.words, code).map(|_| ticks == asked).map_err(|error| {
            match error.kind {
                Kind::Io if code == ff::AVERROR(ff::EPERM) => self.no_index(),
                Kind::Data => self.no_index(),
                _ => error,
            }
        })
    }

    fn no_index(&self) -> Error {
        let (path, format) = (&self.path, self.format_name());
        Error::not_supported(format!("{path:?}: cannot seek: this file of the format {format} has no index"))
    }
}

/// FFmpeg notes the page of each packet that it reads. The packets of Ogg's last page have no times of their own: after a seek to
/// it its first one would have that of the packet that was noted. So this gives a time in the page before, if `ticks` is in the last.
fn before_last_page(stream: NonNull<ff::AVStream>, ticks: i64) -> i64 {
    let stream = stream.as_ptr();
    // SAFETY: a stream is alive as long as its context, and nobody reads meanwhile; an entry is NULL or valid until then.
    let entry = |index| unsafe { ff::avformat_index_get_entry(stream, index).as_ref() };
    // SAFETY: as above.
    let count = unsafe { ff::avformat_index_get_entries_count(stream) };
    let Some(last) = entry(count - 1) else { return ticks };
    let mut pages = (0..count).rev().filter_map(entry).skip_while(|entry| entry.pos == last.pos);
    pages.next().map_or(ticks, |before| ticks.min(before.timestamp))
}
