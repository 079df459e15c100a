//! The streams of a file that is written, before its header.

use std::ptr::{self, NonNull};

use ffmpeg_sys_next as ff;

use super::bitstream_filter::BitstreamFilter;
use super::block::Told;
use super::descriptor::Descriptor;
use super::error::no_memory;
use super::output_file::OutputFile;
use super::{clock, metadata, parameters, pixel_format};
use crate::error::Result;
use crate::media::Config;

impl OutputFile {
    /// Adds a stream for a decoder configuration.
    ///
    /// # Errors
    /// `NotSupported` if the container cannot hold it, `InvalidArgument` if something it needs is missing.
    pub fn add_stream(&mut self, config: &Config, told: &Told<'_>) -> Result<()> {
        self.try_stream(config, told)?;
        self.push_stream(config, told)
    }

    /// How many there are, with one that could not be added whole.
    pub fn stream_count(&self) -> usize {
        // SAFETY: the context is alive.
        unsafe { (*self.context.as_ptr()).nb_streams as usize }
    }

    /// Whether the container may hold a codec, as far as FFmpeg knows without more.
    ///
    /// # Errors
    /// `NotSupported` for a codec that FFmpeg does not know.
    pub fn may_hold(&self, codec: &str) -> Result<bool> {
        Ok(self.format.holds(Descriptor::of_string(codec)?))
    }

    /// Says of a stream, before the header, that its packets have alpha.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub fn set_alpha(&mut self, stream: usize) -> Result<()> {
        // SAFETY: the caller numbers the streams that it added; the context is alive and ours alone.
        unsafe {
            let stream = *(*self.context.as_ptr()).streams.add(stream);
            metadata::set(&raw mut (*stream).metadata, c"alpha_mode", "1")
        }
    }

    /// Gives a stream its parameter sets, as they come in band, before the header: the container changes them to
    /// its own form, and then the chunks, which `filter` else does.
    ///
    /// # Errors
    /// `OutOfMemory`; `Data` if the filter does not take them.
    pub fn set_parameter_sets(&mut self, stream: usize, sets: &[u8], filter: Option<&str>) -> Result<()> {
        // SAFETY: the caller numbers the streams that it added; no header is written, and the stream has no such sets.
        unsafe {
            let parameters = (**(*self.context.as_ptr()).streams.add(stream)).codecpar;
            parameters::set_extradata(parameters, sets)?;
            if let Some(name) = filter {
                self.filters.push((stream, BitstreamFilter::new(name, parameters)?));
            }
        }
        Ok(())
    }

    /// Asks the container about one stream, by way of a context that is thrown away.
    fn try_stream(&self, config: &Config, told: &Told<'_>) -> Result<()> {
        let mut scratch = Self::of_format(&self.path, self.format, self.counts_frames)?;
        scratch.push_stream(config, told)?;
        let mut options = self.options.copy()?;
        // SAFETY: both contexts are alive. avformat_init_output only looks whether the file can seek; the
        // scratch context gives the file back before anything else may touch it.
        let code = unsafe {
            (*scratch.context.as_ptr()).pb = (*self.context.as_ptr()).pb;
            let code = ff::avformat_init_output(scratch.context.as_ptr(), options.as_mut_ptr());
            (*scratch.context.as_ptr()).pb = ptr::null_mut();
            code
        };
        scratch.check_streams(code).map_err(|error| error.context(format_args!("\"{}\"", config.codec())))
    }

    fn push_stream(&mut self, config: &Config, told: &Told<'_>) -> Result<()> {
        // SAFETY: the context is alive and has no header yet; it owns the new stream.
        let stream = unsafe { ff::avformat_new_stream(self.context.as_ptr(), ptr::null()) };
        let stream = NonNull::new(stream).ok_or_else(|| no_memory("avformat_new_stream"))?;
        // SAFETY: the stream is new, and nobody else knows it.
        unsafe {
            parameters::describe_stream(stream.as_ptr(), config, told.setup)?;
            if let Some(format) = told.format.and_then(pixel_format::to_av) {
                (*(*stream.as_ptr()).codecpar).format = format as i32;
            }
            // Formats without one of their own take it for the rate (AVI), or for the clock (MP4).
            let rate = Some((*stream.as_ptr()).avg_frame_rate).filter(|rate| rate.num > 0);
            if (*(*stream.as_ptr()).codecpar).codec_type == ff::AVMediaType::AVMEDIA_TYPE_VIDEO {
                (*stream.as_ptr()).time_base = match rate {
                    Some(rate) if self.counts_frames => ff::AVRational { num: rate.den, den: rate.num },
                    rate => clock::fine_base(rate),
                };
            }
            if let Some(name) = told.filter {
                let filter = BitstreamFilter::new(name, (*stream.as_ptr()).codecpar)?;
                filter.describe((*stream.as_ptr()).codecpar)?;
                self.filters.push((self.stream_count() - 1, filter));
            }
        }
        Ok(())
    }
}
