//! The C structs of demuxers and muxers, as `types` has the others.

#![allow(non_camel_case_types)] // C spelling

use std::ffi::c_void;

/// What a file may claim before fg_demuxer_open_limits refuses it: whoever uploads a file decides what it says. 0 stands for
/// the default, which lets everything through that codecs' levels allow. FG_LIMITS_INIT sets all to their defaults.
#[repr(C)]
pub struct fg_limits {
    /// sizeof(fg_limits).
    pub struct_size: u32,
    /// Streams of any kind; 256.
    pub max_streams: u32,
    /// Bytes that are read to find out what the file is and what its streams are; 5,000,000. At least 2,048 are.
    pub probe_bytes: u64,
    /// Pixels of a picture, its width times its height; 67,108,864 (8192 x 8192).
    pub max_pixels: u64,
    /// Pixels of a picture's longer side; 16,384.
    pub max_side: u32,
    /// 0.
    pub reserved: u32,
    /// Samples of each channel that one chunk of sound decodes to; 1,048,576.
    pub max_samples: u64,
    /// Chunks that the demuxer keeps of tracks that are not read as far as others, see fg_demuxer_read_track; 4,096.
    pub max_buffered_chunks: u64,
    /// Bytes of those, of which the last chunk may be beyond; 67,108,864.
    pub max_buffered_bytes: u64,
}

/// What fg_demuxer_info tells of a file. FG_FILE_INFO_INIT sets the size.
#[repr(C)]
pub struct fg_file_info {
    /// sizeof(fg_file_info).
    pub struct_size: u32,
    /// FG_FILE_SEEKABLE.
    pub flags: u32,
    /// How long it lasts, microseconds; -1 unknown. Of files that do not say it, an estimate by their size.
    pub duration_us: i64,
    /// The earliest time of any track, microseconds; FG_NO_TIMESTAMP unknown.
    pub start_us: i64,
    /// Tracks, as fg_demuxer_track_count.
    pub track_count: u32,
    /// Chapters, for fg_demuxer_get.
    pub chapter_count: u32,
    /// Pictures such as the cover of an album, for fg_demuxer_get_bytes. They are no tracks.
    pub cover_count: u32,
    /// 0.
    pub reserved: u32,
}

/// What fg_demuxer_track_info tells of a track, beside its configuration. FG_TRACK_INFO_INIT sets the size.
#[repr(C)]
pub struct fg_track_info {
    /// sizeof(fg_track_info).
    pub struct_size: u32,
    /// FG_DISPOSITION_... of the track, together.
    pub disposition: u32,
    /// Its number among all streams of the file, as FFmpeg counts them; covers and subtitles have numbers, too.
    pub stream: u32,
    /// 0.
    pub reserved: u32,
    /// Chunks that it has by the file's word; -1 unknown.
    pub frames: i64,
    /// How long it lasts, microseconds; -1 unknown.
    pub duration_us: i64,
    /// When it begins, microseconds; FG_NO_TIMESTAMP unknown.
    pub start_us: i64,
}

/// The host's own bytes, for fg_demuxer_open_io and fg_muxer_create_io. FG_IO_INIT sets the size and the rest to NULL.
///
/// The functions are called by the thread that is in a function of the demuxer or muxer, and only meanwhile; they may block. A negative
/// number says that a call failed: the negative of the system's errno (-ENOSPC), which the error's text names, or any other. They
/// call no function of a demuxer or muxer (FG_ERROR_WOULD_DEADLOCK), and throw nothing. `opaque` is theirs, until the demuxer or muxer is
/// freed.
#[repr(C)]
pub struct fg_io {
    /// sizeof(fg_io).
    pub struct_size: u32,
    /// 0.
    pub reserved: u32,
    /// What the functions are given.
    pub opaque: *mut c_void,
    /// Reads at most size bytes, waiting until there is one; gives how many, 0 at the end. Demuxers need it.
    pub read: Option<unsafe extern "C" fn(opaque: *mut c_void, bytes: *mut u8, size: usize) -> i64>,
    /// Writes at most size bytes, waiting until one can be; gives how many. Muxers need it.
    pub write: Option<unsafe extern "C" fn(opaque: *mut c_void, bytes: *const u8, size: usize) -> i64>,
    /// Goes to a place, as lseek: whence is 0 from the start (SEEK_SET), 1 from where it is, 2 from the end. Gives the place from
    /// the start; of what is read -EINVAL (or -1) for a place that cannot be, which a format may ask for: other errors fail the
    /// call. NULL: it cannot, as a pipe; then bytes are read and written one after another.
    pub seek: Option<unsafe extern "C" fn(opaque: *mut c_void, offset: i64, whence: i32) -> i64>,
    /// How many bytes there are now. NULL: the end is found by seek.
    pub size: Option<unsafe extern "C" fn(opaque: *mut c_void) -> i64>,
}
