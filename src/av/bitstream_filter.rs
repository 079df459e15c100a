//! An owned `AVBSFContext`: changes the packets of a stream to another form of the same.

use std::ffi::CString;
use std::ptr::{self, NonNull};

use ffmpeg_sys_next as ff;

use super::error::{check, no_memory};
use super::packet::Packet;
use crate::error::{Error, Kind, Result};

/// A filter that gives one packet for each.
pub(super) struct BitstreamFilter(NonNull<ff::AVBSFContext>);

// SAFETY: a filter is not tied to the thread that made it; `&mut self` excludes simultaneous use.
unsafe impl Send for BitstreamFilter {}

impl BitstreamFilter {
    /// FFmpeg's filter of that name, for packets of a stream.
    ///
    /// # Errors
    /// `NotSupported` if this FFmpeg has none, `Data` if the stream is not its kind, `OutOfMemory`.
    ///
    /// # Safety
    /// `parameters` is alive and nobody writes to it meanwhile.
    pub(super) unsafe fn new(name: &str, parameters: *const ff::AVCodecParameters) -> Result<Self> {
        let missing = || Error::not_supported(format!("this FFmpeg has no bitstream filter {name}"));
        let c_name = CString::new(name).map_err(|_| missing())?;
        let mut context = ptr::null_mut();
        // SAFETY: the name is NUL-terminated; what is allocated is owned before anything else can fail.
        unsafe {
            let filter = ff::av_bsf_get_by_name(c_name.as_ptr());
            if filter.is_null() {
                return Err(missing());
            }
            check(Kind::Internal, "av_bsf_alloc", ff::av_bsf_alloc(filter, &mut context))?;
            let new = Self(NonNull::new(context).ok_or_else(|| no_memory("av_bsf_alloc"))?);
            let copied = ff::avcodec_parameters_copy((*context).par_in, parameters);
            check(Kind::Internal, "avcodec_parameters_copy", copied)?;
            check(Kind::Data, name, ff::av_bsf_init(context)).map(|_| new)
        }
    }

    /// Says of a stream what its packets are once they are changed.
    ///
    /// # Errors
    /// `OutOfMemory`.
    ///
    /// # Safety
    /// `parameters` is alive and nobody else uses it meanwhile.
    pub(super) unsafe fn describe(&self, parameters: *mut ff::AVCodecParameters) -> Result<()> {
        // SAFETY: the caller's promise; the filter has its own.
        unsafe {
            let copied = ff::avcodec_parameters_copy(parameters, (*self.0.as_ptr()).par_out);
            check(Kind::Internal, "avcodec_parameters_copy", copied).map(drop)
        }
    }

    /// Changes a packet in its place. What comes beside it is left out: new setup bytes, which the stream has already.
    ///
    /// # Errors
    /// `Data` if it is not what the filter changes, `OutOfMemory`.
    pub(super) fn change(&mut self, packet: &mut Packet) -> Result<()> {
        // SAFETY: both are valid. The filter takes the packet, or leaves it with an error, and gives one back.
        let code = unsafe {
            match ff::av_bsf_send_packet(self.0.as_ptr(), packet.as_ptr()) {
                0 => ff::av_bsf_receive_packet(self.0.as_ptr(), packet.as_ptr()),
                refused => refused,
            }
        };
        check(Kind::Data, "a chunk cannot be changed to the container's form", code)?;
        packet.drop_side_data();
        Ok(())
    }
}

impl Drop for BitstreamFilter {
    fn drop(&mut self) {
        let mut context = self.0.as_ptr();
        // SAFETY: allocated by `new`, freed once.
        unsafe { ff::av_bsf_free(&mut context) }
    }
}
