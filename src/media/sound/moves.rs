//! One channel of more than two, as samples are: only how many bytes they have matters.

/// Moves of samples of one size. Pointers may have any alignment; what is read and what is written do not overlap.
///
/// # Safety
/// Of both: so many samples can be read, and written, as the counts say.
#[derive(Clone, Copy)]
pub struct Moves {
    /// (from, channels, to, frames): one channel of several in turn becomes a plane.
    pub gather: unsafe fn(*const u8, usize, *mut u8, usize),
    /// (from, to, channels, frames): a plane becomes one channel of several in turn.
    pub spread: unsafe fn(*const u8, *mut u8, usize, usize),
}

impl Moves {
    /// Of samples of so many bytes.
    pub fn of(bytes: usize) -> Self {
        match bytes {
            1 => Self::sized::<[u8; 1]>(),
            2 => Self::sized::<[u8; 2]>(),
            _ => Self::sized::<[u8; 4]>(),
        }
    }

    fn sized<B: Copy>() -> Self {
        Self { gather: gather::<B>, spread: spread::<B> }
    }
}

/// # Safety
/// As [`Moves`].
unsafe fn gather<B: Copy>(from: *const u8, channels: usize, to: *mut u8, frames: usize) {
    // SAFETY: the caller's.
    let to = unsafe { super::writable::<B>(to, frames) };
    let from = from.cast::<B>();
    for (frame, to) in to.iter_mut().enumerate() {
        // SAFETY: the caller's: a sample of each frame.
        *to = unsafe { *from.add(frame * channels) };
    }
}

/// # Safety
/// As [`Moves`].
unsafe fn spread<B: Copy>(from: *const u8, to: *mut u8, channels: usize, frames: usize) {
    // SAFETY: the caller's.
    let from = unsafe { super::readable::<B>(from, frames) };
    let to = to.cast::<B>();
    for (frame, sample) in from.iter().enumerate() {
        // SAFETY: the caller's: a sample of each frame.
        unsafe { to.add(frame * channels).write(*sample) };
    }
}
