//! Immutable bytes with an owner: a chunk's data, whoever allocated it.

use std::any::Any;
use std::fmt;
use std::ptr::NonNull;

use super::memory;
use crate::error::Result;

/// Bytes past the end that bitstream readers may touch: what FFmpeg calls padding.
pub const PADDING_BYTES: usize = 64;

/// Bytes that live as long as this value, followed by [`PADDING_BYTES`] readable bytes.
pub struct Bytes {
    start: NonNull<u8>,
    len: usize,
    /// Kept for its Drop, which frees the memory.
    _owner: Box<dyn Any + Send + Sync>,
}

// SAFETY: the bytes are never written after construction (`copy_of` gives them away, `from_owner`'s caller
// promises it), and the owner is Send + Sync itself.
unsafe impl Send for Bytes {}
// SAFETY: as above: shared reads only.
unsafe impl Sync for Bytes {}

impl Bytes {
    /// No bytes (and no padding: nobody reads from them). Allocates nothing.
    pub fn empty() -> Self {
        Self { start: NonNull::dangling(), len: 0, _owner: Box::new(()) }
    }

    /// A copy of `bytes`, padded.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub fn copy_of(bytes: &[u8]) -> Result<Self> {
        Self::from_vec(memory::copy("a chunk", bytes, PADDING_BYTES)?)
    }

    /// The bytes of `vec`, padded; without a copy if it has room for the padding.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub fn from_vec(vec: Vec<u8>) -> Result<Self> {
        let len = vec.len();
        let mut vec = match vec.capacity() - len {
            PADDING_BYTES.. => vec,
            _ => memory::copy("a chunk", &vec, PADDING_BYTES)?,
        };
        vec.resize(len + PADDING_BYTES, 0);
        Ok(Self { start: NonNull::from(&mut vec[0]), len, _owner: Box::new(vec) })
    }

    /// Bytes inside `owner`, without a copy.
    ///
    /// # Safety
    /// `start` points at `len` initialised bytes and [`PADDING_BYTES`] readable ones after them, all of which
    /// stay where they are and unchanged until `owner` is dropped.
    pub unsafe fn from_owner(owner: Box<dyn Any + Send + Sync>, start: NonNull<u8>, len: usize) -> Self {
        Self { start, len, _owner: owner }
    }
}

impl std::ops::Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: every constructor establishes `len` initialised bytes at `start` that live as long as `owner`.
        unsafe { std::slice::from_raw_parts(self.start.as_ptr(), self.len) }
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bytes({})", self.len)
    }
}
