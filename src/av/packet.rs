//! An owned `AVPacket`.

use std::ptr::{self, NonNull};
use std::slice;

use ffmpeg_sys_next as ff;

use super::callbacks::{drop_owner, into_opaque};
use super::error::{check, no_memory};
use crate::error::{Error, Kind, Result};
use crate::media::{Bytes, PADDING_BYTES};

/// What Matroska keeps beside a block: a number that says what it is, and its bytes.
const ADDITION: ff::AVPacketSideDataType = ff::AVPacketSideDataType::AV_PKT_DATA_MATROSKA_BLOCKADDITIONAL;

const NEW_EXTRADATA: ff::AVPacketSideDataType = ff::AVPacketSideDataType::AV_PKT_DATA_NEW_EXTRADATA;
const SKIP: ff::AVPacketSideDataType = ff::AVPacketSideDataType::AV_PKT_DATA_SKIP_SAMPLES;

/// The number of alpha planes (BlockAddID of codec-defined additions).
const ALPHA_ID: [u8; 8] = 1u64.to_be_bytes();

/// A packet that is unreferenced and freed when dropped.
pub struct Packet(NonNull<ff::AVPacket>);

// SAFETY: a packet's data and side data are reference counted with atomics; nothing in it is tied to a thread.
unsafe impl Send for Packet {}
// SAFETY: shared access reads only.
unsafe impl Sync for Packet {}

/// What bitstream readers may touch is there.
const _: () = assert!(PADDING_BYTES >= ff::AV_INPUT_BUFFER_PADDING_SIZE as usize);

impl Packet {
    /// An empty packet.
    pub fn new() -> Result<Self> {
        // SAFETY: no preconditions.
        NonNull::new(unsafe { ff::av_packet_alloc() }).map(Self).ok_or_else(|| no_memory("av_packet_alloc"))
    }

    /// For the calls that fill or read a packet.
    pub fn as_ptr(&mut self) -> *mut ff::AVPacket {
        self.0.as_ptr()
    }

    /// The fields.
    pub fn fields(&self) -> &ff::AVPacket {
        // SAFETY: the pointer is valid as long as `self`, and `&self` excludes writers.
        unsafe { self.0.as_ref() }
    }

    /// The fields, to write to. `data`, `size` and `buf` only change through FFmpeg's functions.
    pub fn fields_mut(&mut self) -> &mut ff::AVPacket {
        // SAFETY: as above, and `&mut self` is alone.
        unsafe { self.0.as_mut() }
    }

    /// The payload.
    pub fn data(&self) -> &[u8] {
        let fields = self.fields();
        if fields.data.is_null() {
            return &[];
        }
        // SAFETY: FFmpeg keeps `size` bytes at `data` while the packet holds its buffer. `size` is not negative.
        unsafe { slice::from_raw_parts(fields.data, usize::try_from(fields.size).unwrap_or(0)) }
    }

    /// Setup bytes that take the place of the stream's from here on, if this packet has some.
    pub fn new_extradata(&self) -> Option<&[u8]> {
        self.side_data(NEW_EXTRADATA)
    }

    /// Samples to leave out at its beginning and at its end.
    pub fn skipped_samples(&self) -> (u32, u32) {
        let data = self.side_data(SKIP).unwrap_or_default();
        let number = |bytes: &[u8]| bytes.try_into().map_or(0, u32::from_le_bytes);
        match data {
            [numbers @ .., _, _] if numbers.len() >= 8 => (number(&numbers[..4]), number(&numbers[4..8])),
            _ => (0, 0),
        }
    }

    /// Says how many samples are to be left out at its beginning and at its end.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub fn set_skipped_samples(&mut self, (start, end): (u32, u32)) -> Result<()> {
        let mut numbers = [0; 10];
        numbers[..4].copy_from_slice(&start.to_le_bytes());
        numbers[4..8].copy_from_slice(&end.to_le_bytes());
        self.add_side_data(SKIP, &[&numbers])
    }

    /// Says what the setup bytes of the stream are from here on.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub fn set_new_extradata(&mut self, setup: &[u8]) -> Result<()> {
        self.add_side_data(NEW_EXTRADATA, &[setup])
    }

    /// Takes away what is beside the payload.
    pub fn drop_side_data(&mut self) {
        // SAFETY: the packet is valid.
        unsafe { ff::av_packet_free_side_data(self.0.as_ptr()) }
    }

    fn add_side_data(&mut self, kind: ff::AVPacketSideDataType, parts: &[&[u8]]) -> Result<()> {
        let size = parts.iter().map(|part| part.len()).sum();
        // SAFETY: the packet is valid; the call allocates `size` bytes, which only this packet knows.
        unsafe {
            let mut data = ff::av_packet_new_side_data(self.0.as_ptr(), kind, size);
            if data.is_null() {
                return Err(no_memory("av_packet_new_side_data"));
            }
            for part in parts {
                ptr::copy_nonoverlapping(part.as_ptr(), data, part.len());
                data = data.add(part.len());
            }
        }
        Ok(())
    }

    fn side_data(&self, kind: ff::AVPacketSideDataType) -> Option<&[u8]> {
        let mut size = 0;
        // SAFETY: the packet is valid; its side data lives as long as it, `size` bytes.
        unsafe {
            let data = ff::av_packet_get_side_data(self.0.as_ptr(), kind, &mut size);
            if data.is_null() { None } else { Some(slice::from_raw_parts(data, size)) }
        }
    }

    /// The encoded alpha plane that an encoder or a Matroska file gives with it.
    pub fn alpha(&self) -> Option<&[u8]> {
        let addition = self.side_data(ADDITION).unwrap_or_default();
        addition.strip_prefix(&ALPHA_ID).filter(|alpha| !alpha.is_empty())
    }

    /// Gives it an encoded alpha plane.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub fn set_alpha(&mut self, alpha: &[u8]) -> Result<()> {
        self.add_side_data(ADDITION, &[&ALPHA_ID, alpha])
    }

    /// pts, dts (in the codec's ticks), and whether decoding can begin here.
    pub fn times(&self) -> (i64, i64, bool) {
        let fields = self.fields();
        (fields.pts, fields.dts, fields.flags & ff::AV_PKT_FLAG_KEY != 0)
    }

    /// How long it lasts, in the codec's ticks; 0 if the codec does not say.
    pub fn duration(&self) -> i64 {
        self.fields().duration
    }

    /// Sets the pts, in the codec's ticks, and whether decoding can begin here.
    pub fn set_times(&mut self, pts: i64, key: bool) {
        let fields = self.fields_mut();
        fields.pts = pts;
        fields.flags = if key { ff::AV_PKT_FLAG_KEY } else { 0 };
    }

    /// Drops the payload and resets the fields.
    pub fn unref(&mut self) {
        // SAFETY: the packet is valid; unreferencing an empty one is allowed.
        unsafe { ff::av_packet_unref(self.0.as_ptr()) }
    }

    /// Makes a copy of `bytes` the payload, in place of what the packet held.
    pub fn copy_from(&mut self, bytes: &[u8]) -> Result<()> {
        self.unref();
        let size = i32::try_from(bytes.len()).map_err(|_| Error::invalid("a chunk of 2 GiB or more"))?;
        // SAFETY: the packet is valid and empty; the call allocates `size` bytes and the padding after them.
        let code = unsafe { ff::av_new_packet(self.0.as_ptr(), size) };
        check(Kind::InvalidArgument, &format!("a packet of {size} bytes"), code)?;
        // SAFETY: `data` points at `size` new bytes that only this packet knows.
        unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), self.fields().data, bytes.len()) };
        Ok(())
    }

    /// Makes `bytes` the payload without copying them. The packet must be empty.
    pub fn set_bytes(&mut self, bytes: Bytes) -> Result<()> {
        let size = i32::try_from(bytes.len()).map_err(|_| Error::invalid("a chunk of 2 GiB or more"))?;
        let data = bytes.as_ptr().cast_mut();
        let opaque = into_opaque(Box::new(bytes));
        let flags = ff::AV_BUFFER_FLAG_READONLY;
        // SAFETY: the owner keeps `size` bytes and the padding after them alive and unchanged until
        // `drop_owner` runs; READONLY keeps FFmpeg from writing to them.
        let buffer = unsafe { ff::av_buffer_create(data, size as usize, Some(drop_owner), opaque, flags) };
        if buffer.is_null() {
            // SAFETY: libavutil did not take `opaque`.
            unsafe { drop_owner(opaque, data) };
            return Err(no_memory("av_buffer_create"));
        }
        let fields = self.fields_mut();
        (fields.buf, fields.data, fields.size) = (buffer, data, size);
        Ok(())
    }

    /// The payload as [`Bytes`], without a copy.
    pub fn into_bytes(self) -> Bytes {
        let len = self.data().len();
        let Some(start) = NonNull::new(self.fields().data) else { return Bytes::empty() };
        // SAFETY: the packet owns `len` bytes and AV_INPUT_BUFFER_PADDING_SIZE after them; moving the
        // `Packet` moves a pointer, not the payload.
        unsafe { Bytes::from_owner(Box::new(self), start, len) }
    }
}

impl Drop for Packet {
    fn drop(&mut self) {
        let mut packet = self.0.as_ptr();
        // SAFETY: allocated by `new`, freed once; also drops the payload.
        unsafe { ff::av_packet_free(&mut packet) }
    }
}
