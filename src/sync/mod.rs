//! The synchronisation that gate and machine are built from, or loom's models of it under `--cfg loom`. One
//! vocabulary, so that what is model-checked is the code that runs.
//!
//! `lock` has the mutex and the condition variable (which are model-checked themselves), `real` and `modelled` the
//! rest, and `origin` tells a process from a child that it forked.

pub mod lock;
#[cfg(loom)]
mod modelled;
pub mod origin;
#[cfg(not(loom))]
mod real;

#[cfg(loom)]
pub use modelled::*;
#[cfg(not(loom))]
pub use real::*;
