//! The synchronisation that gate and machine are built from: parking_lot and crossbeam, or loom's models of
//! them under `--cfg loom`. One vocabulary, so that what is model-checked is the code that runs.

#[cfg(not(loom))]
pub use real::*;

#[cfg(loom)]
pub use modelled::*;

#[cfg(not(loom))]
mod real {
    use std::time::Instant;

    pub use crossbeam_utils::sync::{Parker, Unparker};
    pub use parking_lot::{Mutex, MutexGuard};
    pub use std::sync::Arc;
    pub use std::sync::atomic::{AtomicBool, AtomicU64, fence};
    pub use std::thread::{JoinHandle, ThreadId};

    /// A condition variable.
    #[derive(Default)]
    pub struct Condvar(parking_lot::Condvar);

    impl Condvar {
        /// Waits for a notification, at most until `deadline`. False if the time was up.
        pub fn wait<T>(&self, guard: &mut MutexGuard<'_, T>, deadline: Option<Instant>) -> bool {
            match deadline {
                None => self.0.wait(guard),
                Some(deadline) => return !self.0.wait_until(guard, deadline).timed_out(),
            }
            true
        }

        /// Wakes every waiter.
        pub fn notify_all(&self) {
            self.0.notify_all();
        }
    }

    /// Looks a few times, for some microseconds in all, whether `ready` before the caller goes to sleep: waking a
    /// sleeper costs more than that.
    pub fn spin_until(ready: impl Fn() -> bool) -> bool {
        let backoff = crossbeam_utils::Backoff::new();
        while !ready() {
            if backoff.is_completed() {
                return false;
            }
            backoff.snooze();
        }
        true
    }

    /// The calling thread.
    pub fn this_thread() -> ThreadId {
        std::thread::current().id()
    }

    /// Starts a named thread.
    pub fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> std::io::Result<JoinHandle<()>> {
        std::thread::Builder::new().name(name.to_owned()).spawn(body)
    }
}

#[cfg(loom)]
mod modelled {
    use std::ops::{Deref, DerefMut};
    use std::sync::PoisonError;
    use std::time::Instant;

    pub use loom::sync::atomic::{AtomicBool, AtomicU64, fence};
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
            // parking_lot does not poison, and permits are given back while a codec's panic unwinds.
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

    pub fn this_thread() -> ThreadId {
        loom::thread::current().id()
    }

    pub fn spawn(_name: &str, body: impl FnOnce() + Send + 'static) -> std::io::Result<JoinHandle<()>> {
        Ok(loom::thread::spawn(body))
    }
}
