//! An owned `AVFormatContext` that reads a file.

use std::ptr::{self, NonNull};

use ffmpeg_sys_next as ff;

use super::error::no_memory;
use super::io::{check_file, file_error, file_url};
use super::options::Options;
use super::packet::Packet;
use super::{parameters, time};
use crate::error::Result;
use crate::media::Config;

/// An open file and the last packet read from it.
pub struct Input {
    context: NonNull<ff::AVFormatContext>,
    packet: Packet,
    path: String,
}

// SAFETY: a format context is not tied to the thread that opened it; `&mut self` excludes simultaneous use.
unsafe impl Send for Input {}

/// The facts of the packet that was read; [`Input::data`] has its bytes. Times in microseconds.
pub struct Received {
    /// The stream's index in the file.
    pub stream: usize,
    /// True if decoding can start here.
    pub key: bool,
    /// True if the file ends inside of it, or its contents are known to be wrong.
    pub damaged: bool,
    /// Presentation time.
    pub pts_us: Option<i64>,
    /// Decode time.
    pub dts_us: Option<i64>,
    /// Duration, above 0.
    pub duration_us: Option<i64>,
}

impl Input {
    /// Opens a file and finds out what its streams are. Nothing but files is ever opened, also not by a file
    /// that refers to others.
    ///
    /// # Errors
    /// `Io` if it cannot be read, `Data` if it is damaged or of no known format.
    pub fn open(path: &str) -> Result<Self> {
        super::log::init();
        let url = file_url(path)?;
        let mut options = Options::new();
        options.set("protocol_whitelist", "file")?;
        let packet = Packet::new()?;
        let mut context = ptr::null_mut();
        // SAFETY: `url` is NUL-terminated; a NULL context is allocated by the call, and freed if it fails.
        let code =
            unsafe { ff::avformat_open_input(&mut context, url.as_ptr(), ptr::null(), options.as_mut_ptr()) };
        check_file(path, code)?;
        let context = NonNull::new(context).ok_or_else(|| no_memory("avformat_open_input"))?;
        let input = Self { context, packet, path: path.to_owned() };
        // SAFETY: the context is open and ours alone; NULL asks for no decoder options.
        check_file(path, unsafe { ff::avformat_find_stream_info(context.as_ptr(), ptr::null_mut()) })?;
        Ok(input)
    }

    /// How many streams the file has so far; some formats show new ones while reading.
    pub fn stream_count(&self) -> usize {
        // SAFETY: the context is open.
        unsafe { (*self.context.as_ptr()).nb_streams as usize }
    }

    /// The decoder configuration of stream `index`; `None` if it is neither video nor audio, or there is none.
    pub fn config(&self, index: usize) -> Option<Config> {
        let stream = self.stream(index)?;
        // SAFETY: the stream belongs to this open context; nobody changes either meanwhile.
        unsafe { parameters::decoder_config(self.context.as_ptr(), stream.as_ptr()) }
    }

    /// Has the reader leave stream `index` out.
    pub fn discard(&mut self, index: usize) {
        if let Some(stream) = self.stream(index) {
            // SAFETY: the stream is alive as long as the context, and `&mut self` is alone.
            unsafe { (*stream.as_ptr()).discard = ff::AVDiscard::AVDISCARD_ALL };
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
            let failed = self.read_error();
            return if failed < 0 { Err(file_error(&self.path, failed)) } else { Ok(None) };
        }
        check_file(&self.path, code)?;
        self.received().map(Some).map_err(|error| error.context(format_args!("{:?}", self.path)))
    }

    /// The bytes of the packet that was read last.
    pub fn data(&self) -> &[u8] {
        self.packet.data()
    }

    fn received(&self) -> Result<Received> {
        let fields = self.packet.fields();
        let stream = usize::try_from(fields.stream_index).unwrap_or(usize::MAX);
        // SAFETY: a stream is alive as long as its context.
        let base = self.stream(stream).map_or(time::MICROSECOND, |s| unsafe { (*s.as_ptr()).time_base });
        Ok(Received {
            stream,
            key: fields.flags & ff::AV_PKT_FLAG_KEY != 0,
            damaged: fields.flags & ff::AV_PKT_FLAG_CORRUPT != 0,
            pts_us: time::to_us(fields.pts, base)?,
            dts_us: time::to_us(fields.dts, base)?,
            duration_us: time::to_us(fields.duration, base)?.filter(|duration| *duration > 0),
        })
    }

    fn stream(&self, index: usize) -> Option<NonNull<ff::AVStream>> {
        if index >= self.stream_count() {
            return None;
        }
        // SAFETY: `streams` has `nb_streams` entries, and `index` is below.
        NonNull::new(unsafe { *(*self.context.as_ptr()).streams.add(index) })
    }

    /// The file's sticky error: the formats report some failed reads as the end.
    fn read_error(&self) -> i32 {
        // SAFETY: the context is open; `pb` is NULL for formats without a file.
        unsafe {
            let file = (*self.context.as_ptr()).pb;
            if file.is_null() || (*file).error == ff::AVERROR_EOF { 0 } else { (*file).error }
        }
    }
}

impl Drop for Input {
    fn drop(&mut self) {
        let mut context = self.context.as_ptr();
        // SAFETY: opened by `open`, closed once; frees the streams and closes the file.
        unsafe { ff::avformat_close_input(&mut context) }
    }
}
