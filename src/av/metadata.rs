//! The words that a file has about itself and its streams: title, language.

use std::ffi::{CStr, CString};
use std::ptr;

use ffmpeg_sys_next as ff;

use super::error::check;
use crate::error::{Error, Kind, Result};

/// Sets an entry. An empty value unsets it.
///
/// # Errors
/// `InvalidArgument` for a NUL inside of the value, `OutOfMemory`.
///
/// # Safety
/// `dictionary` is the place of one, which may be NULL, and nobody else uses it.
pub unsafe fn set(dictionary: *mut *mut ff::AVDictionary, name: &CStr, value: &str) -> Result<()> {
    let text = CString::new(value)
        .map_err(|_| Error::invalid(format!("{} has a NUL inside", name.to_string_lossy())))?;
    let text = if value.is_empty() { ptr::null() } else { text.as_ptr() };
    // SAFETY: the caller's promise; both strings are copied, and a NULL value deletes.
    let code = unsafe { ff::av_dict_set(dictionary, name.as_ptr(), text, 0) };
    check(Kind::Internal, "av_dict_set", code).map(drop)
}

/// An entry's value, if there is one and it is text.
///
/// # Safety
/// `dictionary` is one, or NULL, and nobody writes to it meanwhile.
pub unsafe fn get(dictionary: *const ff::AVDictionary, name: &CStr) -> Option<String> {
    // SAFETY: the caller's promise; NULL for "from the start".
    let entry = unsafe { ff::av_dict_get(dictionary, name.as_ptr(), ptr::null(), 0).as_ref() }?;
    // SAFETY: an entry's value is NUL-terminated.
    unsafe { CStr::from_ptr(entry.value) }.to_str().ok().map(str::to_owned)
}

/// All entries, as name and value.
///
/// # Safety
/// As [`get`].
pub unsafe fn all(dictionary: *const ff::AVDictionary) -> Vec<(String, String)> {
    let mut entries = Vec::new();
    let mut entry: *const ff::AVDictionaryEntry = ptr::null();
    loop {
        // SAFETY: the caller's promise; with this flag and no name every entry follows the one before.
        entry = unsafe { ff::av_dict_get(dictionary, c"".as_ptr(), entry, ff::AV_DICT_IGNORE_SUFFIX) };
        // SAFETY: NULL, or an entry of the dictionary.
        let Some(found) = (unsafe { entry.as_ref() }) else { return entries };
        // SAFETY: both are NUL-terminated.
        let (name, value) = unsafe { (CStr::from_ptr(found.key), CStr::from_ptr(found.value)) };
        entries.push((name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()));
    }
}
