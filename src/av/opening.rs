//! Opening codecs, and fork.
//!
//! FFmpeg opens some codecs under a lock of its own, which a fork must not find taken: no codec of that kind could
//! ever be opened in the child. So a fork waits until nobody opens, and whoever wants to open waits for the fork.

use crate::sync::lock::Lock;
use crate::sync::{Condvar, Mutex};

static STATE: Mutex<State> = Mutex::new(State { open: 0, forking: false });
static CHANGED: Condvar = Condvar::new();

struct State {
    /// Threads that are opening a codec.
    open: u32,
    forking: bool,
}

/// The calling thread opens a codec as long as this lives.
pub struct Opening(());

impl Opening {
    pub fn begin() -> Self {
        let mut state = STATE.lock();
        while state.forking {
            CHANGED.wait(&mut state, None);
        }
        state.open += 1;
        Self(())
    }
}

impl Drop for Opening {
    fn drop(&mut self) {
        let mut state = STATE.lock();
        state.open -= 1;
        let forking = state.forking;
        drop(state);
        if forking {
            CHANGED.notify_all();
        }
    }
}

/// Nobody opens a codec while this is taken.
struct Nobody;

/// For fork.
pub fn lock() -> &'static dyn Lock {
    &Nobody
}

impl Lock for Nobody {
    fn lock(&self) {
        let mut state = STATE.lock();
        while state.forking {
            CHANGED.wait(&mut state, None); // another thread forks, too
        }
        state.forking = true;
        while state.open > 0 {
            CHANGED.wait(&mut state, None);
        }
        std::mem::forget(state); // the child must find it free or held by the thread that it has
    }

    unsafe fn unlock(&self) {
        // SAFETY: the caller took it with `lock`, which left the guard to this function.
        unsafe { STATE.unlock() };
        STATE.lock().forking = false;
        CHANGED.notify_all();
    }
}
