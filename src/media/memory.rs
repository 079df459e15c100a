//! Memory whose size a host or a stream decides: without it there is an error, where Vec would end the process.

use crate::error::{Error, Result};

/// An empty Vec with room for `count` items. `what` is named in the error.
///
/// # Errors
/// `OutOfMemory` saying what there is no memory for, and how much that is.
pub fn room<T>(what: &str, count: usize) -> Result<Vec<T>> {
    let mut vec = Vec::new();
    vec.try_reserve_exact(count).map_err(|_| none(what, count, size_of::<T>()))?;
    Ok(vec)
}

fn none(what: &str, count: usize, item_bytes: usize) -> Error {
    Error::out_of_memory(format!("no memory for {what} of {} bytes", count.saturating_mul(item_bytes)))
}

/// A copy of `items` with room for `more`.
///
/// # Errors
/// As [`room`].
pub fn copy<T: Copy>(what: &str, items: &[T], more: usize) -> Result<Vec<T>> {
    let mut vec = room(what, items.len().saturating_add(more))?;
    vec.extend_from_slice(items);
    Ok(vec)
}

/// Puts `items` behind those of `vec`.
///
/// # Errors
/// As [`room`].
pub fn append<T: Copy>(what: &str, vec: &mut Vec<T>, items: &[T]) -> Result<()> {
    vec.try_reserve(items.len())
        .map_err(|_| none(what, vec.len().saturating_add(items.len()), size_of::<T>()))?;
    vec.extend_from_slice(items);
    Ok(())
}

/// `count` times `item`.
///
/// # Errors
/// As [`room`].
pub fn filled<T: Clone>(what: &str, item: T, count: usize) -> Result<Vec<T>> {
    let mut vec = room(what, count)?;
    vec.resize(count, item);
    Ok(vec)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    #[test]
    fn what_does_not_fit_is_named_with_its_size() {
        let error = room::<u16>("a test", isize::MAX as usize / 4).unwrap_err();
        assert_eq!(error.kind, Kind::OutOfMemory);
        assert_eq!(error.text, format!("no memory for a test of {} bytes", isize::MAX as usize / 4 * 2));
        assert!(room::<u16>("a test", usize::MAX).is_err());
        assert_eq!(copy("a test", &[1, 2], 9).unwrap(), [1, 2]);
        assert_eq!(filled("a test", 7, 3).unwrap(), [7, 7, 7]);
    }
}
