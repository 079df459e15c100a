//! An owned `AVFormatContext` that writes a file.

use std::ffi::c_int;
use std::ptr::{self, NonNull};

use ffmpeg_sys_next as ff;

use super::bitstream_filter::BitstreamFilter;
use super::block::{Block, Container, Times};
use super::callbacks::{close_read_back, open_read_back};
use super::clock::Clock;
use super::error::no_memory;
use super::file::{File, check_path};
use super::format_error::{check_file, check_io};
use super::io::{Direction, Io, Stream};
use super::options::Options;
use super::output_format::OutputFormat;
use super::packet::Packet;
use super::{metadata, parameters};
use crate::error::{Error, Kind, Result};

/// A file being written.
///
/// The caller keeps FFmpeg's order: streams, header, packets, trailer, close.
pub struct OutputFile {
    pub(super) context: NonNull<ff::AVFormatContext>,
    pub(super) format: OutputFormat,
    pub(super) counts_frames: bool,
    pub(super) options: Options,
    packet: Packet,
    /// Those that change chunks, with their streams.
    pub(super) filters: Vec<(usize, BitstreamFilter)>,
    pub(super) path: String,
    /// One a stream, once the header is written.
    clocks: Vec<Clock>,
    /// After the context, which writes through it; `None` once closed.
    io: Option<Io>,
}

// SAFETY: a format context is not tied to the thread that made it; `&mut self` excludes simultaneous use.
unsafe impl Send for OutputFile {}

impl OutputFile {
    /// Creates or empties the file.
    ///
    /// # Errors
    /// `InvalidArgument` if the path cannot be one, `NotSupported` if there is no such container, `Io` if the file cannot be written.
    pub fn create(path: &str, container: Container<'_>) -> Result<Self> {
        check_path(path)?;
        let output =
            Self::of_container(path, container, || format!("no container for the file name {path:?}"))?;
        output.onto(File::create(path)?)
    }

    /// The same for any bytes; `name` is what errors call them.
    ///
    /// # Errors
    /// `NotSupported` if there is no such container.
    pub fn create_on(stream: impl Stream + 'static, container: Container<'_>, name: &str) -> Result<Self> {
        let unknown = || format!("no container has the extension {:?}", container.extension);
        Self::of_container(name, container, unknown)?.onto(stream)
    }

    fn onto(mut self, stream: impl Stream + 'static) -> Result<Self> {
        let io = Io::new(stream, Direction::Write)?;
        // SAFETY: the context is new and has no file.
        unsafe { (*self.context.as_ptr()).pb = io.as_ptr() };
        self.io = Some(io);
        Ok(self)
    }

    /// FFmpeg's name of the container.
    pub fn format_name(&self) -> &'static str {
        self.format.name()
    }

    /// Whether the container has parameter sets apart from the chunks, at its beginning.
    pub fn headers_apart(&self) -> bool {
        self.format.headers_apart()
    }

    /// Whether what was written can be changed; and read, too.
    pub fn goes_back(&self) -> (bool, bool) {
        self.io.as_ref().map_or((false, false), |io| (io.can_seek(), io.can_read_back()))
    }

    /// Sets options of FFmpeg's, for the container, in place of those that were set. One that it does not know is left alone.
    ///
    /// # Errors
    /// `InvalidArgument` for a NUL inside, `OutOfMemory`.
    pub fn set_options(&mut self, options: &[(&str, String)]) -> Result<()> {
        self.options = Options::new();
        options.iter().try_for_each(|(name, value)| self.options.set(name, value))
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
        let mut options = self.options.copy()?;
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
        if let Some((_, filter)) = self.filters.iter_mut().find(|(of, _)| *of == stream) {
            filter.change(&mut self.packet)?;
        }
        block.alpha.map_or(Ok(()), |alpha| self.packet.set_alpha(alpha))?;
        if block.skipped != (0, 0) {
            self.packet.set_skipped_samples(block.skipped)?;
        }
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

    /// Completes a stream's setup bytes, of which `complete` makes others, behind its last packet.
    ///
    /// # Errors
    /// `Io`, `OutOfMemory`.
    pub fn complete_setup(
        &mut self,
        stream: usize,
        complete: impl FnOnce(&[u8]) -> Option<Vec<u8>>,
    ) -> Result<()> {
        // SAFETY: the caller numbers the streams that it added, and the header is written.
        let setup = unsafe {
            complete(parameters::extradata((**(*self.context.as_ptr()).streams.add(stream)).codecpar))
        };
        let (Some(setup), Some(end)) = (setup, self.clocks[stream].end()) else { return Ok(()) };
        self.packet.unref();
        self.packet.set_new_extradata(&setup)?;
        let fields = self.packet.fields_mut();
        (fields.pts, fields.dts, fields.stream_index) = (end, end, stream as i32);
        // SAFETY: as above; the call takes the packet.
        let code = unsafe { ff::av_interleaved_write_frame(self.context.as_ptr(), self.packet.as_ptr()) };
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

    fn of_container(path: &str, container: Container<'_>, unknown: impl FnOnce() -> String) -> Result<Self> {
        let Container { name, extension, counts_frames } = container;
        let format = name.map_or_else(|| OutputFormat::of_extension(extension), OutputFormat::of_name);
        Self::of_format(path, format.ok_or_else(|| Error::not_supported(unknown()))?, counts_frames)
    }

    pub(super) fn of_format(path: &str, format: OutputFormat, counts_frames: bool) -> Result<Self> {
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
            (*context.as_ptr()).io_open = Some(open_read_back);
            (*context.as_ptr()).io_close2 = Some(close_read_back);
        }
        Ok(Self {
            context,
            format,
            counts_frames,
            options: Options::new(),
            packet,
            filters: Vec::new(),
            path: path.to_owned(),
            clocks: Vec::new(),
            io: None,
        })
    }

    /// What the container says of its streams: to it, "invalid" is what it cannot hold.
    pub(super) fn check_streams(&self, code: c_int) -> Result<()> {
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
