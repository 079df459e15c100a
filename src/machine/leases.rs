//! Tokens: numbers that stand for what a host holds. A stale number is an error, never a crash.
//!
//! A token is a place in a table and the *generation* of that place, which every release advances. A token that
//! was released before, or never given out, does not match its place's generation.

use crate::error::{Error, Result};
use crate::sync::Mutex;

/// Bits for the place: two million outputs held at one time. With 32 bits of generation a token stays below
/// 2^53 and is exact in a double, which is all the integers that some hosts have.
const PLACE_BITS: u32 = 21;

/// A table of what is on lease.
pub struct Leases<T> {
    table: Mutex<Table<T>>,
}

struct Table<T> {
    places: Vec<Entry<T>>,
    free: Vec<u32>,
}

struct Entry<T> {
    /// Never 0, so that no token is.
    generation: u32,
    value: Option<T>,
}

impl<T> Entry<T> {
    /// Makes the tokens that were given out for this place stale.
    fn advance(&mut self) {
        self.generation = self.generation.checked_add(1).unwrap_or(1);
    }
}

impl<T> Leases<T> {
    /// An empty table.
    #[cfg(not(loom))]
    #[allow(clippy::new_without_default)] // const, for a static
    pub const fn new() -> Self {
        Self { table: Mutex::new(Table { places: Vec::new(), free: Vec::new() }) }
    }

    /// For fork.
    #[cfg(not(loom))]
    pub fn lock(&self) -> &dyn crate::sync::lock::Lock
    where
        T: Send,
    {
        &self.table
    }

    /// Leases `value`, once `describe` has seen it in its place.
    ///
    /// # Errors
    /// `OutOfMemory` if the table is full; `value` is dropped.
    pub fn grant(&self, value: T) -> Result<u64> {
        let mut table = self.table.lock();
        let place = match table.free.pop() {
            Some(place) => place,
            None if table.places.len() < 1 << PLACE_BITS => {
                table.places.push(Entry { generation: 1, value: None });
                (table.places.len() - 1) as u32
            }
            None => {
                let text = format!("{} outputs are held, release some", 1 << PLACE_BITS);
                return Err(Error::out_of_memory(text));
            }
        };
        let entry = &mut table.places[place as usize];
        entry.value = Some(value);
        Ok(u64::from(entry.generation) << PLACE_BITS | u64::from(place))
    }

    /// Ends the leases of all these values and gives them back, to be dropped by the caller (outside the table's lock).
    #[must_use]
    pub fn end_all(&self, which: impl Fn(&T) -> bool) -> Vec<T> {
        let mut table = self.table.lock();
        let Table { places, free } = &mut *table;
        let ended = places.iter_mut().zip(0..).filter_map(|(entry, place)| {
            let value = entry.value.take_if(|value| which(value))?;
            entry.advance();
            free.push(place);
            Some(value)
        });
        ended.collect()
    }

    /// Ends a lease and gives the value back, to be dropped by the caller (outside the table's lock).
    ///
    /// # Errors
    /// `InvalidArgument` if the token is not on lease.
    pub fn end(&self, token: u64) -> Result<T> {
        let stale = || {
            Error::invalid(format!("token {token} is not held: it was released before, or never given out"))
        };
        let place = (token & ((1 << PLACE_BITS) - 1)) as u32;
        let generation = u32::try_from(token >> PLACE_BITS).map_err(|_| stale())?;
        let mut table = self.table.lock();
        let entry = table.places.get_mut(place as usize).filter(|entry| entry.generation == generation);
        let (entry, value) =
            entry.and_then(|entry| entry.value.take().map(|value| (entry, value))).ok_or_else(stale)?;
        entry.advance();
        table.free.push(place);
        Ok(value)
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_token_works_once() {
        let leases = Leases::new();
        let first = leases.grant("first").unwrap();
        assert_eq!(leases.end(first), Ok("first"));
        assert!(leases.end(first).unwrap_err().text.contains("released before"));
        let second = leases.grant("second").unwrap();
        assert_ne!(first, second, "the same place has another generation");
        assert!(leases.end(first).is_err());
        assert_eq!(leases.end(second), Ok("second"));
    }

    #[test]
    fn many_leases_end_at_once_and_others_stay() {
        let leases = Leases::new();
        let tokens: Vec<u64> = (0..10).map(|value| leases.grant(value).unwrap()).collect();
        assert_eq!(leases.end_all(|value| value % 2 == 0), [0, 2, 4, 6, 8]);
        for (value, &token) in (0..).zip(&tokens) {
            assert_eq!(leases.end(token).ok(), (value % 2 == 1).then_some(value));
        }
        assert!(leases.end_all(|_| true).is_empty());
    }

    #[test]
    fn tokens_are_exact_in_a_double_and_nonsense_is_refused() {
        let leases = Leases::new();
        for value in 0..1000 {
            let token = leases.grant(value).unwrap();
            assert!(token != 0 && token < 1 << 53);
        }
        for token in [0, 1, u64::MAX, 1 << 53, (1 << PLACE_BITS) - 1, 1 << 63] {
            assert!(leases.end(token).is_err(), "{token}");
        }
    }
}
