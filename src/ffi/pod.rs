//! Structs that cross the border. Each begins with `struct_size`, and no more than that is read or written.

use super::guard::null;
use super::types::*;
use crate::error::{Error, Result};

/// More than any version of a struct will have: a larger struct_size was never set.
const LARGEST: u32 = 4096;

/// A struct of the header.
///
/// # Safety
/// `repr(C)`, begins with `struct_size: u32`, and any bytes are a value.
pub(super) unsafe trait Pod: Sized {
    /// Its name in C.
    const NAME: &'static str;
    /// Its size in the first version, which every host has.
    const SMALLEST: u32;
}

macro_rules! pods {
    ($($name:ident >= $smallest:literal),* $(,)?) => { $(
        // SAFETY: see `types`: repr(C), struct_size first, integers, raw pointers and pointers to functions or NULL only.
        unsafe impl Pod for $name {
            const NAME: &'static str = stringify!($name);
            const SMALLEST: u32 = $smallest;
        }
        // Structs only grow: none is smaller than its first version.
        const _: () = assert!(size_of::<$name>() >= $smallest && size_of::<$name>() <= LARGEST as usize);
        const _: () = assert!(size_of::<$name>().is_multiple_of(8) && $smallest % 8 == 0);
    )* };
}

pods! {
    fg_output >= 120, fg_chunk >= 72, fg_video_info >= 88, fg_planes >= 88, fg_encode_options >= 16,
    fg_copy_options >= 96, fg_stats >= 96, fg_limits >= 40, fg_audio_info >= 48,
    fg_io >= 48, fg_file_info >= 40, fg_track_info >= 40,
}

/// The struct_size of a struct of the host's, checked.
///
/// # Safety
/// `pod` is NULL or points at a struct whose struct_size is set.
unsafe fn size_of_hosts<T: Pod>(pod: *const T) -> Result<usize> {
    if pod.is_null() {
        return Err(null(T::NAME));
    }
    // SAFETY: the caller's promise; every struct begins with it.
    let size = unsafe { pod.cast::<u32>().read_unaligned() };
    if !(T::SMALLEST..=LARGEST).contains(&size) {
        let (name, smallest) = (T::NAME, T::SMALLEST);
        let text = format!(
            "{name}.struct_size is {size}, allowed are {smallest} to {LARGEST}: set it to sizeof({name})"
        );
        return Err(Error::invalid(text));
    }
    Ok(size as usize)
}

/// Reads a struct of the host's. Members that the host's version does not have are the defaults.
///
/// # Safety
/// As [`size_of_hosts`], and `struct_size` bytes are readable.
pub(super) unsafe fn read<T: Pod + Default>(pod: *const T) -> Result<T> {
    // SAFETY: the caller's promise.
    let size = unsafe { size_of_hosts(pod)? };
    let mut value = T::default();
    // SAFETY: both have that many bytes, and any bytes are a value of a Pod.
    unsafe {
        // Sizes are multiples of 8 but for those that nobody's sizeof gives: they have no half of a pointer.
        let count = size.min(size_of::<T>()) / 8 * 8;
        std::ptr::copy_nonoverlapping(pod.cast::<u8>(), (&raw mut value).cast::<u8>(), count);
    }
    Ok(value)
}

/// Checks a member that means nothing yet, so that it can get a meaning.
///
/// # Errors
/// `InvalidArgument` naming it.
pub(super) fn unused(name: &str, value: impl Into<u64>) -> Result<()> {
    match value.into() {
        0 => Ok(()),
        value => Err(Error::invalid(format!("{name} is {value}, allowed is 0"))),
    }
}

/// A struct of the host's that will be written, checked before there is a result to lose.
pub(super) struct Slot<T> {
    pod: *mut T,
    size: usize,
}

/// Checks a struct that will be written.
///
/// # Safety
/// As [`size_of_hosts`], and `struct_size` bytes are writable until the slot is used.
pub(super) unsafe fn slot<T: Pod>(pod: *mut T) -> Result<Slot<T>> {
    // SAFETY: the caller's promise.
    let size = unsafe { size_of_hosts(pod)? };
    Ok(Slot { pod, size })
}

impl<T: Pod> Slot<T> {
    /// Writes as much of `value` as the host's struct has, but its struct_size.
    pub(super) fn put(self, value: &T) {
        let skip = size_of::<u32>();
        let count = self.size.min(size_of::<T>()) - skip;
        let value = std::ptr::from_ref(value).cast::<u8>();
        // SAFETY: `slot`'s caller promised `size` writable bytes; `value` has at least as many as are copied.
        unsafe { std::ptr::copy_nonoverlapping(value.add(skip), self.pod.cast::<u8>().add(skip), count) }
    }
}
