//! A stream of sound's parameters as a decoder configuration, both ways.

use ffmpeg_sys_next as ff;

use super::parameters::{needed, set_known};
use crate::error::Result;
use crate::media::{Config, keys};

/// Sets the keys of sound.
///
/// # Safety
/// `stream` is alive, and nobody writes to it meanwhile.
pub(super) unsafe fn audio_keys(config: &mut Config, stream: *mut ff::AVStream) {
    // SAFETY: as the contract says.
    unsafe {
        let parameters = (*stream).codecpar;
        set_known(config, &keys::SAMPLE_RATE, (*parameters).sample_rate);
        set_known(config, &keys::NUMBER_OF_CHANNELS, (*parameters).ch_layout.nb_channels);
        if let Some(samples) = priming_samples(stream) {
            set_known(config, &keys::PRIMING_SAMPLES, samples);
            set_known(config, &keys::PRIMING_IS_TIMED, true);
        }
    }
}

/// Samples of a stream of sound that are before 0: its edit list begins behind them.
///
/// # Safety
/// `stream` is alive, and nobody writes to it meanwhile.
unsafe fn priming_samples(stream: *mut ff::AVStream) -> Option<i64> {
    // SAFETY: as the contract says; an index has an entry of each number below its count.
    unsafe {
        let first = ff::avformat_index_get_entry(stream, 0).as_ref()?;
        let rate = ff::AVRational { num: 1, den: (*(*stream).codecpar).sample_rate.max(1) };
        let before = first.timestamp.checked_neg()?;
        (before > 0).then(|| ff::av_rescale_q(before, (*stream).time_base, rate))
    }
}

/// Fills a new stream of sound from a decoder configuration.
///
/// # Errors
/// `InvalidArgument` for missing keys.
///
/// # Safety
/// The stream is new, and nobody else uses it.
pub(super) unsafe fn describe_audio(stream: *mut ff::AVStream, config: &Config) -> Result<()> {
    let (rate, channels) = (needed(config, &keys::SAMPLE_RATE)?, needed(config, &keys::NUMBER_OF_CHANNELS)?);
    // SAFETY: as the contract says; the layout is a new one's zeros.
    unsafe {
        let parameters = (*stream).codecpar;
        (*parameters).codec_type = ff::AVMediaType::AVMEDIA_TYPE_AUDIO;
        (*parameters).sample_rate = rate;
        ff::av_channel_layout_default(&raw mut (*parameters).ch_layout, channels);
        let priming = config.value(&keys::PRIMING_SAMPLES).unwrap_or(0);
        (*parameters).initial_padding = i32::try_from(priming).unwrap_or(0);
        (*stream).time_base = ff::AVRational { num: 1, den: rate };
    }
    Ok(())
}
