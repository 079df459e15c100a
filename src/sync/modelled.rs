//! loom's models of what `real` has.

#![allow(missing_docs, clippy::new_without_default)] // it is documented there, and has what crossbeam has

use std::ops::{Deref, DerefMut};
use std::sync::PoisonError;
use std::time::Instant;

pub use loom::sync::atomic::{AtomicBool, AtomicU64};
use loom::sync::atomic::{Ordering, fence};
pub use loom::thread::{JoinHandle, ThreadId};
// Trait objects need std's Arc (loom's cannot be unsized); what it points at is loom's.
pub use std::sync::Arc;

pub struct Mutex<T>(loom::sync::Mutex<T>);
pub struct MutexGuard<'a, T>(Option<loom::sync::MutexGuard<'a, T>>);
#[derive(Default)]
pub struct Condvar(loom::sync::Condvar);

impl<T> Mutex<T> {
    pub fn new(value: T) -> Self {
        Self(loom::sync::Mutex::new(value))
    }

    pub fn lock(&self) -> MutexGuard<'_, T> {
        // `lock`'s does not poison: permits are given back while a codec's panic unwinds.
        MutexGuard(Some(self.0.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        self.0.as_ref().unwrap()
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.0.as_mut().unwrap()
    }
}

impl Condvar {
    /// Time stands still in a model: only notifications end a wait.
    pub fn wait<T>(&self, guard: &mut MutexGuard<'_, T>, _deadline: Option<Instant>) -> bool {
        guard.0 = Some(self.0.wait(guard.0.take().unwrap()).unwrap_or_else(PoisonError::into_inner));
        true
    }

    pub fn notify_all(&self) {
        self.0.notify_all();
    }
}

// loom takes sequentially consistent operations for acquire and release, but knows the fence, which says as much: all
// that `add_in_order` does comes before all that the same thread looks at after it.
pub fn add_in_order(count: &AtomicU64, more: u64) {
    count.fetch_add(more, Ordering::AcqRel);
    fence(Ordering::SeqCst);
}

pub fn load_in_order(count: &AtomicU64) -> u64 {
    count.load(Ordering::Acquire)
}

/// crossbeam's Parker: a token that `unpark` leaves and `park` takes.
pub struct Parker(Unparker);
#[derive(Clone)]
pub struct Unparker(Arc<(Mutex<bool>, Condvar)>);

impl Parker {
    pub fn new() -> Self {
        Self(Unparker(Arc::new((Mutex::new(false), Condvar::default()))))
    }

    pub fn unparker(&self) -> &Unparker {
        &self.0
    }

    pub fn park(&self) {
        let (token, condvar) = &*self.0.0;
        let mut token = token.lock();
        while !*token {
            condvar.wait(&mut token, None);
        }
        *token = false;
    }
}

impl Unparker {
    pub fn unpark(&self) {
        *self.0.0.lock() = true;
        self.0.1.notify_all();
    }
}

/// A model has no use for looking twice.
pub fn spin_until(ready: impl Fn() -> bool) -> bool {
    ready()
}

pub fn yield_until(ready: impl Fn() -> bool, _deadline: Instant) -> bool {
    ready()
}

/// It stands still.
pub fn now() -> Instant {
    static BEGIN: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    *BEGIN
}

pub fn this_thread() -> ThreadId {
    loom::thread::current().id()
}

pub fn spawn(_name: &str, body: impl FnOnce() + Send + 'static) -> std::io::Result<JoinHandle<()>> {
    Ok(loom::thread::spawn(body))
}
