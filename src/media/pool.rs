//! Frame memory that comes back: buffers of one size are used again, so that addresses recur (a host can
//! cache its views of them) and a steady stream of frames neither maps nor clears memory.
//!
//! A buffer in the pool was in a frame before, so the pool never makes the process larger than its frames
//! once did. It lets go of memory when the frames do: once no frame of a size is alive, all but
//! [`KEEP_IDLE`] of its buffers are freed, and at most [`MAX_SIZES`] sizes are kept at all.

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::ptr::NonNull;

use crate::error::{Error, Result};
use crate::sync::Mutex;
use crate::sync::lock::Lock;

/// Alignment of every buffer and plane row: a cache line, and the widest vector register.
pub const ALIGN_BYTES: usize = 64;

/// Buffers of one size that stay when no frame of that size is alive.
const KEEP_IDLE: usize = 4;

/// Sizes that the pool keeps idle buffers of.
const MAX_SIZES: usize = 8;

/// Zeroed bytes after every buffer: vector code may read a few past the last row.
const TAIL_BYTES: usize = 64;

static POOL: Mutex<Vec<Shelf>> = Mutex::new(Vec::new());

/// For fork.
pub fn lock() -> &'static dyn Lock {
    &POOL
}

/// The idle buffers of one size.
struct Shelf {
    size_bytes: usize,
    alive: usize,
    idle: Vec<Memory>,
}

/// Memory of its own: freed when dropped.
struct Memory {
    start: NonNull<u8>,
    layout: Layout,
}

// SAFETY: plain memory with one owner.
unsafe impl Send for Memory {}
// SAFETY: `Memory` gives no access by itself; the frame that holds it says who may write.
unsafe impl Sync for Memory {}

impl Memory {
    fn new(size_bytes: usize) -> Result<Self> {
        let failed = || Error::out_of_memory(format!("no memory for a frame of {size_bytes} bytes"));
        let padded = size_bytes.checked_add(TAIL_BYTES).ok_or_else(failed)?;
        let layout = Layout::from_size_align(padded, ALIGN_BYTES).map_err(|_| failed())?;
        // SAFETY: the layout's size is not zero: it is at least TAIL_BYTES.
        let start = NonNull::new(unsafe { alloc_zeroed(layout) }).ok_or_else(failed)?;
        Ok(Self { start, layout })
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: `new` allocated `start` with this layout, and nothing else frees it.
        unsafe { dealloc(self.start.as_ptr(), self.layout) }
    }
}

/// A buffer on loan from the pool; dropping it gives it back.
pub struct Buffer {
    size_bytes: usize,
    memory: Option<Memory>,
}

impl Buffer {
    /// A buffer of `size_bytes`, aligned to [`ALIGN_BYTES`]. A new one is zeroed; a recurring one holds old picture.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub fn take(size_bytes: usize) -> Result<Self> {
        let idle = {
            let mut shelves = POOL.lock();
            match shelves.iter_mut().find(|shelf| shelf.size_bytes == size_bytes) {
                Some(shelf) => {
                    shelf.alive += 1;
                    shelf.idle.pop()
                }
                None => {
                    shelves.push(Shelf { size_bytes, alive: 1, idle: Vec::new() });
                    None
                }
            }
        };
        // From here on, dropping `buffer` settles the count, also when there is no memory for it.
        let mut buffer = Self { size_bytes, memory: idle };
        if buffer.memory.is_none() {
            buffer.memory = Some(Memory::new(size_bytes)?);
        }
        Ok(buffer)
    }

    /// The first byte.
    pub fn start(&self) -> NonNull<u8> {
        self.memory.as_ref().expect("only drop takes the memory").start
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let memory = self.memory.take();
        let mut freed = Vec::new();
        let mut shelves = POOL.lock();
        let Some(index) = shelves.iter().position(|shelf| shelf.size_bytes == self.size_bytes) else {
            return;
        };
        let shelf = &mut shelves[index];
        shelf.alive -= 1;
        shelf.idle.extend(memory);
        if shelf.alive == 0 {
            freed.extend(shelf.idle.drain(KEEP_IDLE.min(shelf.idle.len())..));
            let shelf = shelves.remove(index);
            shelves.push(shelf); // the newest idle size goes last
            if let Some(oldest) =
                (shelves.len() > MAX_SIZES).then(|| shelves.iter().position(|s| s.alive == 0))
            {
                freed.extend(
                    oldest.map(|oldest| shelves.remove(oldest)).into_iter().flat_map(|shelf| shelf.idle),
                );
            }
        }
        drop(shelves); // munmap of large buffers happens outside the lock
        drop(freed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_recur_and_idle_memory_goes() {
        const SIZE: usize = 123_457; // no other test uses it
        let first: Vec<_> = (0..10).map(|_| Buffer::take(SIZE).unwrap()).collect();
        let mut addresses: Vec<_> = first.iter().map(Buffer::start).collect();
        assert!(addresses.iter().all(|address| (address.as_ptr() as usize).is_multiple_of(ALIGN_BYTES)));
        let one = first.into_iter().next().unwrap();
        assert!(addresses.contains(&one.start()));
        for _ in 0..100 {
            let again = Buffer::take(SIZE).unwrap();
            assert!(addresses.contains(&again.start()), "a returned buffer is used again");
        }
        drop(one);
        let idle =
            POOL.lock().iter().find(|shelf| shelf.size_bytes == SIZE).map_or(0, |shelf| shelf.idle.len());
        assert!(idle <= KEEP_IDLE);
        addresses.clear();
    }

    #[test]
    fn absurd_sizes_are_an_error() {
        assert!(Buffer::take(usize::MAX).is_err());
        assert!(Buffer::take(isize::MAX as usize).is_err());
    }
}
