//! The one error type of every room: a kind that C sees as a status, and a text for people.

use std::fmt;

/// What went wrong, by kind. Each kind is one `FG_ERROR_` status; `ffi::status` holds the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An argument is outside what the function allows.
    InvalidArgument,
    /// The call is not allowed in the handle's present state.
    InvalidState,
    /// Well formed, but this build or codec cannot do it.
    NotSupported,
    /// The data contradicts what was promised of it (a key chunk that is none).
    Data,
    /// The codec failed.
    Encoding,
    /// The handle was closed.
    Closed,
    /// The wait could never end.
    WouldDeadlock,
    /// Memory ran out.
    OutOfMemory,
    /// Reading or writing a file failed.
    Io,
    /// A defect of this library (a caught panic).
    Internal,
}

/// An error with its text. The text names the thing that was wrong and what is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The kind, which becomes the C status.
    pub kind: Kind,
    /// One line of plain text, without a trailing full stop or newline.
    pub text: String,
}

/// A result with this crate's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error of `kind` that says `text`.
    pub fn new(kind: Kind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into() }
    }

    /// [`Kind::InvalidArgument`].
    pub fn invalid(text: impl Into<String>) -> Self {
        Self::new(Kind::InvalidArgument, text)
    }

    /// [`Kind::NotSupported`].
    pub fn not_supported(text: impl Into<String>) -> Self {
        Self::new(Kind::NotSupported, text)
    }

    /// [`Kind::Data`].
    pub fn data(text: impl Into<String>) -> Self {
        Self::new(Kind::Data, text)
    }

    /// [`Kind::OutOfMemory`].
    pub fn out_of_memory(text: impl Into<String>) -> Self {
        Self::new(Kind::OutOfMemory, text)
    }

    /// The same error with `context` said first: `context: text`.
    #[must_use]
    pub fn context(mut self, context: impl fmt::Display) -> Self {
        self.text = format!("{context}: {}", self.text);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Error {}
