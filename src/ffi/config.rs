//! Configurations.

use std::ffi::c_char;

use super::guard::{call, done, lend_bytes, place, put_text, slice, string};
use super::own::Opaque;
use super::own::plain::{self, Plain};
use super::types::{FG_END, FG_MEDIUM_AUDIO, FG_MEDIUM_VIDEO, FG_OK, fg_status};
use crate::container;
use crate::media::{Config, Medium};

/// A codec's configuration: WebCodecs member names and values, as text. Functions that take one copy what they
/// need, so it may be changed and freed afterwards.
///
/// Threads: reading functions may run beside each other, fg_config_set and fg_config_set_bytes beside nothing.
#[allow(non_camel_case_types)]
pub struct fg_config {
    _opaque: [u8; 0],
}

impl Opaque for fg_config {
    type Object = Config;
    const NAME: &'static str = "config";
}

impl Plain for fg_config {}

/// Makes a configuration for a codec string, such as "avc1.42001f". Freed with fg_config_free.
///
/// FG_ERROR_INVALID_ARGUMENT: codec is NULL or blank. Whether it is supported is told by fg_encoder_new.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_config_new(codec: *const c_char, config: *mut *mut fg_config) -> fg_status {
    done(|| {
        let config = place(config, "config")?;
        // SAFETY: the C contract: a NUL-terminated string.
        let codec = unsafe { string(codec, "codec")? };
        let new = Config::new(codec)?;
        // SAFETY: the C contract: a place for a pointer.
        unsafe { config.put(plain::lend(new)) };
        Ok(())
    })
}

/// Makes a copy, also of a configuration inside an fg_output, which lasts no longer than that. Freed with
/// fg_config_free.
///
/// FG_ERROR_INVALID_ARGUMENT: NULL. FG_ERROR_OUT_OF_MEMORY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_config_copy(config: *const fg_config, copy: *mut *mut fg_config) -> fg_status {
    done(|| {
        let place = place(copy, "copy")?;
        // SAFETY: the C contract: a live configuration, a place for a pointer.
        unsafe { place.put(plain::lend(plain::borrow(config, "config")?.try_clone()?)) };
        Ok(())
    })
}

/// Sets a key: a WebCodecs member ("width", "bitrate", "latencyMode", "avc.format"), one of this library's
/// ("slots", "maxBytes", "maxDelay", "threads", of encoders "bFrames", and of decoders "maxPixels", "maxSide",
/// "maxSamples"), or `ffmpeg.` and an AVOption. Whether the codec has that option, takes
/// its value and leaves it to the host is checked when an encoder or decoder is made or configured: refused there
/// (FG_ERROR_INVALID_ARGUMENT, with the key to use instead) is what this library sets itself and what names a file; what
/// would hold more than `maxDelay` frames is FG_ERROR_NOT_SUPPORTED.
///
/// FG_ERROR_INVALID_ARGUMENT: an unknown key, or a value that it does not take, of 65,535 bytes at the most; the text names the key, the
/// value and what is allowed, and nothing has changed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_config_set(
    config: *mut fg_config,
    key: *const c_char,
    value: *const c_char,
) -> fg_status {
    done(|| {
        // SAFETY: the C contract: a live configuration that nobody else uses, and NUL-terminated strings.
        let (config, key, value) =
            unsafe { (plain::borrow_mut(config)?, string(key, "key")?, string(value, "value")?) };
        config.set(key, value)
    })
}

/// Sets the bytes of a key: "description". They are copied; size 0 unsets them.
///
/// FG_ERROR_INVALID_ARGUMENT: an unknown key, a key that takes text, or NULL bytes with a size.
/// FG_ERROR_OUT_OF_MEMORY: nothing has changed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_config_set_bytes(
    config: *mut fg_config,
    key: *const c_char,
    bytes: *const u8,
    size: usize,
) -> fg_status {
    done(|| {
        // SAFETY: the C contract, as above; `size` readable bytes.
        let (config, key, value) =
            unsafe { (plain::borrow_mut(config)?, string(key, "key")?, slice(bytes, size, "bytes")?) };
        config.set_bytes(key, value)
    })
}

/// Writes a key's value to text: what was set, else its default, else "". 256 bytes are enough for every value
/// but text that the host set itself.
///
/// FG_ERROR_INVALID_ARGUMENT: an unknown key, a key that holds bytes, or a capacity that is too small.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_config_get(
    config: *const fg_config,
    key: *const c_char,
    text: *mut c_char,
    capacity: usize,
) -> fg_status {
    done(|| {
        // SAFETY: the C contract: a live configuration, a NUL-terminated string, `capacity` writable bytes.
        unsafe {
            put_text(text, capacity, plain::borrow(config, "config")?.get(string(key, "key")?)?, "text")
        }
    })
}

/// Gives the bytes of a key, valid until the configuration is changed or freed; NULL and 0 when unset.
///
/// FG_ERROR_INVALID_ARGUMENT: an unknown key, or a key that holds text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_config_get_bytes(
    config: *const fg_config,
    key: *const c_char,
    bytes: *mut *const u8,
    size: *mut usize,
) -> fg_status {
    done(|| {
        let (bytes, size) = (place(bytes, "bytes")?, place(size, "size")?);
        // SAFETY: the C contract: a live configuration and a NUL-terminated string.
        let value = unsafe { plain::borrow(config, "config")?.get_bytes(string(key, "key")?)? };
        // SAFETY: the C contract: places for a pointer and a size.
        unsafe { lend_bytes(bytes, size, value) };
        Ok(())
    })
}

/// Writes the name of a key that is set to text, `codec` among them: index 0 is the first. For hosts that store a
/// configuration or send it elsewhere; "description" holds bytes, the others text. 256 bytes are enough for every
/// name but an AVOption's that the host set itself.
///
/// FG_OK. FG_END: so many are not set; text is untouched. FG_ERROR_INVALID_ARGUMENT: a capacity that is too small.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_config_key(
    config: *const fg_config,
    index: usize,
    text: *mut c_char,
    capacity: usize,
) -> fg_status {
    call(|| {
        // SAFETY: the C contract: a live configuration.
        let config = unsafe { plain::borrow(config, "config")? };
        let Some(name) = config.keys().nth(index) else { return Ok(FG_END) };
        // SAFETY: the C contract: `capacity` writable bytes.
        unsafe { put_text(text, capacity, name, "text")? };
        Ok(FG_OK)
    })
}

/// Frees a configuration. NULL is allowed. Never for one inside an fg_output.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_config_free(config: *mut fg_config) {
    // SAFETY: the C contract: NULL, or it came from this library to own, and is freed once.
    unsafe { plain::free(config) }
}

/// Tells what the codec has: writes FG_MEDIUM_VIDEO or FG_MEDIUM_AUDIO to medium.
///
/// FG_ERROR_NOT_SUPPORTED: neither this library nor FFmpeg knows the codec.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_config_medium(config: *const fg_config, medium: *mut i32) -> fg_status {
    done(|| {
        let place = place(medium, "medium")?;
        // SAFETY: the C contract: a live configuration.
        let codec = unsafe { plain::borrow(config, "config")? }.codec();
        let medium = match container::medium(codec)? {
            Medium::Video => FG_MEDIUM_VIDEO,
            Medium::Audio => FG_MEDIUM_AUDIO,
        };
        // SAFETY: the C contract: a place for a number.
        unsafe { place.put(medium) };
        Ok(())
    })
}

/// FG_OK if an encoder of this configuration can be made; it is opened to see.
///
/// FG_ERROR_NOT_SUPPORTED or FG_ERROR_INVALID_ARGUMENT: why not, in fg_last_error. FG_ERROR_OUT_OF_MEMORY: memory or a thread
/// was missing, which says nothing of the configuration. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_encoder_is_config_supported(config: *const fg_config) -> fg_status {
    // SAFETY: the C contract: NULL or a live configuration.
    call(|| super::handle::probe(unsafe { plain::borrow(config, "config")? }, crate::codec::encoder_support))
}

/// FG_OK if a decoder of this configuration can be made; it is opened to see. A description that the codec needs (FLAC, Vorbis, Opus
/// with more than two channels) may be missing here, as in W3C's isConfigSupported: then this is about the rest.
///
/// FG_ERROR_NOT_SUPPORTED, FG_ERROR_INVALID_ARGUMENT or FG_ERROR_DATA: why not, in fg_last_error. FG_ERROR_OUT_OF_MEMORY:
/// memory or a thread was missing, which says nothing of the configuration. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_decoder_is_config_supported(config: *const fg_config) -> fg_status {
    // SAFETY: the C contract: NULL or a live configuration.
    call(|| super::handle::probe(unsafe { plain::borrow(config, "config")? }, crate::codec::decoder_support))
}
