//! Whether there is address space left.

use std::ptr;

use crate::error::{Error, Result};

/// Checks that `bytes` could be allocated now. Nothing is: the pages are reserved and given back, untouched.
///
/// # Errors
/// `OutOfMemory`.
pub(super) fn check(what: &str, bytes: u64) -> Result<()> {
    let full = || Error::out_of_memory(format!("{what} needs up to {} MB, which are not left", bytes >> 20));
    let size = usize::try_from(bytes).map_err(|_| full())?;
    if size == 0 {
        return Ok(());
    }
    let (protection, flags) =
        (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE);
    // SAFETY: fresh pages at an address of the kernel's choice, which nobody uses, given back as they came.
    unsafe {
        let pages = libc::mmap(ptr::null_mut(), size, protection, flags, -1, 0);
        if pages == libc::MAP_FAILED {
            return Err(full());
        }
        libc::munmap(pages, size);
    }
    Ok(())
}
