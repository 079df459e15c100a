//! What a file says of itself and its streams, beside what decoders need.

use std::ffi::CStr;
use std::slice;

use ffmpeg_sys_next as ff;

use super::InputFile;
use crate::av::descriptor::Descriptor;
use crate::av::{metadata, time};

/// The times of a file, or of a stream, and what else is counted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Extent {
    /// How long it lasts.
    pub duration_us: Option<i64>,
    /// When it begins.
    pub start_us: Option<i64>,
    /// Its packets.
    pub frames: Option<i64>,
}

/// A part of a file with a name.
pub struct Chapter {
    /// When it begins.
    pub start_us: Option<i64>,
    /// When it ends.
    pub end_us: Option<i64>,
    /// What it is called.
    pub title: Option<String>,
}

/// A picture that belongs to a file and is no track of it.
#[derive(Clone, Copy)]
pub struct Cover<'a> {
    /// Its type, as MIME has it.
    pub mime: &'static str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// FFmpeg's names of the codecs of still pictures, and what MIME calls them.
const MIME: &[(&str, &str)] = &[
    ("mjpeg", "image/jpeg"),
    ("png", "image/png"),
    ("gif", "image/gif"),
    ("bmp", "image/bmp"),
    ("tiff", "image/tiff"),
    ("webp", "image/webp"),
];

/// What a stream is for, one bit each, in the order in which [`InputFile::disposition`] gives them.
const DISPOSITIONS: [i32; 7] = [
    ff::AV_DISPOSITION_DEFAULT,
    ff::AV_DISPOSITION_DUB,
    ff::AV_DISPOSITION_ORIGINAL,
    ff::AV_DISPOSITION_COMMENT,
    ff::AV_DISPOSITION_FORCED,
    ff::AV_DISPOSITION_HEARING_IMPAIRED,
    ff::AV_DISPOSITION_VISUAL_IMPAIRED,
];

impl InputFile {
    /// The times of the whole file.
    pub fn extent(&self) -> Extent {
        // SAFETY: the context is open.
        let (duration, start) =
            unsafe { ((*self.context.as_ptr()).duration, (*self.context.as_ptr()).start_time) };
        Extent {
            duration_us: known_us(duration, time::MICROSECOND).filter(|duration| *duration >= 0),
            start_us: known_us(start, time::MICROSECOND),
            frames: None,
        }
    }

    /// The times of stream `index`, and how many packets it has.
    pub fn stream_extent(&self, index: usize) -> Extent {
        let Some(stream) = self.stream(index) else { return Extent::default() };
        // SAFETY: a stream is alive as long as its context.
        let (base, duration, start, frames) = unsafe {
            let stream = &*stream.as_ptr();
            (stream.time_base, stream.duration, stream.start_time, stream.nb_frames)
        };
        Extent {
            duration_us: known_us(duration, base).filter(|duration| *duration >= 0),
            start_us: known_us(start, base),
            frames: Some(frames).filter(|frames| *frames > 0),
        }
    }

    /// Where the edit list of stream `index` ends, of a file that may have one and is shown from 0.
    pub fn edit_end_us(&self, index: usize) -> Option<i64> {
        let stream = self.stream(index)?;
        // SAFETY: the context and its stream are alive; a format's name is NUL-terminated and constant.
        let (name, base, start, duration) = unsafe {
            let (format, stream) = ((*self.context.as_ptr()).iformat, &*stream.as_ptr());
            (CStr::from_ptr((*format).name), stream.time_base, stream.start_time, stream.duration)
        };
        let has_edits = name.to_bytes().starts_with(b"mov,") && start == 0 && duration > 0;
        has_edits.then(|| time::to_us(duration, base).ok().flatten()).flatten()
    }

    /// Pictures of stream `index` that are decoded before one that is shown before them.
    pub fn delay(&self, index: usize) -> usize {
        // SAFETY: a stream and its parameters are alive as long as their context.
        let delay =
            self.stream(index).map_or(0, |stream| unsafe { (*(*stream.as_ptr()).codecpar).video_delay });
        usize::try_from(delay).unwrap_or(0)
    }

    /// What stream `index` is for: from the lowest bit default, dub, original, comment, forced, for those who hear badly, for those
    /// who see badly.
    pub fn disposition(&self, index: usize) -> u32 {
        // SAFETY: a stream is alive as long as its context.
        let said = self.stream(index).map_or(0, |stream| unsafe { (*stream.as_ptr()).disposition });
        let bits = DISPOSITIONS.iter().enumerate().filter(|(_, bit)| said & **bit != 0);
        bits.fold(0, |all, (place, _)| all | 1 << place)
    }

    /// Samples that must be decoded before the sound of stream `index` is right, after a start in its middle.
    pub fn preroll_us(&self, index: usize) -> i64 {
        let Some(stream) = self.stream(index) else { return 0 };
        // SAFETY: a stream and its parameters are alive as long as their context.
        let (samples, rate) = unsafe {
            let parameters = (*stream.as_ptr()).codecpar;
            ((*parameters).seek_preroll, (*parameters).sample_rate)
        };
        if samples > 0 && rate > 0 { i64::from(samples) * 1_000_000 / i64::from(rate) } else { 0 }
    }

    /// FFmpeg's name of the format.
    pub fn format_name(&self) -> String {
        // SAFETY: the context is open; a format's name is NUL-terminated and constant.
        unsafe { CStr::from_ptr((*(*self.context.as_ptr()).iformat).name) }.to_string_lossy().into_owned()
    }

    /// All that the file says of itself, by FFmpeg's names.
    pub fn tags(&self) -> Vec<(String, String)> {
        // SAFETY: the context is open, and nobody writes to it meanwhile.
        unsafe { metadata::all((*self.context.as_ptr()).metadata) }
    }

    /// All that it says of stream `index`.
    pub fn stream_tags(&self, index: usize) -> Vec<(String, String)> {
        // SAFETY: a stream is alive as long as its context, and nobody writes to it meanwhile.
        self.stream(index).map_or(Vec::new(), |stream| unsafe { metadata::all((*stream.as_ptr()).metadata) })
    }

    /// The chapters, as the file has them.
    pub fn chapters(&self) -> Vec<Chapter> {
        // SAFETY: the context is open; it has `nb_chapters` chapters, and nobody writes to them meanwhile.
        unsafe {
            let context = &*self.context.as_ptr();
            if context.chapters.is_null() {
                return Vec::new();
            }
            let chapters = slice::from_raw_parts(context.chapters, context.nb_chapters as usize).iter();
            chapters
                .filter_map(|chapter| chapter.as_ref())
                .map(|chapter| Chapter {
                    start_us: known_us(chapter.start, chapter.time_base),
                    end_us: known_us(chapter.end, chapter.time_base),
                    title: metadata::get(chapter.metadata, c"title"),
                })
                .collect()
        }
    }

    /// The pictures that are no tracks.
    pub fn covers(&self) -> impl Iterator<Item = Cover<'_>> {
        (0..self.stream_count()).filter_map(|index| self.cover(index))
    }

    fn cover(&self, index: usize) -> Option<Cover<'_>> {
        let stream = self.stream(index)?;
        // SAFETY: a stream, its parameters and its picture are alive as long as their context, which changes no picture that it has;
        // it has `size` bytes at `data`; an enum is read as an integer.
        let (codec, bytes) = unsafe {
            let stream = &*stream.as_ptr();
            let picture = &stream.attached_pic;
            if stream.disposition & ff::AV_DISPOSITION_ATTACHED_PIC == 0 || picture.data.is_null() {
                return None;
            }
            let codec = Descriptor::of_id((&raw const (*stream.codecpar).codec_id).cast::<u32>().read());
            (codec, slice::from_raw_parts(picture.data, usize::try_from(picture.size).unwrap_or(0)))
        };
        let known = codec.and_then(|codec| MIME.iter().find(|(name, _)| *name == codec.name));
        let mime = known.map_or("application/octet-stream", |(_, mime)| mime);
        Some(Cover { mime, bytes })
    }
}

/// A time that the file says and that is in range.
fn known_us(ticks: i64, base: ff::AVRational) -> Option<i64> {
    time::to_us(ticks, base).ok().flatten()
}
