//! The objects behind the header's opaque pointers: the only place that makes, follows and frees them. Each type of pointer is
//! of one kind, and only that kind's functions take it:
//!
//! - [`bound`]: belongs to the process that made it (encoders, decoders, wait sets, demuxers, muxers).
//! - [`plain`]: memory with one owner (configurations).
//! - [`shared`]: memory with a count of references (frames).

pub(super) mod bound;
pub(super) mod plain;
pub(super) mod shared;

/// An opaque type of the header.
pub(super) trait Opaque {
    /// What its pointers point at.
    type Object;
    /// What arguments of this type are called.
    const NAME: &'static str;
}
