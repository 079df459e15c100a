//! Versions.

use std::ffi::{CStr, c_char};

use crate::av;

/// The number of the binary interface. Programs built for an older number of the same soname run on a newer one.
pub const FG_ABI_VERSION: u32 = 1;

/// The number of the binary interface, 1. It grows when functions or struct members are added. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn fg_abi_version() -> u32 {
    FG_ABI_VERSION
}

/// The version of this library, such as "0.1.0". Static. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn fg_version() -> *const c_char {
    const VERSION: &CStr =
        match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
            Ok(version) => version,
            Err(_) => panic!("a version has no NUL inside"),
        };
    VERSION.as_ptr()
}

/// The version of the FFmpeg that is loaded, as it names itself. Static. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn fg_ffmpeg_version() -> *const c_char {
    av::version().as_ptr()
}
