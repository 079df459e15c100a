//! Objects that are memory with a count of references: any process that has the memory may use them.

use std::sync::Arc;

use super::Opaque;
use crate::error::Result;
use crate::ffi::guard::{infallible, null, object};

/// A pointer type of this kind.
pub(in crate::ffi) trait Shared: Opaque {}

/// A pointer that is a reference, which whoever has it releases.
pub(in crate::ffi) fn lend<H: Shared>(object: Arc<H::Object>) -> *mut H {
    Arc::into_raw(object).cast_mut().cast()
}

/// The pointer of an object that `object` keeps alive, without a reference of its own.
pub(in crate::ffi) fn show<H: Shared>(object: &Arc<H::Object>) -> *mut H {
    Arc::as_ptr(object).cast_mut().cast()
}

/// The object of a pointer.
///
/// # Errors
/// `InvalidArgument` for NULL.
///
/// # Safety
/// NULL, or from [`lend`] or [`show`], and alive for `'a`.
pub(in crate::ffi) unsafe fn borrow<'a, H: Shared>(pointer: *const H) -> Result<&'a H::Object> {
    // SAFETY: the caller's promise; the pointer was made of an `H::Object`.
    unsafe { object(pointer.cast(), H::NAME) }
}

/// A reference of our own to the object of a pointer, which keeps the host's.
///
/// # Errors
/// `InvalidArgument` for NULL.
///
/// # Safety
/// NULL, or from [`lend`] or [`show`], and alive.
pub(in crate::ffi) unsafe fn share<H: Shared>(pointer: *const H) -> Result<Arc<H::Object>> {
    if pointer.is_null() {
        return Err(null(H::NAME));
    }
    let object = pointer.cast::<H::Object>();
    // SAFETY: the pointer is that of a live Arc, whose count rises by the reference returned.
    unsafe {
        Arc::increment_strong_count(object);
        Ok(Arc::from_raw(object))
    }
}

/// Gives a reference back; NULL is allowed.
///
/// # Safety
/// NULL, or a reference from [`lend`] that is not used again.
pub(in crate::ffi) unsafe fn release<H: Shared>(pointer: *mut H) {
    if !pointer.is_null() {
        // SAFETY: the caller's promise; the pointer is that of a live Arc, one reference of which is the caller's.
        infallible((), || drop(unsafe { Arc::from_raw(pointer.cast_const().cast::<H::Object>()) }));
    }
}
