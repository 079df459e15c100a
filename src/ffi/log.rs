//! The log of a host that uses FFmpeg itself.

use crate::av;

/// For hosts that use FFmpeg themselves, beside this library and from the same libavutil: where the lines go that their own
/// contexts log. The library takes FFmpeg's one log callback when it first opens something, and FFmpeg does not say which
/// one was there before; so a host gives its own, `void (*)(void *, int, const char *, va_list)`, here as well as to
/// av_log_set_callback. It then gets all lines but those of this library's handles, with FFmpeg's own arguments.
/// NULL, the default: nobody gets them (FRAMEGATE_LOG shows them). Who sets av_log_set_callback after that takes
/// the library's own lines from it: errors then say less, and damage that threads conceal may go unnoticed.
///
/// The callback may be called on any thread, must not call this library, and stays until another is set. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_set_av_log_callback(callback: Option<unsafe extern "C" fn()>) {
    // SAFETY: the C contract: a function of that type that stays.
    unsafe { av::set_log_of_others(callback) }
}
