//! Encoders.

use super::config::fg_config;
use super::estate::Heir;
use super::frame::fg_frame;
use super::guard::{call, done};
use super::handle::{Handle, make};
use super::own::Opaque;
use super::own::bound::{self, Bound};
use super::own::{plain, shared};
use super::pod;
use super::types::*;
use crate::codec::{EncodeOptions, EncoderInput, EncoderOffer, encoder_recipe};
use crate::error::Result;
use crate::media::Chunk;

/// An encoder: frames go in with fg_encoder_enqueue, chunks come out of fg_encoder_poll, in decode order.
///
/// It works on a thread of its own, which the first enqueue starts. Between the host and the codec stands a gate:
/// at most `slots` items are in flight (inputs that the codec has not answered, and outputs that the host
/// has not released). A call that cannot go on says what to do about it, with a positive status, or waits. A
/// host with one thread:
///
///     while (more input or output is expected) {
///         fg_encoder_wait(encoder, FG_READY_ENQUEUE | FG_READY_POLL, &ready, -1);
///         if (ready & FG_READY_POLL)    poll, use the output, fg_release_output
///         if (ready & FG_READY_ENQUEUE) enqueue the next frame, or flush after the last
///     }
///
/// Sound (codecs mp4a.40.2, opus, flac, mp3, vorbis, pcm-..., alaw, ulaw) goes in as frames of any length, and is cut to the codec's
/// own frames: nothing is put between two inputs, and the last chunk of a flush says by its duration how much of it is sound. An
/// input takes a slot for each chunk that it makes, at least one, and its chunks inherit them; one that makes more than `slots`
/// is let in alone. So a second of sound in chunks of 2.5 ms, 400 of them, is enqueued as any other frame, with 16 slots:
///
///     fg_audio_info info = FG_AUDIO_INFO_INIT;           of FG_SAMPLE_F32, 48000 Hz, 2 channels, 48000 frames
///     fg_config_set(config, "opus.frameDuration", "2500");
///     ...                                                wait, enqueue and poll as above: 400 slots are taken at once, and a
///                                                        slot is free again with each fg_release_output
///
/// The next input is let in when the gate has room for all of its chunks, or is empty. So enqueue may refuse it after fg_encoder_wait
/// named enqueue, and it is offered again; the wait in between knows how much room it needs. Shorter inputs, of 20 to 200 ms, keep a
/// codec busier. Timestamps: the first input after configure, flush or reset says
/// when the sound begins; from there on samples are counted, and the timestamps of later inputs do not count. Who has a gap
/// fills it with silence, or flushes; who has an overlap cuts it. An encoder may put samples of its own in front (priming), and
/// behind (padding): fg_output has them of each chunk, and the decoder configuration has the key primingSamples. The chunks' durations
/// add up to priming and input, to the sample.
///
/// Waiting: timeout_ms is 0 (not at all), n (at most n milliseconds) or -1 (as long as it takes). -n is for hosts that
/// must look at signals in between: as -1, deadlock and all, but it comes back after n milliseconds as n does.
/// Who waits for outputs is woken by the first; but where the codec takes well below a millisecond, and four inputs still wait for
/// it, for several at a time, a millisecond late at most.
/// Deadlock: a thread that waits for what only it could do is told FG_ERROR_WOULD_DEADLOCK.
/// Failure: if the codec fails, poll gives what was ready, then one FG_OUTPUT_ERROR; from then on calls give
/// FG_ERROR_ENCODING (or the status in that output), and fg_encoder_error has the text.
/// Threads: any function on any thread at any time beside any other, except fg_encoder_free, which is last.
#[allow(non_camel_case_types)]
pub struct fg_encoder {
    _opaque: [u8; 0],
}

impl Opaque for fg_encoder {
    type Object = Handle<EncoderInput, Chunk>;
    const NAME: &'static str = "encoder";
}

impl Bound for fg_encoder {}

impl Heir for fg_encoder {
    fn abandon(handle: &Self::Object) {
        handle.abandon();
    }
}

/// Makes an encoder. `bitrate` is bits a second by the frames' timestamps, of which no more than a second between two counts;
/// `framerate` is a hint, for the first frame and where time does not go on. (With `ffmpeg.nal-hrd`, a maxrate above the
/// bitrate, or another encoder than libx264 it is by `framerate` alone.) `bFrames` (0 to 16) is how many B-frames may stand
/// in a row; unset it is the preset's, and none with latencyMode realtime. The decoder configuration's `codec` is the
/// configured one, letter by letter; where its level was too low for the pictures, which is raised, the stream's own.
/// `contentHint` and `hardwareAcceleration` are taken and change nothing: W3C has them as hints.
///
/// Its gate has the configuration's `slots` and `maxBytes`. Freed with fg_encoder_free.
///
/// FG_ERROR_INVALID_ARGUMENT: a key is missing or its value impossible. FG_ERROR_NOT_SUPPORTED: the codec, profile
/// or size is not, or the codec would hold more than `maxDelay` frames; the text says what would do.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_encoder_new(
    config: *const fg_config,
    encoder: *mut *mut fg_encoder,
) -> fg_status {
    // SAFETY: the C contract: a live configuration, a place for a pointer.
    done(|| unsafe { make(config, encoder, encoder_recipe) })
}

/// Goes on with another configuration: what was enqueued before is finished under the old one. Also after a reset.
/// `slots` and `maxBytes` must be what they were.
///
/// Where only `bitrate` and `framerate` change, libx264 goes on as it is: no key frame, and nothing comes out sooner. It
/// cannot where one of the two has no bitrate, the level must rise, or `ffmpeg.nal-hrd` or a maxrate of the host's fixes
/// the rate. libvpx goes on with a bitrate up to four times more or less than it was opened with; other encoders never can. Those, and every other change, begin anew with a key frame. FG_OUTPUT_CONFIG comes
/// again only if the decoder configuration is another one than before.
///
/// FG_ERROR_INVALID_ARGUMENT, FG_ERROR_NOT_SUPPORTED: as fg_encoder_new; the old configuration stays.
/// FG_ERROR_CLOSED, FG_ERROR_ENCODING: the handle has ended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_encoder_configure(
    encoder: *mut fg_encoder,
    config: *const fg_config,
) -> fg_status {
    // SAFETY: the C contract: live objects or NULL.
    done(|| unsafe { bound::borrow(encoder)?.configure(plain::borrow(config, "config")?, encoder_recipe) })
}

/// Gives the encoder a frame, waiting for a slot at most timeout_ms (0 not at all, -1 as long as it takes). The
/// encoder takes a reference: the host may release its own at once, and must not write to the planes any more.
/// The frame's timestamp, duration and id come out with its chunk. Any FG_PIXEL_ format: what the codec does not
/// encode as it is (H.264: all but I420 and NV12) is converted here, by the calling thread, and the frame is free again. Alpha is
/// left out, unless the configuration keeps it. Sound of any FG_SAMPLE_ format is converted by the encoder's thread; its
/// rate and number of channels must be the configuration's, else the encoder fails (FG_ERROR_ENCODING). options may be NULL.
///
/// FG_OK: taken. Anything else: nothing was taken.
/// FG_WAIT_POLL: the gate is full and outputs are ready: poll. FG_WAIT_RELEASE: it is full of outputs that you hold.
/// FG_WAIT_CODEC: it is full and the codec is working: wait.
/// FG_ERROR_WOULD_DEADLOCK: -1, every slot is taken by outputs, and this thread is the only one that ever polled or
/// released one: nobody else will. While no thread has, it waits: another may be about to.
/// FG_ERROR_INVALID_ARGUMENT: an impossible option; sound for an encoder of pictures, or the other way round.
/// FG_ERROR_DATA: another rotation or flip than the first frame had. FG_ERROR_INVALID_STATE: not configured.
/// FG_ERROR_OUT_OF_MEMORY: for the frame, where it must be converted, or the thread. FG_ERROR_CLOSED, FG_ERROR_ENCODING: the handle has ended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_encoder_enqueue(
    encoder: *mut fg_encoder,
    frame: *mut fg_frame,
    options: *const fg_encode_options,
    timeout_ms: i32,
) -> fg_status {
    call(|| {
        // SAFETY: the C contract: a live encoder, a live frame, a struct with its size or NULL.
        let (handle, frame, how) =
            unsafe { (bound::borrow(encoder)?, shared::share(frame)?, encode_options(options)?) };
        let status = handle.enqueue(EncoderOffer { frame: &frame, how }, timeout_ms)?;
        if status == FG_OK {
            frame.freeze(); // a frame that was not taken stays the host's to write
        }
        Ok(status)
    })
}

/// # Safety
/// `options` is NULL or a struct of the host's with its size.
unsafe fn encode_options(options: *const fg_encode_options) -> Result<EncodeOptions> {
    if options.is_null() {
        return Ok(EncodeOptions::default());
    }
    // SAFETY: the caller's promise.
    let given = unsafe { pod::read(options)? };
    pod::unused("options.reserved", given.reserved)?;
    let quantizer = (given.quantizer != -1).then_some(given.quantizer);
    Ok(EncodeOptions { key_frame: given.key_frame != 0, quantizer })
}
