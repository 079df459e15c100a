//! A mutex and a condition variable of one word each, whose waiters sleep in the kernel (Linux futexes).
//!
//! Hand-made because of fork, which copies memory and one thread. A word is all that there is of a lock here, so one
//! that was free, or that the forking thread held, is whole in the child. parking_lot keeps its sleepers in a table of
//! the process, parts of which another thread may have locked at that moment: in the child they stay locked for ever.
//! std's locks would do, but ThreadSanitizer does not see into std. Neither is poisoned: permits are given back while a
//! codec's panic unwinds.

use std::cell::UnsafeCell;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::Ordering;
use std::time::Instant;

use futex::AtomicU32;

const FREE: u32 = 0;
const HELD: u32 = 1;
/// Held, and somebody may sleep until it is free.
const AWAITED: u32 = 2;

/// A value that one thread at a time may use. The word stands before it, where the value's first fields come along when
/// another core takes it.
#[repr(C)]
pub struct Mutex<T: ?Sized> {
    word: AtomicU32,
    value: UnsafeCell<T>,
}

// SAFETY: the value goes with the mutex.
unsafe impl<T: ?Sized + Send> Send for Mutex<T> {}
// SAFETY: `acquire` lets one thread in at a time, and what it did happens before what the next one does.
unsafe impl<T: ?Sized + Send> Sync for Mutex<T> {}

impl<T> Mutex<T> {
    /// A free one.
    #[cfg(not(loom))]
    pub const fn new(value: T) -> Self {
        Self { word: AtomicU32::new(FREE), value: UnsafeCell::new(value) }
    }

    /// A free one.
    #[cfg(loom)]
    pub fn new(value: T) -> Self {
        Self { word: AtomicU32::new(FREE), value: UnsafeCell::new(value) }
    }

    /// Waits until nobody uses the value, and keeps others from it as long as the guard lives.
    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.acquire();
        MutexGuard { mutex: self, _of_this_thread: PhantomData }
    }
}

impl<T: ?Sized> Mutex<T> {
    fn acquire(&self) {
        if !self.try_acquire() {
            self.acquire_taken();
        }
    }

    #[cold]
    fn acquire_taken(&self) {
        // Whoever holds it is done soon, most of the time: in some instructions, or when it has its processor again.
        for turn in futex::TURNS {
            match self.word.load(Ordering::Relaxed) {
                FREE if self.try_acquire() => return,
                AWAITED => break, // others were not so lucky
                _ if turn < 3 => (0..2 << turn).for_each(|_| std::hint::spin_loop()),
                _ => std::thread::yield_now(),
            }
        }
        // From here on as if others slept: whoever wakes cannot know whether it was the last.
        while self.word.swap(AWAITED, Ordering::Acquire) != FREE {
            futex::wait(&self.word, AWAITED, None);
        }
    }

    fn try_acquire(&self) -> bool {
        self.word.compare_exchange(FREE, HELD, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }

    fn release(&self) {
        if self.word.swap(FREE, Ordering::Release) == AWAITED {
            futex::wake_one(&self.word);
        }
    }
}

/// The right to use a mutex's value.
pub struct MutexGuard<'a, T: ?Sized> {
    mutex: &'a Mutex<T>,
    _of_this_thread: PhantomData<*const ()>,
}

impl<T: ?Sized> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: while the guard lives, no other does, and `&self` excludes `deref_mut`.
        unsafe { &*self.mutex.value.get() }
    }
}

impl<T: ?Sized> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: while the guard lives, no other does, and `&mut self` is alone.
        unsafe { &mut *self.mutex.value.get() }
    }
}

impl<T: ?Sized> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        self.mutex.release();
    }
}

/// A lock, whatever it protects: for fork, which must find it free or held by the forking thread.
pub trait Lock: Sync {
    /// Takes it until [`unlock`](Self::unlock).
    fn lock(&self);

    /// Frees it again.
    ///
    /// # Safety
    /// The calling thread (or the thread of which it is the copy) took it with [`lock`](Self::lock), once.
    unsafe fn unlock(&self);
}

impl<T: Send> Lock for Mutex<T> {
    fn lock(&self) {
        self.acquire();
    }

    unsafe fn unlock(&self) {
        self.release();
    }
}

/// Where threads sleep until they are told.
pub struct Condvar {
    /// Even, or one more while somebody sleeps who was not told. Each notification makes it another even number, so
    /// that who saw an older one does not fall asleep.
    word: AtomicU32,
}

const SLEEPER: u32 = 1;

impl Default for Condvar {
    fn default() -> Self {
        Self { word: AtomicU32::new(0) }
    }
}

impl Condvar {
    /// One that nobody waits for.
    #[cfg(not(loom))]
    pub const fn new() -> Self {
        Self { word: AtomicU32::new(0) }
    }

    /// Frees the mutex, waits for a notification, at most until `deadline`, and takes the mutex again. False if the
    /// time was up. May wake for nothing.
    pub fn wait<T>(&self, guard: &mut MutexGuard<'_, T>, deadline: Option<Instant>) -> bool {
        let seen = self.word.fetch_or(SLEEPER, Ordering::Relaxed) | SLEEPER;
        guard.mutex.release();
        let in_time = futex::wait(&self.word, seen, deadline);
        guard.mutex.acquire();
        in_time
    }

    /// Wakes every waiter. What they wait for was changed under the mutex, which therefore shows the sleepers here.
    /// Costs a look if there are none, also if they were told and are not up yet.
    pub fn notify_all(&self) {
        let seen = self.word.load(Ordering::Relaxed);
        let told = seen.wrapping_add(SLEEPER);
        // Who fails here met another who told them. Who has lain down since then saw the change.
        if seen & SLEEPER != 0
            && self.word.compare_exchange(seen, told, Ordering::Relaxed, Ordering::Relaxed).is_ok()
        {
            futex::wake_all(&self.word);
        }
    }
}

/// Sleeping on a word in the kernel.
#[cfg(not(loom))]
mod futex {
    pub(super) use std::sync::atomic::AtomicU32;
    use std::time::Instant;

    /// How often a lock that is taken is looked at before its waiter sleeps.
    pub(super) const TURNS: std::ops::Range<u32> = 0..10;

    /// Sleeps while the word is `expected`, at most until `deadline`. False if the time was up. May wake for nothing.
    pub(super) fn wait(word: &AtomicU32, expected: u32, deadline: Option<Instant>) -> bool {
        let time = deadline.map(|deadline| {
            let left = deadline.saturating_duration_since(Instant::now());
            libc::timespec {
                tv_sec: left.as_secs().try_into().unwrap_or(libc::time_t::MAX),
                tv_nsec: left.subsec_nanos().into(),
            }
        });
        let operation = libc::FUTEX_WAIT | libc::FUTEX_PRIVATE_FLAG;
        let time = time.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
        // SAFETY: a live word, and a time on this stack or NULL.
        let code = unsafe { libc::syscall(libc::SYS_futex, word.as_ptr(), operation, expected, time) };
        code == 0 || std::io::Error::last_os_error().raw_os_error() != Some(libc::ETIMEDOUT)
    }

    pub(super) fn wake_one(word: &AtomicU32) {
        wake(word, 1);
    }

    pub(super) fn wake_all(word: &AtomicU32) {
        wake(word, i32::MAX);
    }

    fn wake(word: &AtomicU32, most: i32) {
        // SAFETY: the word is only an address to the kernel.
        unsafe {
            libc::syscall(libc::SYS_futex, word.as_ptr(), libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG, most)
        };
    }
}

/// The same with loom's atomics; one place to sleep for all words.
#[cfg(loom)]
mod futex {
    pub(super) use loom::sync::atomic::AtomicU32;
    use loom::sync::atomic::Ordering;
    use loom::sync::{Condvar, Mutex};
    use std::time::Instant;

    /// A model has no use for looking twice.
    pub(super) const TURNS: std::ops::Range<u32> = 0..0;

    loom::lazy_static! {
        static ref BED: (Mutex<()>, Condvar) = (Mutex::new(()), Condvar::new());
    }

    pub(super) fn wait(word: &AtomicU32, expected: u32, _deadline: Option<Instant>) -> bool {
        let guard = BED.0.lock().unwrap();
        if word.load(Ordering::Relaxed) == expected {
            drop(BED.1.wait(guard).unwrap());
        }
        true
    }

    pub(super) fn wake_one(_: &AtomicU32) {
        wake();
    }

    pub(super) fn wake_all(_: &AtomicU32) {
        wake();
    }

    fn wake() {
        drop(BED.0.lock().unwrap());
        BED.1.notify_all();
    }
}
