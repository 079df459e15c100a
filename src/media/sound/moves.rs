//! Samples from planes into one, and back, as they are: only how many bytes they have matters.

/// Moves of samples of one size. Pointers may have any alignment; what is read and what is written do not overlap.
///
/// # Safety
/// Of all: so many samples can be read, and written, as the counts say.
#[derive(Clone, Copy)]
pub struct Moves {
    /// (from, channels, to, frames): one channel of several in turn becomes a plane.
    pub gather: unsafe fn(*const u8, usize, *mut u8, usize),
    /// (from, to, channels, frames): a plane becomes one channel of several in turn.
    pub spread: unsafe fn(*const u8, *mut u8, usize, usize),
    /// (left, right, to, frames): two planes become both in turn.
    pub join: unsafe fn(*const u8, *const u8, *mut u8, usize),
    /// (from, left, right, frames): and back.
    pub split: unsafe fn(*const u8, *mut u8, *mut u8, usize),
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
        #[cfg(target_arch = "x86_64")]
        if super::x86::has_avx512() {
            return avx512::moves::<B>();
        } else if is_x86_feature_detected!("avx2") {
            return avx2::moves::<B>();
        }
        Self { gather: gather::<B>, spread: spread::<B>, join: join::<B>, split: split::<B> }
    }
}

/// # Safety
/// As [`Moves`].
#[inline(always)]
unsafe fn gather<B: Copy>(from: *const u8, channels: usize, to: *mut u8, frames: usize) {
    // SAFETY: the caller's.
    let to = unsafe { super::writable::<B>(to, frames) };
    let from = from.cast::<B>();
    // The compiler makes vector code of a stride that it knows.
    if channels == 2 {
        // SAFETY: the caller's: a sample of each frame.
        to.iter_mut().enumerate().for_each(|(frame, to)| *to = unsafe { *from.add(frame * 2) });
    } else {
        // SAFETY: as above.
        to.iter_mut().enumerate().for_each(|(frame, to)| *to = unsafe { *from.add(frame * channels) });
    }
}

/// # Safety
/// As [`Moves`].
#[inline(always)]
unsafe fn spread<B: Copy>(from: *const u8, to: *mut u8, channels: usize, frames: usize) {
    // SAFETY: the caller's.
    let from = unsafe { super::readable::<B>(from, frames) };
    let to = to.cast::<B>();
    for (frame, sample) in from.iter().enumerate() {
        // SAFETY: the caller's: a sample of each frame.
        unsafe { to.add(frame * channels).write(*sample) };
    }
}

/// # Safety
/// As [`Moves`].
#[inline(always)]
unsafe fn join<B: Copy>(left: *const u8, right: *const u8, to: *mut u8, frames: usize) {
    // SAFETY: the caller's.
    let (left, right, to) = unsafe {
        let [left, right] = [left, right].map(|plane| super::readable::<B>(plane, frames));
        (left, right, super::writable::<[B; 2]>(to, frames))
    };
    for ((to, left), right) in to.iter_mut().zip(left).zip(right) {
        *to = [*left, *right];
    }
}

/// # Safety
/// As [`Moves`]; the two planes do not overlap.
#[inline(always)]
unsafe fn split<B: Copy>(from: *const u8, left: *mut u8, right: *mut u8, frames: usize) {
    // SAFETY: the caller's.
    let (from, left, right) = unsafe {
        let from = super::readable::<[B; 2]>(from, frames);
        (from, super::writable::<B>(left, frames), super::writable::<B>(right, frames))
    };
    for ((from, left), right) in from.iter().zip(left).zip(right) {
        [*left, *right] = *from;
    }
}

/// The same, compiled for what newer processors have.
#[cfg(target_arch = "x86_64")]
macro_rules! compiled {
    ($module:ident for $features:literal: $($name:ident($($argument:ident: $type:ty),*);)*) => {
        mod $module {
            pub fn moves<B: Copy>() -> super::Moves {
                super::Moves { $($name: $name::<B>),* }
            }

            $(
                /// # Safety
                /// This machine has these features; and as [`super::Moves`].
                #[target_feature(enable = $features)]
                unsafe fn $name<B: Copy>($($argument: $type),*) {
                    // SAFETY: the caller's.
                    unsafe { super::$name::<B>($($argument),*) }
                }
            )*
        }
    };
    ($module:ident for $features:literal) => {
        compiled! {
            $module for $features:
            gather(from: *const u8, channels: usize, to: *mut u8, frames: usize);
            spread(from: *const u8, to: *mut u8, channels: usize, frames: usize);
            join(left: *const u8, right: *const u8, to: *mut u8, frames: usize);
            split(from: *const u8, left: *mut u8, right: *mut u8, frames: usize);
        }
    };
}

#[cfg(target_arch = "x86_64")]
compiled! { avx2 for "avx2" }
#[cfg(target_arch = "x86_64")]
compiled! { avx512 for "avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi" }
