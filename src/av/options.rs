//! An owned `AVDictionary`: the options of an open call.

use std::ffi::CString;
use std::ptr;

use ffmpeg_sys_next as ff;

use super::error::check;
use crate::error::{Error, Kind, Result};

/// Options by name: an `AVDictionary *`, and laid out as one.
#[repr(transparent)]
pub struct Options(*mut ff::AVDictionary);

impl Options {
    /// No options.
    pub fn new() -> Self {
        Self(ptr::null_mut())
    }

    /// Sets `name` to `value`, in place of what it was.
    ///
    /// # Errors
    /// `InvalidArgument` if either has a NUL inside, `OutOfMemory`.
    pub fn set(&mut self, name: &str, value: &str) -> Result<()> {
        let text = |text: &str| {
            CString::new(text).map_err(|_| Error::invalid(format!("\"{name}\" has a NUL inside")))
        };
        let (name, value) = (text(name)?, text(value)?);
        // SAFETY: both strings are NUL-terminated and copied by the call; the dictionary is ours.
        let code = unsafe { ff::av_dict_set(&mut self.0, name.as_ptr(), value.as_ptr(), 0) };
        check(Kind::Internal, "av_dict_set", code).map(drop)
    }

    /// The same ones.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub fn copy(&self) -> Result<Self> {
        let mut copy = Self::new();
        // SAFETY: both dictionaries are ours, and may be NULL.
        let code = unsafe { ff::av_dict_copy(&mut copy.0, self.0, 0) };
        check(Kind::Internal, "av_dict_copy", code).map(|_| copy)
    }

    /// For the open call, which takes out the options that it knows.
    pub fn as_mut_ptr(&mut self) -> *mut *mut ff::AVDictionary {
        &mut self.0
    }
}

impl Drop for Options {
    fn drop(&mut self) {
        // SAFETY: ours; freeing NULL is allowed.
        unsafe { ff::av_dict_free(&mut self.0) }
    }
}
