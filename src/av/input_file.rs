//! An owned `AVFormatContext` that reads a file.

mod facts;
mod opened;
mod seek;

pub use facts::{Cover, Extent};

use std::ptr::NonNull;

use ffmpeg_sys_next as ff;
use opened::Opened;

use super::file::File;
use super::format_error::{check_io, check_said};
use super::io::{Direction, Io, Stream};
use super::log::Words;
use super::opening::Opening;
use super::packet::Packet;
use super::parser::Parser;
use super::stream_limits::{StreamOptions, one_stream_more, too_many_streams};
use super::{open_end, parameters, probe, time};
use crate::error::{Error, Kind, Result};
use crate::media::{Config, Limits, Named, PictureLimitNames, StreamFacts};

/// An open file and the last packet read from it.
pub struct InputFile {
    context: Opened,
    packet: Packet,
    path: String,
    limits: Limits,
    words: Words,
    /// It was, once.
    read_to_end: bool,
    /// After the context, which reads through it.
    io: Io,
}

/// The facts of the packet that was read; [`InputFile::packet`] has its bytes. Times in microseconds.
pub struct Received {
    /// The stream's index in the file.
    pub stream: usize,
    /// True if decoding can start here.
    pub key: bool,
    /// True if the file ends inside of it, or its contents are known to be wrong.
    pub damaged: bool,
    /// True if it is decoded and not shown: an edit list leaves it out.
    pub discard: bool,
    /// Presentation time.
    pub pts_us: Option<i64>,
    /// Decode time.
    pub dts_us: Option<i64>,
    /// Duration, above 0.
    pub duration_us: Option<i64>,
    /// Samples that are not heard at its beginning and at its end.
    pub skipped_samples: (u32, u32),
}

impl InputFile {
    /// Opens a file of one of `formats`, FFmpeg's full names, and finds out what its streams are. No other file is ever opened, whatever this one says.
    ///
    /// # Errors
    /// `Io` if it cannot be read, `Data` if it is damaged or of no known format, `NotSupported` if its format is another
    /// or it is beyond `limits`.
    pub fn open(path: &str, limits: Limits, formats: &[&str]) -> Result<Self> {
        Self::of_stream(File::open(path)?, path, limits, formats)
    }

    /// The same for any bytes; `path` is what errors call them.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn of_stream(
        stream: impl Stream + 'static,
        path: &str,
        limits: Limits,
        formats: &[&str],
    ) -> Result<Self> {
        super::log::init();
        let io = Io::new(stream, Direction::Read)?;
        let name = probe::name_of(path)?;
        let format = probe::format(path, &io, &name, &limits, formats)?;
        let (packet, words) = (Packet::new()?, Words::new());
        let context = Opened::open(path, &io, format, &name, &limits, formats, &words)?;
        let path = path.to_owned();
        let mut input = Self { context, packet, path, limits, words, read_to_end: false, io };
        input.find_streams()?;
        Ok(input)
    }

    /// Finds out what the streams are, decoding some of them, within the limits.
    fn find_streams(&mut self) -> Result<()> {
        self.read_ahead();
        if self.stream_count() > self.limits.max_streams as usize {
            return Err(too_many_streams(&self.limits, &self.path));
        }
        // Decoders are opened below. A pipe may have nothing for long, and a fork would wait for that.
        let _opening = self.io.can_seek().then(Opening::begin);
        let mut options = StreamOptions::new(self.stream_count(), &self.limits)?;
        // SAFETY: the context is open and ours alone; there are options for each of its streams, and no streams
        // without options will come: their decoders would know no limits.
        let code = unsafe {
            (*self.context.as_ptr()).max_streams = self.stream_count() as i32;
            let code = ff::avformat_find_stream_info(self.context.as_ptr(), options.as_mut_ptr());
            (*self.context.as_ptr()).max_streams = one_stream_more(&self.limits);
            code
        };
        check_said(&self.path, &self.io, &self.words, code)?;
        (0..self.stream_count()).try_for_each(|index| self.check_picture(index))
    }

    /// Reads the beginning of a file that announces its streams while it goes on, so that all are known; and goes back.
    fn read_ahead(&mut self) {
        // SAFETY: the context is open; its `pb` is ours.
        let announces_later = unsafe { (*self.context.as_ptr()).ctx_flags } & ff::AVFMTCTX_NOHEADER != 0;
        if !announces_later || !self.io.can_seek() {
            return;
        }
        while self.io.position_bytes() < i64::from(probe::bytes(&self.limits)) {
            self.packet.unref();
            // SAFETY: the context is open, the packet is empty.
            if unsafe { ff::av_read_frame(self.context.as_ptr(), self.packet.as_ptr()) } < 0 {
                break;
            }
        }
        self.packet.unref();
        // To what is before the first byte, which is the first byte: 0 itself would be taken for behind the end of a file
        // whose size is not known. A format that does not go back goes on, with what is left.
        // SAFETY: as above.
        unsafe { ff::av_seek_frame(self.context.as_ptr(), -1, -1, ff::AVSEEK_FLAG_BYTE) };
    }

    fn check_picture(&self, index: usize) -> Result<()> {
        const NAMES: PictureLimitNames = PictureLimitNames { pixels: "max_pixels", side: "max_side" };
        let Some(stream) = self.stream(index) else { return Ok(()) };
        // SAFETY: the stream and its parameters belong to the open context.
        let (width, height) = unsafe {
            if (*stream.as_ptr()).disposition & ff::AV_DISPOSITION_ATTACHED_PIC != 0 {
                return Ok(()); // a cover, which is no track
            }
            let parameters = (*stream.as_ptr()).codecpar;
            ((*parameters).width, (*parameters).height)
        };
        let side = |side| u32::try_from(side).unwrap_or(0);
        let checked = self.limits.check_picture(side(width), side(height), NAMES);
        checked.map_err(|error| error.context(format_args!("{:?}", self.path)))
    }

    /// How many streams the file has so far; some formats show new ones while reading.
    pub fn stream_count(&self) -> usize {
        // SAFETY: the context is open.
        unsafe { (*self.context.as_ptr()).nb_streams as usize }
    }

    /// The decoder configuration of stream `index`; `None` if it is neither video nor audio, or there is none.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub fn config(&self, index: usize, name: fn(&StreamFacts<'_>) -> Named) -> Result<Option<Config>> {
        let Some(stream) = self.stream(index) else { return Ok(None) };
        // SAFETY: the stream belongs to this open context; nobody changes either meanwhile.
        unsafe { parameters::decoder_config(self.context.as_ptr(), stream.as_ptr(), name) }
    }

    /// What it may hold.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Has the reader leave stream `index` out, or not.
    pub fn discard(&mut self, index: usize, is_out: bool) {
        let discard = if is_out { ff::AVDiscard::AVDISCARD_ALL } else { ff::AVDiscard::AVDISCARD_DEFAULT };
        if let Some(stream) = self.stream(index) {
            // SAFETY: the stream is alive as long as the context, and `&mut self` is alone.
            unsafe { (*stream.as_ptr()).discard = discard };
        }
    }

    /// Reads the next packet, in file order; `None` at the end.
    ///
    /// # Errors
    /// `Io` or `Data`, naming the file.
    pub fn read(&mut self) -> Result<Option<Received>> {
        self.packet.unref();
        // SAFETY: the context is open, the packet is empty.
        let code = unsafe { ff::av_read_frame(self.context.as_ptr(), self.packet.as_ptr()) };
        if code == ff::AVERROR_EOF {
            self.read_to_end = true;
            // The formats report some failed reads as the end.
            return self.io.failure(&self.path).map_or(Ok(None), Err);
        }
        check_io(&self.path, &self.io, code).map_err(|error| self.name_late_streams(error))?;
        self.received().map(Some).map_err(|error| error.context(format_args!("{:?}", self.path)))
    }

    /// The packet that was read last.
    pub fn packet(&self) -> &Packet {
        &self.packet
    }

    /// Takes the packet that was read last.
    ///
    /// # Errors
    /// `OutOfMemory`; it stays then.
    pub fn take_packet(&mut self) -> Result<Packet> {
        Ok(std::mem::replace(&mut self.packet, Packet::new()?))
    }

    /// A parser for the pictures of stream `index`; `None` if they have no places in an order.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub fn parser(&self, index: usize) -> Result<Option<Parser>> {
        let Some(stream) = self.stream(index) else { return Ok(None) };
        // SAFETY: as above, and nobody writes to them meanwhile.
        unsafe { parameters::parser((*stream.as_ptr()).codecpar) }
    }

    fn received(&self) -> Result<Received> {
        let fields = self.packet.fields();
        let stream = usize::try_from(fields.stream_index).unwrap_or(usize::MAX);
        // SAFETY: a stream is alive as long as its context.
        let fields_of_stream =
            |s: NonNull<ff::AVStream>| unsafe { ((*s.as_ptr()).time_base, (*s.as_ptr()).duration) };
        let (base, stream_lasts) = self.stream(stream).map_or((time::MICROSECOND, 0), fields_of_stream);
        // SAFETY: the context is open, and the packet was read from it.
        let ends_there = unsafe { open_end::ends_there(self.context.as_ptr(), &self.packet) };
        Ok(Received {
            stream,
            key: fields.flags & ff::AV_PKT_FLAG_KEY != 0,
            damaged: fields.flags & ff::AV_PKT_FLAG_CORRUPT != 0 && !ends_there,
            // An edit list that lasts no time, as of one picture without a duration, is none.
            discard: fields.flags & ff::AV_PKT_FLAG_DISCARD != 0 && stream_lasts != 0,
            pts_us: time::to_us(fields.pts, base)?,
            dts_us: time::to_us(fields.dts, base)?,
            duration_us: time::to_us(fields.duration, base)?.filter(|duration| *duration > 0),
            skipped_samples: self.packet.skipped_samples(),
        })
    }

    fn stream(&self, index: usize) -> Option<NonNull<ff::AVStream>> {
        if index >= self.stream_count() {
            return None;
        }
        // SAFETY: `streams` has `nb_streams` entries, and `index` is below.
        NonNull::new(unsafe { *(*self.context.as_ptr()).streams.add(index) })
    }

    /// A format that cannot add a stream says that memory ran out.
    fn name_late_streams(&self, error: Error) -> Error {
        let full = self.stream_count() > self.limits.max_streams as usize;
        if full && error.kind == Kind::OutOfMemory {
            too_many_streams(&self.limits, &self.path)
        } else {
            error
        }
    }
}
