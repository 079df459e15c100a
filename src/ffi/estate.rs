//! What ends with a thread: objects whose host may be stopped before it can free them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ptr::with_exposed_provenance_mut;
use std::sync::{Arc, Weak};

use super::guard::infallible;
use super::own::bound::{self, Bound};
use crate::error::{Error, Kind, Result};
use crate::sync::Mutex;
use crate::sync::origin::Origin;

/// An object that the host has a pointer to, and how the library frees it in the host's place.
#[derive(Clone, Copy)]
pub(super) struct Belonging {
    address: usize,
    free: unsafe fn(usize),
}

/// An object that may end with a thread.
pub(super) trait Heir: Bound {
    /// Comes before it is freed, which must not wait then.
    fn abandon(object: &Self::Object);
}

impl Belonging {
    /// # Safety
    /// The pointer is from `bound::lend`, and the object is not freed while it is in an estate.
    pub(super) unsafe fn new<H: Heir>(object: *mut H) -> Self {
        Self { address: object.expose_provenance(), free: free::<H> }
    }
}

/// # Safety
/// The address of a live object, which nobody uses any more.
unsafe fn free<H: Heir>(address: usize) {
    let pointer = with_exposed_provenance_mut::<H>(address);
    // SAFETY: the caller's promise.
    unsafe {
        if let Ok(object) = bound::borrow(pointer) {
            H::abandon(object);
        }
        bound::free(pointer);
    }
}

/// The objects that end with one thread. The wait set that they came through has the only lasting reference, so
/// that freeing it leaves them to the host.
pub(super) struct Estate {
    belongings: Mutex<HashMap<usize, Belonging>>,
    origin: Origin,
}

impl Estate {
    /// The estate of the calling thread, empty.
    ///
    /// # Errors
    /// `InvalidState` if the thread is ending.
    pub(super) fn of_this_thread() -> Result<Arc<Self>> {
        let estate = Arc::new(Self { belongings: Mutex::new(HashMap::new()), origin: Origin::here() });
        let listed = ESTATES.try_with(|estates| estates.borrow_mut().add(&estate));
        listed.map_err(|_| Error::new(Kind::InvalidState, "the calling thread is ending"))?;
        Ok(estate)
    }

    /// Adds an object for good.
    pub(super) fn keep(&self, belonging: Belonging) {
        self.belongings.lock().insert(belonging.address, belonging);
    }

    /// Adds an object, until what this gives is dropped.
    pub(super) fn take_in(self: &Arc<Self>, belonging: Belonging) -> Owned {
        self.keep(belonging);
        Owned { estate: Arc::downgrade(self), address: belonging.address }
    }

    /// Frees everything.
    fn settle(&self) {
        if !self.origin.is_here() {
            return; // a lock may stay locked in a child, and what is in here is the parent's
        }
        let belongings = std::mem::take(&mut *self.belongings.lock());
        for belonging in belongings.into_values() {
            // SAFETY: the promise of `Belonging::new`: it was not taken out, and has left the table now.
            infallible((), || unsafe { (belonging.free)(belonging.address) });
        }
    }
}

/// An object's being in an estate.
pub(super) struct Owned {
    estate: Weak<Estate>,
    address: usize,
}

impl Drop for Owned {
    fn drop(&mut self) {
        if let Some(estate) = self.estate.upgrade() {
            estate.belongings.lock().remove(&self.address);
        }
    }
}

/// The estates of one thread.
struct Estates(Vec<Weak<Estate>>);

thread_local! {
    static ESTATES: RefCell<Estates> = const { RefCell::new(Estates(Vec::new())) };
}

impl Estates {
    fn add(&mut self, estate: &Arc<Estate>) {
        self.0.retain(|other| other.strong_count() > 0);
        self.0.push(Arc::downgrade(estate));
    }
}

impl Drop for Estates {
    fn drop(&mut self) {
        for estate in self.0.drain(..).filter_map(|estate| estate.upgrade()) {
            estate.settle();
        }
    }
}
