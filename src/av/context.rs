//! An owned `AVCodecContext`: what encoders and decoders share.

use std::cell::Cell;
use std::ffi::CString;
use std::ptr::NonNull;

use ffmpeg_sys_next as ff;

use super::error::{check, error, no_memory, text_of};
use super::log::{Said, Words};
use super::opening::Opening;
use crate::error::{Error, Kind, Result};

/// A codec context that is freed when dropped, and the words that it says to the log.
pub struct Context {
    context: NonNull<ff::AVCodecContext>,
    words: Words,
    blamed: Cell<Option<u32>>,
}

/// What a send or receive said.
pub enum Answer {
    /// Done.
    Done,
    /// It wants the other verb first.
    Again,
    /// Everything has come out.
    End,
}

impl Context {
    /// A context for `codec`, not open yet.
    ///
    /// # Safety
    /// `codec` comes from one of FFmpeg's find functions.
    pub unsafe fn new(codec: *const ff::AVCodec) -> Result<Self> {
        super::log::init();
        // SAFETY: the caller's promise; FFmpeg's codecs are static.
        let context = NonNull::new(unsafe { ff::avcodec_alloc_context3(codec) });
        let context = context.ok_or_else(|| no_memory("avcodec_alloc_context3"))?;
        let words = Words::new();
        // SAFETY: the context is valid and not shared yet. FFmpeg does not touch `opaque`.
        unsafe { (*context.as_ptr()).opaque = words.as_opaque(0) };
        Ok(Self { context, words, blamed: Cell::new(None) })
    }

    /// The raw context, for fields and calls.
    pub fn as_ptr(&self) -> *mut ff::AVCodecContext {
        self.context.as_ptr()
    }

    /// Opens the codec.
    ///
    /// # Errors
    /// `NotSupported` with FFmpeg's words; `OutOfMemory` if memory or a thread was missing.
    pub fn open(&mut self) -> Result<()> {
        let _opening = Opening::begin();
        // SAFETY: the context is valid and not open; the codec is the one that it was allocated for.
        let code = unsafe { ff::avcodec_open2(self.as_ptr(), std::ptr::null(), std::ptr::null_mut()) };
        self.checked(Kind::NotSupported, "the codec does not open", code)
    }

    /// Sets options before opening; later ones win.
    ///
    /// # Errors
    /// `InvalidArgument` naming an option that the codec does not have, or a value that FFmpeg refuses; `OutOfMemory`.
    pub fn set_options(&mut self, options: &[(String, String)]) -> Result<()> {
        options.iter().try_for_each(|(name, value)| self.set_option(name, value))
    }

    fn set_option(&self, name: &str, value: &str) -> Result<()> {
        let text = |text: &str| {
            CString::new(text).map_err(|_| Error::invalid(format!("ffmpeg.{name} has a NUL inside")))
        };
        let (key, text) = (text(name)?, text(value)?);
        // SAFETY: the context begins with its AVClass; SEARCH_CHILDREN reaches the codec's own options.
        let code = unsafe {
            ff::av_opt_set(self.as_ptr().cast(), key.as_ptr(), text.as_ptr(), ff::AV_OPT_SEARCH_CHILDREN)
        };
        match code {
            0.. => Ok(()),
            ff::AVERROR_OPTION_NOT_FOUND => Err(unknown_option(name, value)),
            _ if code == ff::AVERROR(ff::ENOMEM) => Err(no_memory(format_args!("ffmpeg.{name}"))),
            _ => Err(Error::invalid(format!(
                "ffmpeg.{name} is \"{value}\", FFmpeg refuses that: {}",
                text_of(code)
            ))),
        }
    }

    /// The answer of a send or receive. Failures carry what the codec said, and FFmpeg's name for the code.
    pub fn answer(&self, what: &str, code: i32) -> Result<Answer> {
        match code {
            ff::AVERROR_EOF => Ok(Answer::End),
            _ if code == ff::AVERROR(ff::EAGAIN) => Ok(Answer::Again),
            _ => self.checked(Kind::Encoding, what, code).map(|()| Answer::Done),
        }
    }

    /// The answer of a send, which cannot be "again" where every output is received before the next input is sent.
    pub fn sent(&self, what: &str, code: i32) -> Result<()> {
        match self.answer(what, code)? {
            Answer::Done | Answer::End => Ok(()),
            Answer::Again => {
                Err(error(Kind::Internal, "an input was sent before every output was received", code))
            }
        }
    }

    fn checked(&self, kind: Kind, what: &str, code: i32) -> Result<()> {
        let checked = check(kind, what, code).map(drop);
        checked.map_err(|error| match self.words.take().filter(|_| code != ff::AVERROR(ff::EAGAIN)) {
            None => without_words(error, code),
            Some(Said { words, tick }) => {
                self.blamed.set(Some(tick));
                Error { text: format!("{} ({words})", error.text), ..error }
            }
        })
    }

    /// What it says to the log.
    pub fn words(&self) -> &Words {
        &self.words
    }

    /// Says which input is sent next, for its lines in the log.
    pub fn sends(&mut self, tick: i64) {
        // SAFETY: the context is valid. FFmpeg does not touch `opaque`, and copies it under its threads' locks.
        unsafe { (*self.as_ptr()).opaque = self.words.as_opaque(tick) };
    }

    /// The low 32 bits of the tick of the input that the last failure's words came from.
    pub fn blamed(&self) -> Option<u32> {
        self.blamed.get()
    }

    /// The setup bytes: an encoder's parameter sets, if they are not in band.
    pub fn extradata(&self) -> &[u8] {
        // SAFETY: the context is valid; FFmpeg keeps `extradata_size` bytes at `extradata`.
        unsafe {
            let context = &*self.as_ptr();
            if context.extradata.is_null() {
                return &[];
            }
            std::slice::from_raw_parts(
                context.extradata,
                usize::try_from(context.extradata_size).unwrap_or(0),
            )
        }
    }

    /// Gives the context `bytes` as its setup, before it is opened.
    pub fn set_extradata(&mut self, bytes: &[u8]) -> Result<()> {
        if bytes.is_empty() {
            return Ok(()); // some decoders take setup of no bytes for damage
        }
        let size =
            i32::try_from(bytes.len()).map_err(|_| Error::invalid("a description of 2 GiB or more"))?;
        // SAFETY: a fresh allocation with the padding that FFmpeg wants; the context frees it.
        unsafe {
            let copy = ff::av_mallocz(bytes.len() + ff::AV_INPUT_BUFFER_PADDING_SIZE as usize).cast::<u8>();
            if copy.is_null() {
                return Err(no_memory(format_args!("a description of {size} bytes")));
            }
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), copy, bytes.len());
            (*self.as_ptr()).extradata = copy;
            (*self.as_ptr()).extradata_size = size;
        }
        Ok(())
    }
}

/// What a failure without a word of the codec's means: threads that could not start (the code is that of pthread_create,
/// not the "again" of a send or receive, which never come here), and libraries that lacked threads or memory: of all other
/// reasons they tell.
fn without_words(error: Error, code: i32) -> Error {
    let missing = match code {
        _ if code == ff::AVERROR(ff::EAGAIN) => "a thread could not start",
        // -1 is what old parts of FFmpeg give for any failure; for all but this one they have words.
        ff::AVERROR_EXTERNAL | -1 => "memory or a thread was missing",
        _ => return error,
    };
    Error::out_of_memory(format!("{}: {missing}", error.text))
}

fn unknown_option(name: &str, value: &str) -> Error {
    Error::invalid(format!(
        "unknown key \"ffmpeg.{name}\" (value \"{value}\"): this codec has no such AVOption"
    ))
}

impl Drop for Context {
    fn drop(&mut self) {
        let mut context = self.context.as_ptr();
        // SAFETY: allocated by `new`, freed once; closes the codec and joins its threads.
        unsafe { ff::avcodec_free_context(&mut context) }
    }
}
