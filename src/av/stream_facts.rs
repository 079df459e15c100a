//! What a codec string follows from.

use ffmpeg_sys_next as ff;

use super::color::color_fields;
use super::descriptor::Descriptor;
use super::parameters::extradata;
use super::pixel_format;
use crate::media::StreamFacts;

/// The facts of a stream that was read.
///
/// # Safety
/// `stream` is alive, and nobody writes to it while the facts are in use.
pub(super) unsafe fn stream_facts<'a>(codec: Descriptor, stream: *const ff::AVStream) -> StreamFacts<'a> {
    // SAFETY: as the contract says.
    unsafe {
        let parameters = (*stream).codecpar;
        let side = |side: i32| u32::try_from(side).unwrap_or(0);
        StreamFacts {
            av_name: codec.name,
            tag: (*parameters).codec_tag.to_le_bytes(),
            extradata: extradata(parameters),
            profile: (*parameters).profile,
            level: (*parameters).level,
            format: pixel_format::from_av((*parameters).format).map(|(format, _)| format),
            width: side((*parameters).width),
            height: side((*parameters).height),
            framerate: frame_rate_of(stream).unwrap_or(0.0),
            color: color_fields!(parameters, color_space).read(),
        }
    }
}

/// Pictures a second, if the container or the stream says it.
///
/// # Safety
/// `stream` is alive, and nobody writes to it meanwhile.
pub(super) unsafe fn frame_rate_of(stream: *const ff::AVStream) -> Option<f64> {
    // SAFETY: as the contract says.
    let rate = unsafe { (*stream).avg_frame_rate };
    (rate.num > 0 && rate.den > 0).then(|| f64::from(rate.num) / f64::from(rate.den))
}
