//! The rate of an encoder: the buffer that bounds its bits, and how it follows the timestamps while it runs.

use std::collections::VecDeque;

use ffmpeg_sys_next as ff;

use super::context::Context;
use super::encoder::EncoderSettings;
use super::packet::Packet;
use crate::media::Follows;

/// Microseconds a second: the time base of encoders that are told durations.
pub(super) const TICKS_A_SECOND: i32 = 1_000_000;

/// The longest frame: encoders take less than a tenth of a frame a second for no rate at all.
const LONGEST_US: f64 = 9e6;

/// How an open encoder is kept to its rate.
pub(super) struct Rate {
    follows: Follows,
    /// The frame rate by which it counts.
    framerate: f64,
    /// Bits a second that it was opened with, if it follows another rate.
    bitrate: Option<u64>,
    /// Of an encoder that is told durations: where the next frame begins, how long it lasts, and the ticks of those inside.
    next_us: i64,
    lasts_us: i64,
    ticks: VecDeque<(i64, i64)>,
}

impl Rate {
    /// That of an encoder that was just opened.
    pub(super) fn of(context: &Context, settings: &EncoderSettings) -> Self {
        let EncoderSettings { follows, framerate, .. } = *settings;
        let bitrate = match follows {
            Follows::Nothing => None,
            // SAFETY: the context is valid and ours.
            Follows::Bitrate => unsafe { bounded_bitrate(context.as_ptr()) },
            Follows::Durations => settings.bitrate.filter(|bits| *bits > 0),
        };
        let lasts_us = (1e6 / framerate) as i64;
        Self { follows, framerate, bitrate, next_us: 0, lasts_us, ticks: VecDeque::new() }
    }

    /// The bitrate that it was opened with, if it can be kept to another one.
    pub(super) fn bitrate(&self) -> Option<u64> {
        self.bitrate
    }

    /// The next frame is worth `frame_us`, at `bits` a second.
    ///
    /// Encoders that are told a bitrate count thousands, two million of them at the most, and take its rate down to the maximum
    /// if that is lower. A stream that was opened as constant takes the rate for its maximum whatever that is set to: so the
    /// maximum only ever rises. To those that are told durations a frame of more bits is a longer one.
    pub(super) fn keep(&mut self, context: &Context, bits: u64, frame_us: f64) {
        let Some(opened) = self.bitrate else { return };
        if self.follows == Follows::Durations {
            let lasts_us = frame_us * (bits as f64 / opened as f64);
            self.lasts_us = lasts_us.clamp(1.0, LONGEST_US).round() as i64;
            return;
        }
        let bits = bits as f64 * self.framerate * frame_us / 1e6;
        // SAFETY: the context is valid and ours. The encoder reads these fields with the next frame.
        unsafe {
            let context = context.as_ptr();
            let bits = (bits / 1000.0).round().clamp(1.0, 2e6) as i64 * 1000;
            (*context).bit_rate = bits;
            (*context).rc_max_rate = (*context).rc_max_rate.max(bits);
        }
    }

    /// Fits the encoder's buffer, of `buffer_us`, to another bitrate; not for a buffer of the host's. A larger rate gets a
    /// larger one only where it would have less than a third of that: encoders save bits until a buffer is half full.
    pub(super) fn fit_buffer(&self, context: &Context, bits: u64, buffer_us: u64) {
        if self.follows == Follows::Durations {
            return; // its buffer counts the bits that it was opened with
        }
        let bits = i64::try_from(bits).unwrap_or(i64::MAX);
        let (least, most) = (buffer_bits(bits, buffer_us / 3), buffer_bits(bits, buffer_us));
        // SAFETY: the context is valid and ours. The encoder reads this field with the next frame.
        unsafe {
            let context = context.as_ptr();
            (*context).rc_buffer_size = (*context).rc_buffer_size.clamp(least, most);
        }
    }

    /// The pts of the frame of `tick`, which is sent next.
    pub(super) fn begin(&mut self, context: &Context, tick: i64) -> i64 {
        if self.follows != Follows::Durations {
            return tick;
        }
        // SAFETY: the context is valid and ours. Encoders take this field for the duration of the frame that is sent next.
        unsafe { (*context.as_ptr()).ticks_per_frame = self.lasts_us as i32 };
        let begins_us = self.next_us;
        self.next_us += self.lasts_us;
        self.ticks.push_back((begins_us, tick));
        begins_us
    }

    /// Gives a packet the tick of its frame in place of the time that the encoder was told.
    pub(super) fn end(&mut self, packet: &mut Packet) {
        if self.follows != Follows::Durations {
            return;
        }
        let fields = packet.fields_mut();
        let found = self.ticks.iter().position(|(begins_us, _)| *begins_us == fields.pts);
        if let Some((_, tick)) = found.and_then(|index| self.ticks.remove(index)) {
            (fields.pts, fields.dts) = (tick, tick); // nothing is reordered
        }
    }
}

/// Bounds the bits as the settings say, where the host does not.
///
/// # Safety
/// `context` is valid and not open.
pub(super) unsafe fn bound(context: *mut ff::AVCodecContext, settings: &EncoderSettings) {
    let (Some(_), Some(buffer_us)) = (settings.bitrate, settings.buffer_us) else { return };
    // SAFETY: the caller's promise.
    unsafe {
        let bits = (*context).bit_rate;
        if (*context).rc_max_rate == 0 {
            (*context).rc_max_rate = bits;
        }
        if (*context).rc_buffer_size == 0 {
            (*context).rc_buffer_size = buffer_bits(bits, buffer_us);
        }
    }
}

/// What comes out in `buffer_us` at `bits` a second. Encoders count thousands.
fn buffer_bits(bits: i64, buffer_us: u64) -> i32 {
    (bits as f64 * buffer_us as f64 / 1e6).clamp(1000.0, f64::from(i32::MAX)) as i32
}

/// The bitrate of an encoder whose bits are bounded by just that, or by less.
///
/// # Safety
/// `context` is valid.
unsafe fn bounded_bitrate(context: *const ff::AVCodecContext) -> Option<u64> {
    // SAFETY: the caller's promise.
    let (bits, most, buffer) =
        unsafe { ((*context).bit_rate, (*context).rc_max_rate, (*context).rc_buffer_size) };
    // Encoders count thousands.
    (buffer >= 1000 && (1000..=bits).contains(&most)).then(|| most.unsigned_abs())
}
