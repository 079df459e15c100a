//! Statuses: their numbers for each kind of error, and their names.

use std::ffi::{CStr, c_char};

use super::types::*;
use crate::error::Kind;
use crate::machine::{Flow, Wait};

/// The status of an error.
pub(super) fn of_kind(kind: Kind) -> fg_status {
    match kind {
        Kind::InvalidArgument => FG_ERROR_INVALID_ARGUMENT,
        Kind::InvalidState => FG_ERROR_INVALID_STATE,
        Kind::NotSupported => FG_ERROR_NOT_SUPPORTED,
        Kind::Data => FG_ERROR_DATA,
        Kind::Encoding => FG_ERROR_ENCODING,
        Kind::Closed => FG_ERROR_CLOSED,
        Kind::WouldDeadlock => FG_ERROR_WOULD_DEADLOCK,
        Kind::OutOfMemory => FG_ERROR_OUT_OF_MEMORY,
        Kind::Io => FG_ERROR_IO,
        Kind::Internal => FG_ERROR_INTERNAL,
    }
}

/// The status of a call that may be "not now".
pub(super) fn of_wait(wait: Wait) -> fg_status {
    match wait {
        Wait::Codec => FG_WAIT_CODEC,
        Wait::Input => FG_WAIT_INPUT,
        Wait::Poll => FG_WAIT_POLL,
        Wait::Release => FG_WAIT_RELEASE,
    }
}

/// The status of a call that gives nothing.
pub(super) fn of_flow(flow: Flow<()>) -> fg_status {
    match flow {
        Flow::Done(()) => FG_OK,
        Flow::Wait(wait) => of_wait(wait),
    }
}

/// The name of a status, such as "FG_WAIT_POLL"; "FG_UNKNOWN_STATUS" for any other number. Static. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn fg_status_name(status: fg_status) -> *const c_char {
    let name: &CStr = match status {
        FG_OK => c"FG_OK",
        FG_WAIT_CODEC => c"FG_WAIT_CODEC",
        FG_WAIT_INPUT => c"FG_WAIT_INPUT",
        FG_WAIT_POLL => c"FG_WAIT_POLL",
        FG_WAIT_RELEASE => c"FG_WAIT_RELEASE",
        FG_END => c"FG_END",
        FG_ERROR_INVALID_ARGUMENT => c"FG_ERROR_INVALID_ARGUMENT",
        FG_ERROR_INVALID_STATE => c"FG_ERROR_INVALID_STATE",
        FG_ERROR_NOT_SUPPORTED => c"FG_ERROR_NOT_SUPPORTED",
        FG_ERROR_DATA => c"FG_ERROR_DATA",
        FG_ERROR_ENCODING => c"FG_ERROR_ENCODING",
        FG_ERROR_CLOSED => c"FG_ERROR_CLOSED",
        FG_ERROR_WOULD_DEADLOCK => c"FG_ERROR_WOULD_DEADLOCK",
        FG_ERROR_OUT_OF_MEMORY => c"FG_ERROR_OUT_OF_MEMORY",
        FG_ERROR_IO => c"FG_ERROR_IO",
        FG_ERROR_INTERNAL => c"FG_ERROR_INTERNAL",
        _ => c"FG_UNKNOWN_STATUS",
    };
    name.as_ptr()
}
