//! What surrounds every exported function: no panic leaves it, and the text of its error is kept.

use std::cell::RefCell;
use std::ffi::{CStr, CString, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::status::of_kind;
use super::types::{FG_OK, fg_status};
use crate::error::{Error, Kind, Result};
use crate::log::Inside;

thread_local! {
    static LAST_ERROR: RefCell<CString> = RefCell::default();
}

/// Runs the body of a function that gives a status. Such functions are called for every frame and leave FFmpeg to the
/// codec's thread; what calls FFmpeg here is [`Inside`] (`done` and `infallible` are).
pub(super) fn call(body: impl FnOnce() -> Result<fg_status>) -> fg_status {
    caught(body).unwrap_or_else(|error| {
        let status = of_kind(error.kind);
        let text = CString::new(error.text.replace('\0', " ")).unwrap_or_default();
        // A thread that is ending has no place for the text any more; the status still tells.
        let _ = LAST_ERROR.try_with(|last| last.replace(text));
        status
    })
}

/// As [`call`], for a body that gives nothing but success.
pub(super) fn done(body: impl FnOnce() -> Result<()>) -> fg_status {
    let _inside = Inside::enter();
    call(|| body().map(|()| FG_OK))
}

/// Runs the body of a function that cannot fail; a panic ends in `fallback`.
pub(super) fn infallible<T>(fallback: T, body: impl FnOnce() -> T) -> T {
    let _inside = Inside::enter();
    caught(|| Ok(body())).unwrap_or(fallback)
}

fn caught<T>(body: impl FnOnce() -> Result<T>) -> Result<T> {
    // Unwind safety: what a panic interrupted is behind locks that do not poison or was moved into `body`.
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|_| {
        Err(Error::new(Kind::Internal, "a defect of this library (a panic was caught): please report it"))
    })
}

/// The text of this thread's last failed call, or "" if none failed. Never NULL. Valid until the next failing
/// call of this thread. For what a codec says of its failure, see fg_encoder_error.
#[unsafe(no_mangle)]
pub extern "C" fn fg_last_error() -> *const c_char {
    LAST_ERROR.try_with(|last| last.borrow().as_ptr()).unwrap_or(c"".as_ptr())
}

/// A string argument.
///
/// # Safety
/// `text` is NULL or NUL-terminated and lives for `'a`.
pub(super) unsafe fn string<'a>(text: *const c_char, name: &str) -> Result<&'a str> {
    if text.is_null() {
        return Err(null(name));
    }
    // SAFETY: the caller's promise.
    let text = unsafe { CStr::from_ptr(text) };
    text.to_str().map_err(|_| Error::invalid(format!("{name} is not UTF-8")))
}

/// An object argument.
///
/// # Safety
/// `object` is NULL or valid for `'a`.
pub(super) unsafe fn object<'a, T>(object: *const T, name: &str) -> Result<&'a T> {
    // SAFETY: the caller's promise.
    unsafe { object.as_ref() }.ok_or_else(|| null(name))
}

/// An object that the function changes, or the place of a result.
///
/// # Safety
/// `object` is NULL or valid for `'a`, and nobody else uses it meanwhile.
pub(super) unsafe fn object_mut<'a, T>(object: *mut T, name: &str) -> Result<&'a mut T> {
    // SAFETY: the caller's promise.
    unsafe { object.as_mut() }.ok_or_else(|| null(name))
}

/// The place of a result, which need not hold a value yet.
pub(super) struct OutParameter<T>(*mut T);

/// Checks the place of a result before there is one.
pub(super) fn place<T>(place: *mut T, name: &str) -> Result<OutParameter<T>> {
    if place.is_null() { Err(null(name)) } else { Ok(OutParameter(place)) }
}

/// Lends bytes to the host: NULL and 0 for none.
///
/// # Safety
/// The host gave pointers that may be written to.
pub(super) unsafe fn lend_bytes(
    bytes: OutParameter<*const u8>,
    size: OutParameter<usize>,
    lent: Option<&[u8]>,
) {
    // SAFETY: the caller's promise.
    unsafe {
        bytes.put(lent.map_or(std::ptr::null(), <[u8]>::as_ptr));
        size.put(lent.map_or(0, <[u8]>::len));
    }
}

impl<T> OutParameter<T> {
    /// Puts the result there.
    ///
    /// # Safety
    /// The host gave a pointer that may be written to.
    pub(super) unsafe fn put(self, value: T) {
        // SAFETY: the caller's promise; what was there is not a value and is not dropped.
        unsafe { self.0.write(value) }
    }

    /// Puts several results there, one after the other.
    ///
    /// # Safety
    /// The host gave a pointer to that many places that may be written to.
    pub(super) unsafe fn put_all(self, values: &[T])
    where
        T: Copy,
    {
        // SAFETY: the caller's promise; what was there is not a value and is not dropped.
        unsafe { self.0.copy_from_nonoverlapping(values.as_ptr(), values.len()) }
    }
}

/// Bytes of the host's.
///
/// # Safety
/// `bytes` points at `size` readable bytes that live for `'a`.
pub(super) unsafe fn slice<'a>(bytes: *const u8, size: usize, name: &str) -> Result<&'a [u8]> {
    match (bytes.is_null(), size) {
        (_, 0) => Ok(&[]),
        (true, _) => Err(null(name)),
        (_, size) if size > isize::MAX as usize => {
            Err(Error::invalid(format!("{name}: {size} bytes exceed the address space")))
        }
        // SAFETY: the caller's promise; the size was checked.
        _ => Ok(unsafe { std::slice::from_raw_parts(bytes, size) }),
    }
}

/// The place of a text result: `capacity` bytes, of which one is for the NUL.
///
/// # Safety
/// `place` is NULL or points at `capacity` writable bytes.
pub(super) unsafe fn put_text(place: *mut c_char, capacity: usize, value: &str, name: &str) -> Result<()> {
    if place.is_null() {
        return Err(null(name));
    }
    if value.len() >= capacity {
        return Err(Error::invalid(format!(
            "{name} is too small: capacity is {capacity} bytes, {} are needed",
            value.len() + 1
        )));
    }
    // SAFETY: the caller's promise, and the value and its NUL fit.
    unsafe {
        std::ptr::copy_nonoverlapping(value.as_ptr(), place.cast(), value.len());
        place.add(value.len()).write(0);
    }
    Ok(())
}

/// The error of a NULL argument.
pub(super) fn null(name: &str) -> Error {
    Error::invalid(format!("{name} is NULL"))
}
