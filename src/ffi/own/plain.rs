//! Objects that are memory with one owner: any process that has the memory may use them.

use super::Opaque;
use crate::error::Result;
use crate::ffi::guard::{infallible, object, object_mut};

/// A pointer type of this kind.
pub(in crate::ffi) trait Plain: Opaque {}

/// A pointer to a new object, which whoever has it frees.
pub(in crate::ffi) fn lend<H: Plain>(object: H::Object) -> *mut H {
    Box::into_raw(Box::new(object)).cast()
}

/// The object of a pointer, which the caller calls `name`.
///
/// # Errors
/// `InvalidArgument` for NULL.
///
/// # Safety
/// NULL, or from [`lend`], and neither changed nor freed during `'a`.
pub(in crate::ffi) unsafe fn borrow<'a, H: Plain>(pointer: *const H, name: &str) -> Result<&'a H::Object> {
    // SAFETY: the caller's promise; `lend` made the pointer of an `H::Object`.
    unsafe { object(pointer.cast(), name) }
}

/// The object of a pointer, to be changed.
///
/// # Errors
/// `InvalidArgument` for NULL.
///
/// # Safety
/// NULL, or from [`lend`], and nobody else uses it during `'a`.
pub(in crate::ffi) unsafe fn borrow_mut<'a, H: Plain>(pointer: *mut H) -> Result<&'a mut H::Object> {
    // SAFETY: the caller's promise; `lend` made the pointer of an `H::Object`.
    unsafe { object_mut(pointer.cast(), H::NAME) }
}

/// Frees an object; NULL is allowed.
///
/// # Safety
/// NULL, or from [`lend`], not in use and not used again.
pub(in crate::ffi) unsafe fn free<H: Plain>(pointer: *mut H) {
    if !pointer.is_null() {
        // SAFETY: the caller's promise; `lend` made the pointer of a Box of that type.
        infallible((), || drop(unsafe { Box::from_raw(pointer.cast::<H::Object>()) }));
    }
}
