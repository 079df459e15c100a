//! Going to another place of a file.

use ffmpeg_sys_next as ff;

use super::InputFile;
use crate::av::format_error::check_said;
use crate::av::time;
use crate::error::{Error, Kind, Result};

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
        // SAFETY: the context and its format are alive.
        let flags = unsafe { (*(*self.context.as_ptr()).iformat).flags };
        if flags & ff::AVFMT_NOTIMESTAMPS != 0 {
            let format = self.format_name();
            let text = format!(
                "{path:?}: cannot seek: files of the format {format} have neither times nor an index"
            );
            return Err(Error::not_supported(text));
        }
        Ok(())
    }

    /// Goes to where FFmpeg finds `timestamp_us` in stream `index`: mostly a key picture at or before it. All streams go on from there.
    ///
    /// # Errors
    /// `NotSupported` if it cannot be found: the file has no index. `Io` if reading fails.
    pub fn seek(&mut self, index: usize, timestamp_us: i64) -> Result<()> {
        let Some(stream) = self.stream(index) else { return Err(Error::invalid("no such stream")) };
        // SAFETY: a stream is alive as long as its context.
        let base = unsafe { (*stream.as_ptr()).time_base };
        let ticks = time::to_ticks("timestamp_us", timestamp_us, base)?;
        self.packet.unref();
        // SAFETY: the context is open and ours alone; streams are counted in `int`. Any place before is as good, and one behind if
        // there is none: the caller looks at what comes.
        let code = unsafe {
            ff::avformat_seek_file(self.context.as_ptr(), index as i32, i64::MIN, ticks, i64::MAX, 0)
        };
        check_said(&self.path, &self.io, &self.words, code).map(drop).map_err(|error| match error.kind {
            Kind::Io if code == ff::AVERROR(ff::EPERM) => self.no_index(),
            Kind::Data => self.no_index(),
            _ => error,
        })
    }

    fn no_index(&self) -> Error {
        let (path, format) = (&self.path, self.format_name());
        Error::not_supported(format!("{path:?}: cannot seek: this file of the format {format} has no index"))
    }
}
