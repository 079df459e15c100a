//! An owned `AVDictionary`: the options of an open call, and the ones that it did not know.

use std::ffi::{CStr, CString};
use std::ptr;

use ffmpeg_sys_next as ff;

use crate::error::{Error, Result};

/// Options by name.
pub struct Options(*mut ff::AVDictionary);

impl Options {
    /// No options.
    pub fn new() -> Self {
        Self(ptr::null_mut())
    }

    /// Sets `name` to `value`, in place of what it was.
    ///
    /// # Errors
    /// `InvalidArgument` if either has a NUL inside.
    pub fn set(&mut self, name: &str, value: &str) -> Result<()> {
        let text = |text: &str| {
            CString::new(text).map_err(|_| Error::invalid(format!("\"{name}\" has a NUL inside")))
        };
        let (name, value) = (text(name)?, text(value)?);
        // SAFETY: both strings are NUL-terminated and copied by the call; the dictionary is ours.
        unsafe { ff::av_dict_set(&mut self.0, name.as_ptr(), value.as_ptr(), 0) };
        Ok(())
    }

    /// For the open call, which takes out the options that it knows.
    pub fn as_mut_ptr(&mut self) -> *mut *mut ff::AVDictionary {
        &mut self.0
    }

    /// The first option left: after an open call, one that nothing took.
    pub fn first(&self) -> Option<(String, String)> {
        // SAFETY: the dictionary is valid (NULL is an empty one), the empty key with IGNORE_SUFFIX matches all.
        let entry = unsafe { ff::av_dict_get(self.0, c"".as_ptr(), ptr::null(), ff::AV_DICT_IGNORE_SUFFIX) };
        if entry.is_null() {
            return None;
        }
        // SAFETY: an entry's key and value are NUL-terminated and live as long as the dictionary.
        let text = |text| unsafe { CStr::from_ptr(text).to_string_lossy().into_owned() };
        // SAFETY: `entry` is not NULL.
        unsafe { Some((text((*entry).key), text((*entry).value))) }
    }
}

impl Drop for Options {
    fn drop(&mut self) {
        // SAFETY: ours; freeing NULL is allowed.
        unsafe { ff::av_dict_free(&mut self.0) }
    }
}
