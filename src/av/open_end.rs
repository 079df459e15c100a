//! Files that do not say where they end: WAV whose writer could not go back says the largest size instead.

use std::ffi::CStr;

use ffmpeg_sys_next as ff;

use super::packet::Packet;

/// Whether a packet that is shorter than it was asked for is so because such a file ends there, with whole samples.
///
/// # Safety
/// `context` is open, the packet one of its, and nobody writes to it meanwhile.
pub(super) unsafe fn ends_there(context: *const ff::AVFormatContext, packet: &Packet) -> bool {
    // SAFETY: as the contract says; a format's name is NUL-terminated. The packet's stream is the context's.
    unsafe {
        let is_wav = CStr::from_ptr((*(*context).iformat).name) == c"wav";
        let told = (*context).duration_estimation_method
            != ff::AVDurationEstimationMethod::AVFMT_DURATION_FROM_BITRATE;
        let index = usize::try_from(packet.fields().stream_index).unwrap_or(usize::MAX);
        if !is_wav || told || index >= (*context).nb_streams as usize {
            return false;
        }
        let align = (*(**(*context).streams.add(index)).codecpar).block_align;
        usize::try_from(align).is_ok_and(|align| align > 0 && packet.data().len().is_multiple_of(align))
    }
}
