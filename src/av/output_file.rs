//! An owned `AVFormatContext` that writes a file.

use std::ffi::c_int;
use std::ptr::{self, NonNull};

use ffmpeg_sys_next as ff;

use super::block::{Block, Times, Told};
use super::callbacks::refuse_open;
use super::clock::Clock;
use super::descriptor::Descriptor;
use super::error::no_memory;
use super::file::{File, check_path};
use super::format_error::{check_file, check_io};
use super::io::{Direction, Io, Stream};
use super::options::Options;
use super::output_format::{MOVIE_TIMESCALE, OutputFormat};
use super::packet::Packet;
use super::{clock, metadata, parameters, pixel_format};
use crate::error::{Error, Kind, Result};
use crate::media::Config;

/// A file being written.
///
/// The caller keeps FFmpeg's order: streams, header, packets, trailer, close.
pub struct OutputFile {
    context: NonNull<ff::AVFormatContext>,
    format: OutputFormat,
    packet: Packet,
    path: String,
    /// One a stream, once the header is written.
    clocks: Vec<Clock>,
    /// After the context, which writes through it; `None` once closed.
    io: Option<Io>,
}

// SAFETY: a format context is not tied to the thread that made it; `&mut self` excludes simultaneous use.
unsafe impl Send for OutputFile {}

impl OutputFile {
    /// Creates or empties the file; its extension says the container.
    ///
    /// # Errors
    /// `NotSupported` if no container has the extension, `Io` if the file cannot be written.
    pub fn create(path: &str) -> Result<Self> {
        check_path(path)?;
        let output = Self::of_format(path, OutputFormat::of_path(path)?)?;
        output.onto(File::create(path)?)
    }

    /// The same for any bytes; `format` is the extension that says the container, `name` what errors call them.
    ///
    /// # Errors
    /// `NotSupported` if no container has the extension.
    pub fn create_on(stream: impl Stream + 'static, format: &str, name: &str) -> Result<Self> {
        Self::of_format(name, OutputFormat::of_extension(format)?)?.onto(stream)
    }

    fn onto(mut self, stream: impl Stream + 'static) -> Result<Self> {
        let io = Io::new(stream, Direction::Write)?;
        // SAFETY: the context is new and has no file.
        unsafe { (*self.context.as_ptr()).pb = io.as_ptr() };
        self.io = Some(io);
        Ok(self)
    }

    /// Adds a stream for a decoder configuration.
    ///
    /// # Errors
    /// `NotSupported` if the container cannot hold it, `InvalidArgument` if something it needs is missing.
    pub fn add_stream(&mut self, config: &Config, told: &Told<'_>) -> Result<()> {
        self.try_stream(config, told)?;
        self.push_stream(config, told)
    }

    /// FFmpeg's name of the container.
    pub fn format_name(&self) -> &'static str {
        self.format.name()
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

    /// Whether the container has parameter sets apart from the chunks, at its beginning.
    pub fn headers_apart(&self) -> bool {
        self.format.headers_apart()
    }

    /// Whether the container places tracks by edit lists: MP4, MOV and their kin.
    pub fn has_edit_lists(&self) -> bool {
        self.format.has_edit_lists()
    }

    /// Gives a stream its parameter sets, as an Annex B byte stream, before the header: the container changes them to
    /// its own form, and then the chunks.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub fn set_parameter_sets(&mut self, stream: usize, annexb: &[u8]) -> Result<()> {
        // SAFETY: the caller numbers the streams that it added; no header is written, and the stream has no such sets.
        unsafe {
            let parameters = (**(*self.context.as_ptr()).streams.add(stream)).codecpar;
            parameters::set_extradata(parameters, annexb)
        }
    }

    /// Sets the file's title, before the header.
    ///
    /// # Errors
    /// `InvalidArgument` for a NUL inside, `OutOfMemory`.
    pub fn set_title(&mut self, title: &str) -> Result<()> {
        // SAFETY: the context is alive and ours alone.
        unsafe { metadata::set(&raw mut (*self.context.as_ptr()).metadata, c"title", title) }
    }

    /// Writes what comes before the packets.
    ///
    /// # Errors
    /// `Io`, or `NotSupported` if the container cannot hold these streams together.
    pub fn write_header(&mut self) -> Result<()> {
        let mut options = Options::new();
        // MP4 and MOV place tracks by edit lists in units of this; their default of 1000 moves them.
        options.set(&MOVIE_TIMESCALE.to_string_lossy(), "1000000")?;
        // SAFETY: the context has a file and streams; options that the container does not know are left alone.
        let code = unsafe { ff::avformat_write_header(self.context.as_ptr(), options.as_mut_ptr()) };
        self.check_streams(code)?;
        self.start_clocks();
        Ok(())
    }

    /// The header has made the time bases final.
    fn start_clocks(&mut self) {
        // SAFETY: the context is alive, `streams` has `nb_streams` entries.
        let streams = unsafe {
            let context = &*self.context.as_ptr();
            std::slice::from_raw_parts(context.streams, context.nb_streams as usize)
        };
        let equal_dts = self.format.equal_dts();
        // SAFETY: a stream lives as long as its context.
        let clock = |stream: &*mut ff::AVStream| unsafe {
            Clock::new((**stream).time_base, (**stream).avg_frame_rate, equal_dts)
        };
        self.clocks = streams.iter().map(clock).collect();
    }

    /// Writes a packet, or keeps it until the other streams have come as far: at most 10 seconds of a stream
    /// (`max_interleave_delta`).
    ///
    /// # Errors
    /// `InvalidArgument` for times that the container cannot hold, `Data`, `Io`.
    pub fn write(&mut self, stream: usize, times: Times, block: Block<'_>) -> Result<()> {
        let place = self.clocks[stream].place(times)?;
        self.packet.copy_from(block.data)?;
        block.alpha.map_or(Ok(()), |alpha| self.packet.set_alpha(alpha))?;
        self.clocks[stream].pass(place);
        let fields = self.packet.fields_mut();
        (fields.pts, fields.dts, fields.duration) = (place.pts, place.dts, place.duration);
        fields.stream_index = stream as i32;
        fields.flags = if block.key { ff::AV_PKT_FLAG_KEY } else { 0 };
        // SAFETY: the header is written, and the caller numbers the streams that it added. The call takes the packet's
        // payload, also when it fails. Of a duration of 0 it would make one of the frame rate.
        let code = unsafe {
            let written = *(*self.context.as_ptr()).streams.add(stream);
            let rate = (*written).avg_frame_rate;
            if place.duration == 0 {
                (*written).avg_frame_rate = ff::AVRational { num: 0, den: 1 };
            }
            let code = ff::av_interleaved_write_frame(self.context.as_ptr(), self.packet.as_ptr());
            (*written).avg_frame_rate = rate;
            code
        };
        self.check_written(code)
    }

    /// Writes what is held back, the indexes, and closes the file.
    ///
    /// # Errors
    /// `Io`, `Data`; the file is closed all the same.
    pub fn finish(&mut self) -> Result<()> {
        // SAFETY: the header is written, and the caller calls this once.
        let trailer = unsafe { ff::av_write_trailer(self.context.as_ptr()) };
        let trailer = self.check_written(trailer);
        self.close().and(trailer)
    }

    /// Closes the file as it is.
    ///
    /// # Errors
    /// `Io`: the first write that failed.
    pub fn close(&mut self) -> Result<()> {
        // SAFETY: the context is alive; nothing is written through it from here on.
        unsafe { (*self.context.as_ptr()).pb = ptr::null_mut() };
        self.io.take().map_or(Ok(()), |io| io.close(&self.path))
    }

    fn check_written(&self, code: c_int) -> Result<()> {
        match &self.io {
            Some(io) => check_io(&self.path, io, code).map(drop),
            None => check_file(&self.path, code).map(drop),
        }
    }

    fn of_format(path: &str, format: OutputFormat) -> Result<Self> {
        super::log::init();
        let packet = Packet::new()?;
        let mut context = ptr::null_mut();
        // SAFETY: the format is a constant of the library; no name is needed, as nothing is opened here.
        let code = unsafe {
            ff::avformat_alloc_output_context2(&mut context, format.as_ptr(), ptr::null(), ptr::null())
        };
        check_file(path, code)?;
        let context = NonNull::new(context).ok_or_else(|| no_memory("avformat_alloc_output_context2"))?;
        // SAFETY: the context is new. FFmpeg calls FLAC in MP4 experimental, which is long a standard.
        // What a format wants to write beside the file is refused.
        unsafe {
            (*context.as_ptr()).strict_std_compliance = ff::FF_COMPLIANCE_EXPERIMENTAL;
            (*context.as_ptr()).io_open = Some(refuse_open);
        }
        Ok(Self { context, format, packet, path: path.to_owned(), clocks: Vec::new(), io: None })
    }

    /// Asks the container about one stream, by way of a context that is thrown away.
    fn try_stream(&self, config: &Config, told: &Told<'_>) -> Result<()> {
        if !self.format.holds(Descriptor::of_string(config.codec())?) {
            let (name, codec) = (self.format.name(), config.codec());
            return Err(Error::not_supported(format!("the {name} container cannot hold \"{codec}\"")));
        }
        let mut scratch = Self::of_format(&self.path, self.format)?;
        scratch.push_stream(config, told)?;
        // SAFETY: both contexts are alive. avformat_init_output only looks whether the file can seek; the
        // scratch context gives the file back before anything else may touch it.
        let code = unsafe {
            (*scratch.context.as_ptr()).pb = (*self.context.as_ptr()).pb;
            let code = ff::avformat_init_output(scratch.context.as_ptr(), ptr::null_mut());
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
                    Some(rate) if !self.has_edit_lists() => ff::AVRational { num: rate.den, den: rate.num },
                    rate => clock::fine_base(rate),
                };
            }
        }
        Ok(())
    }

    /// What the container says of its streams: to it, "invalid" is what it cannot hold.
    fn check_streams(&self, code: c_int) -> Result<()> {
        let Err(mut error) = self.check_written(code) else { return Ok(()) };
        if matches!(error.kind, Kind::Data | Kind::NotSupported) {
            let name = self.format_name();
            error = Error::not_supported(format!("the {name} container cannot hold this: {}", error.text));
        }
        Err(error)
    }
}

impl Drop for OutputFile {
    fn drop(&mut self) {
        // SAFETY: allocated by `of_format`, freed once, with its streams and the packets it held back; it does not touch
        // `pb`. The file is closed after it.
        unsafe { ff::avformat_free_context(self.context.as_ptr()) }
    }
}
