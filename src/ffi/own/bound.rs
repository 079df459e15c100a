//! Objects that belong to the process that made them: they have a thread or a descriptor. In a child of that process every
//! call is refused and freeing leaves everything where it is: the thread is not there to be waited for, and what is written
//! to a descriptor would reach the parent's peer.

use super::Opaque;
use crate::error::{Error, Kind, Result};
use crate::ffi::guard::{OutParameter, infallible, object};
use crate::sync::origin::Origin;

/// A pointer type of this kind.
pub(in crate::ffi) trait Bound: Opaque {}

struct Owned<T> {
    origin: Origin,
    object: T,
}

/// Gives the host a pointer to a new object, which it returns, too.
///
/// # Safety
/// As [`OutParameter::put`].
pub(in crate::ffi) unsafe fn lend<H: Bound>(place: OutParameter<*mut H>, object: H::Object) -> *mut H {
    let owned = Box::new(Owned { origin: Origin::here(), object });
    let pointer = Box::into_raw(owned).cast();
    // SAFETY: the caller's promise.
    unsafe { place.put(pointer) };
    pointer
}

/// The object of a pointer.
///
/// # Errors
/// `InvalidArgument` for NULL, `InvalidState` for an object that was made before this process was forked.
///
/// # Safety
/// NULL, or from [`lend`] and not freed during `'a`.
pub(in crate::ffi) unsafe fn borrow<'a, H: Bound>(pointer: *const H) -> Result<&'a H::Object> {
    // SAFETY: the caller's promise; `lend` made the pointer of an `Owned<H::Object>`.
    let owned = unsafe { object(pointer.cast::<Owned<H::Object>>(), H::NAME)? };
    if owned.origin.is_here() {
        return Ok(&owned.object);
    }
    let text = format!(
        "{} was made before fork, by a parent of this process: make another, this one can only be freed",
        H::NAME
    );
    Err(Error::new(Kind::InvalidState, text))
}

/// Frees an object; NULL is allowed.
///
/// # Safety
/// NULL, or from [`lend`], not in use and not used again.
pub(in crate::ffi) unsafe fn free<H: Bound>(pointer: *mut H) {
    let pointer = pointer.cast::<Owned<H::Object>>();
    // SAFETY: the caller's promise; `lend` made the pointer of a Box of that type.
    infallible((), || unsafe {
        if pointer.as_ref().is_some_and(|owned| owned.origin.is_here()) {
            drop(Box::from_raw(pointer));
        }
    });
}
