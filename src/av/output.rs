//! An owned `AVFormatContext` that writes a file.

use std::ffi::{CStr, CString, c_int};
use std::ptr::{self, NonNull};

use ffmpeg_sys_next as ff;

use super::callbacks::refuse_open;
use super::error::no_memory;
use super::file::{File, check_path};
use super::format_error::{check_file, check_io};
use super::io::{Direction, Io};
use super::options::Options;
use super::packet::Packet;
use super::{parameters, time};
use crate::error::{Error, Kind, Result};
use crate::media::Config;

/// A file being written.
///
/// The caller keeps FFmpeg's order: streams, header, packets, trailer, close.
pub struct Output {
    context: NonNull<ff::AVFormatContext>,
    packet: Packet,
    path: String,
    last_dts: Vec<Option<i64>>,
    /// After the context, which writes through it; `None` once closed.
    io: Option<Io>,
}

// SAFETY: a format context is not tied to the thread that made it; `&mut self` excludes simultaneous use.
unsafe impl Send for Output {}

/// A packet's times, microseconds. `pts_us` is not before `dts_us`.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// Presentation time.
    pub pts_us: i64,
    /// Decode time, above the one before.
    pub dts_us: i64,
    /// Duration, 0 if unknown.
    pub duration_us: i64,
}

impl Output {
    /// Creates or empties the file; its extension says the container.
    ///
    /// # Errors
    /// `NotSupported` if no container has the extension, `Io` if the file cannot be written.
    pub fn create(path: &str) -> Result<Self> {
        check_path(path)?;
        let mut output = Self::of_format(path, guess_format(path)?)?;
        let io = Io::new(File::create(path)?, Direction::Write)?;
        // SAFETY: the context is new and has no file.
        unsafe { (*output.context.as_ptr()).pb = io.as_ptr() };
        output.io = Some(io);
        Ok(output)
    }

    /// Adds a stream for a decoder configuration.
    ///
    /// # Errors
    /// `NotSupported` if the container cannot hold it, `InvalidArgument` if something it needs is missing.
    pub fn add_stream(&mut self, config: &Config) -> Result<()> {
        self.try_stream(config)?;
        self.push_stream(config)
    }

    /// Writes what comes before the packets.
    ///
    /// # Errors
    /// `Io`, or `NotSupported` if the container cannot hold these streams together.
    pub fn write_header(&mut self) -> Result<()> {
        let mut options = Options::new();
        // MP4 and MOV place tracks by edit lists in units of this; their default of 1000 moves them.
        options.set("movie_timescale", "1000000")?;
        // SAFETY: the context has a file and streams; options that the container does not know are left alone.
        let code = unsafe { ff::avformat_write_header(self.context.as_ptr(), options.as_mut_ptr()) };
        self.check_streams(code)
    }

    /// Writes a packet, or keeps it until the other streams have come as far: at most 10 seconds of a stream
    /// (`max_interleave_delta`).
    ///
    /// # Errors
    /// `InvalidArgument` for times that the container cannot hold, `Data`, `Io`.
    pub fn write(&mut self, stream: usize, times: Times, key: bool, data: &[u8]) -> Result<()> {
        // SAFETY: the caller numbers the streams that it added; the header made the time base final.
        let base = unsafe { (**(*self.context.as_ptr()).streams.add(stream)).time_base };
        let dts = time::to_ticks("dts_us", times.dts_us, base)?;
        let pts = time::to_ticks("timestamp_us", times.pts_us, base)?;
        let duration = time::to_ticks("duration_us", times.duration_us, base)?;
        self.check_distances(stream, pts, dts, duration, times)?;
        self.packet.copy_from(data)?;
        let fields = self.packet.fields_mut();
        (fields.pts, fields.dts, fields.duration) = (pts, dts, duration);
        fields.stream_index = stream as i32;
        fields.flags = if key { ff::AV_PKT_FLAG_KEY } else { 0 };
        // SAFETY: the header is written; the call takes the packet's payload, also when it fails.
        let code = unsafe { ff::av_interleaved_write_frame(self.context.as_ptr(), self.packet.as_ptr()) };
        self.check_written(code)?;
        self.last_dts[stream] = Some(dts);
        Ok(())
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

    fn of_format(path: &str, format: NonNull<ff::AVOutputFormat>) -> Result<Self> {
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
        Ok(Self { context, packet, path: path.to_owned(), last_dts: Vec::new(), io: None })
    }

    fn format(&self) -> NonNull<ff::AVOutputFormat> {
        // SAFETY: the context is alive.
        let format = unsafe { (*self.context.as_ptr()).oformat };
        NonNull::new(format.cast_mut()).expect("of_format set it")
    }

    /// Asks the container about one stream, by way of a context that is thrown away.
    fn try_stream(&self, config: &Config) -> Result<()> {
        let mut scratch = Self::of_format(&self.path, self.format())?;
        scratch.push_stream(config)?;
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

    fn push_stream(&mut self, config: &Config) -> Result<()> {
        // SAFETY: the format is a constant of the library.
        let headers_apart = unsafe { (*self.format().as_ptr()).flags } & ff::AVFMT_GLOBALHEADER != 0;
        // SAFETY: the context is alive and has no header yet; it owns the new stream.
        let stream = unsafe { ff::avformat_new_stream(self.context.as_ptr(), ptr::null()) };
        let stream = NonNull::new(stream).ok_or_else(|| no_memory("avformat_new_stream"))?;
        self.last_dts.push(None);
        // SAFETY: the stream is new, and nobody else knows it.
        unsafe { parameters::describe_stream(stream.as_ptr(), config, headers_apart) }
    }

    /// What the container says of its streams: to it, "invalid" is what it cannot hold.
    fn check_streams(&self, code: c_int) -> Result<()> {
        let Err(mut error) = self.check_written(code) else { return Ok(()) };
        if error.kind == Kind::Data {
            // SAFETY: a format's name is NUL-terminated and constant.
            let name = unsafe { CStr::from_ptr((*self.format().as_ptr()).name) }.to_string_lossy();
            error = Error::not_supported(format!("the {name} container cannot hold this: {}", error.text));
        }
        Err(error)
    }

    /// Checks what MP4 stores in 32 bits and FFmpeg would change with a warning.
    fn check_distances(&self, stream: usize, pts: i64, dts: i64, duration: i64, times: Times) -> Result<()> {
        const MOST: i64 = i32::MAX as i64 - 1;
        let refuse = |what: &str| Err(Error::invalid(format!("{what} for the container: {times:?}")));
        if pts - dts > MOST {
            return refuse("timestamp_us is too far from dts_us");
        }
        match self.last_dts[stream] {
            Some(last) if dts <= last => refuse("dts_us is too close to the chunk before"),
            Some(last) if dts - last > MOST => refuse("dts_us is too far from the chunk before"),
            _ if duration > MOST => refuse("duration_us is too long"),
            _ => Ok(()),
        }
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        // SAFETY: allocated by `of_format`, freed once, with its streams and the packets it held back; it does not touch
        // `pb`. The file is closed after it.
        unsafe { ff::avformat_free_context(self.context.as_ptr()) }
    }
}

/// The container for a path's extension.
fn guess_format(path: &str) -> Result<NonNull<ff::AVOutputFormat>> {
    let name = CString::new(path).map_err(|_| Error::invalid("path has a NUL inside"))?;
    // SAFETY: `name` is NUL-terminated; the other two are optional.
    let format = unsafe { ff::av_guess_format(ptr::null(), name.as_ptr(), ptr::null()) };
    let format = NonNull::new(format.cast_mut());
    // SAFETY: a format is a constant of the library. NOFILE ones write other files than the one named.
    let format = format.filter(|format| unsafe { format.as_ref() }.flags & ff::AVFMT_NOFILE == 0);
    let unknown = || Error::not_supported(format!("no container for the file name {path:?}, try .mp4"));
    format.ok_or_else(unknown)
}
