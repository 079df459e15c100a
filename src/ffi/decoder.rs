//! Decoders.

use super::config::fg_config;
use super::estate::Heir;
use super::guard::{call, done};
use super::handle::{Handle, make};
use super::output::chunk_ref;
use super::own::Opaque;
use super::own::bound::{self, Bound};
use super::own::plain;
use super::types::*;
use crate::codec::decoder_recipe;
use crate::media::{Chunk, Frame};

/// A decoder: chunks go in with fg_decoder_enqueue, in decode order, frames come out of fg_decoder_poll, in the order
/// in which they are shown or heard. Everything else is as with fg_encoder: the gate, the statuses, the threads.
#[allow(non_camel_case_types)]
pub struct fg_decoder {
    _opaque: [u8; 0],
}

impl Opaque for fg_decoder {
    type Object = Handle<Chunk, Frame>;
    const NAME: &'static str = "decoder";
}

impl Bound for fg_decoder {}

impl Heir for fg_decoder {
    fn abandon(handle: &Self::Object) {
        handle.abandon();
    }
}

/// Makes a decoder. Its gate has the configuration's `slots` and `maxBytes`. Freed with fg_decoder_free.
///
/// What the stream says later may be anything; these keys bound what it can make the decoder take: `maxPixels` (67108864)
/// pixels of a picture, `maxSide` (16384) pixels of its longer side, `maxSamples` (1048576) samples of each channel of a
/// chunk of sound. A stream beyond them ends the handle with FG_ERROR_NOT_SUPPORTED, and fg_decoder_error names the key.
///
/// H.264. Damage to a picture ends the handle with FG_ERROR_ENCODING at its chunk; malformed side information (SEI,
/// parameter sets that nobody uses) does not. A picture of which whole predecessors are missing is marked, see
/// FG_VIDEO_FLAG_REFERENCE_LOST. After a start at a recovery point pictures that cannot be right are not given out, see
/// fg_stats.dropped. How far pictures are reordered is the stream's to say. One that does not (no bitstream_restriction in its
/// parameter sets) may be reordered as far as its level has memory for, up to 15 pictures, unless it is Baseline, has
/// pic_order_cnt_type 2, or `optimizeForLatency` is set (then a picture that comes too late is lost): so many stay in the
/// codec, more than `maxDelay` if need be, and threads, which hold pictures too, are fewer then. RGB comes out as I444,
/// I444P10 or I444P12 with color_matrix 0 (planes of green, blue and red), grey as 4:2:0 with grey chroma.
///
/// Sound comes out as it is decoded: the format is the decoder's, and rate and channels the stream's (HE-AAC has twice the rate
/// that its configuration begins with, Opus 48 kHz always). A frame has its chunk's timestamp. Damage ends the handle with
/// FG_ERROR_ENCODING at its chunk. With the key `priming` keep (the default) everything comes out, and fg_output.priming and
/// .padding say how much of a frame the encoder has added. With drop, that is left out: the first `primingSamples` of a sequence (after
/// configure, flush and reset), and what its last chunk has beyond its duration, for which the newest frame is
/// held back until another chunk or a flush comes. The first sample that is left has then the first chunk's timestamp;
/// with `primingIsTimed`, as demuxers say, `primingSamples` later.
///
/// FG_ERROR_INVALID_ARGUMENT: a key is missing or its value impossible. FG_ERROR_NOT_SUPPORTED: the codec, profile
/// or size is not, or the codec would hold more than `maxDelay` frames; the text says what would do.
/// FG_ERROR_DATA: the description is damaged. FG_ERROR_OUT_OF_MEMORY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_decoder_new(
    config: *const fg_config,
    decoder: *mut *mut fg_decoder,
) -> fg_status {
    // SAFETY: the C contract: a live configuration, a place for a pointer.
    done(|| unsafe { make(config, decoder, decoder_recipe) })
}

/// Goes on with another configuration: what was enqueued before is finished under the old one. Also after a reset.
/// `slots` and `maxBytes` must be what they were.
///
/// FG_ERROR_INVALID_ARGUMENT, FG_ERROR_NOT_SUPPORTED, FG_ERROR_DATA: as fg_decoder_new; the old configuration stays.
/// FG_ERROR_CLOSED, FG_ERROR_ENCODING: the handle has ended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_decoder_configure(
    decoder: *mut fg_decoder,
    config: *const fg_config,
) -> fg_status {
    // SAFETY: the C contract: live objects or NULL.
    done(|| unsafe { bound::borrow(decoder)?.configure(plain::borrow(config, "config")?, decoder_recipe) })
}

/// Gives the decoder a chunk, waiting for a slot at most timeout_ms (0 not at all, -1 as long as it takes). The
/// bytes are copied before it returns. The chunk's timestamp, duration and id come out with its frame.
///
/// FG_OK: taken. Anything else: nothing was taken.
/// FG_WAIT_POLL, FG_WAIT_RELEASE, FG_WAIT_CODEC, FG_ERROR_WOULD_DEADLOCK: as fg_encoder_enqueue.
/// FG_ERROR_DATA: after configure, flush and reset a key chunk comes first; this one is none, or says that it is
/// and has neither an IDR picture nor a recovery point, or is empty. (An empty chunk later on is the codec's to refuse:
/// FG_ERROR_ENCODING, in order.) FG_ERROR_INVALID_ARGUMENT: NULL data with a size.
/// FG_ERROR_INVALID_STATE: not configured. FG_ERROR_OUT_OF_MEMORY: for the chunk's bytes or the thread.
/// FG_ERROR_CLOSED, FG_ERROR_ENCODING: the handle has ended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_decoder_enqueue(
    decoder: *mut fg_decoder,
    chunk: *const fg_chunk,
    timeout_ms: i32,
) -> fg_status {
    // SAFETY: the C contract: a live decoder or NULL, a struct with its size and its bytes, or NULL.
    call(|| unsafe { bound::borrow(decoder)?.enqueue(chunk_ref(chunk)?, timeout_ms) })
}
