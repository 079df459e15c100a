//! The C API for tests in Rust: its structs come from the library's own source, and thin wrappers free, release
//! and wait as a C host with one thread does.
#![allow(dead_code, missing_docs, unused_imports)] // each test program uses a part

mod config {
    #[allow(non_camel_case_types)]
    #[repr(C)]
    pub struct fg_config(u8);
}
mod frame {
    #[allow(non_camel_case_types)]
    #[repr(C)]
    pub struct fg_frame(u8);
}
#[path = "../../src/ffi/constants.rs"]
#[allow(clippy::all, missing_docs, rustdoc::all)]
mod constants;
#[path = "../../src/ffi/file_types.rs"]
#[allow(clippy::all, missing_docs, rustdoc::all)]
mod file_types;
#[path = "../../src/ffi/types.rs"]
#[allow(clippy::all, missing_docs, rustdoc::all)]
pub mod types;

pub mod clips;
mod handle;
mod media;
pub mod sound;

pub use handle::{Decoder, Encoder, Handle, Out};
pub use media::{Config, Frame, video_info};
pub use types::*;

use std::ffi::{CStr, c_char};

use framegate as _; // the exported functions are in it

unsafe extern "C" {
    fn fg_last_error() -> *const c_char;
}

/// What a failed call said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    pub status: fg_status,
    pub text: String,
}

/// Statuses from 0 on, or what the failed call said.
pub fn check(status: fg_status) -> Result<fg_status, Refused> {
    if status >= 0 {
        return Ok(status);
    }
    // SAFETY: never NULL, and valid until this thread's next failure.
    let text = unsafe { CStr::from_ptr(fg_last_error()) }.to_string_lossy().into_owned();
    Err(Refused { status, text })
}

/// Zeroed, with its size, as the FG_X_INIT macros begin.
macro_rules! pod {
    ($type:ty) => {{
        // SAFETY: integers and pointers, for which 0 is a value.
        let mut value: $type = unsafe { std::mem::zeroed() };
        value.struct_size = size_of::<$type>() as u32;
        value
    }};
}
pub(crate) use pod;
