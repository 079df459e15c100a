//! FFmpeg's log: kept from the host's stderr, and read for the words of a failure.
//!
//! What a codec says before it fails ("error while decoding MB 7 3") only goes to the log, from whichever of its
//! threads. Each codec or format context carries a number in `opaque`, which its threads' copies share; the lines of
//! a context with a number are kept as its last words.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ffi::{CStr, c_char, c_int, c_void};

use ffmpeg_sys_next as ff;

use super::callbacks::{HostLog, framegate_shim_log, framegate_shim_log_others, log_is_ours, log_line};
use crate::log::{self, Level};
use crate::sync::Mutex;
use crate::sync::lock::Lock;

/// More than a few sentences of a codec's help nobody.
const MAX_WORDS_BYTES: usize = 400;

/// How the lines begin in which decoders say that a picture is damaged. They paint over the damage and go
/// on; what they say of anything else (messages, parameter sets that nobody uses) is no damage. The first is information
/// to FFmpeg, and where threads share a picture they paint nothing over and say only the others.
const DAMAGE: [&str; 3] = ["concealing ", "error while decoding MB", "decode_slice_header error"];

/// The line tells of damage to a picture.
fn is_damage(text: &str) -> bool {
    DAMAGE.iter().any(|begin| text.starts_with(begin))
}

static LOG: Mutex<Log> = Mutex::new(Log { taken_over: false, next: 1, words: BTreeMap::new() });

struct Log {
    taken_over: bool,
    /// A number that was not given out yet, or long ago.
    next: u32,
    /// What each context said last, by its number.
    words: BTreeMap<u32, Vec<Line>>,
}

/// For fork.
pub fn lock() -> &'static dyn Lock {
    &LOG
}

/// Takes over FFmpeg's log. Every function that opens an FFmpeg object calls it first.
pub fn init() {
    let mut log = LOG.lock();
    if std::mem::replace(&mut log.taken_over, true) {
        return;
    }
    let loudest = match () {
        () if log::wants(Level::Debug) => ff::AV_LOG_DEBUG,
        () => ff::AV_LOG_INFO, // also when silent: for the words of failures, and DAMAGE
    };
    // SAFETY: `log_line` stays valid (the library is never unloaded: nodelete) and may run on any thread.
    unsafe { framegate_shim_log(log_line, log_is_ours, loudest as c_int) };
}

/// Sends the lines of the host's own objects of FFmpeg to a log callback of the host's.
///
/// # Safety
/// `callback` is `None` or of the type that `av_log_set_callback` takes, and may be called on any thread from now on.
pub unsafe fn set_others(callback: HostLog) {
    init();
    // SAFETY: the caller's promise.
    unsafe { framegate_shim_log_others(callback) };
}

/// True if a line is this library's: of one of its codecs, or of whatever this thread is doing for it.
///
/// # Safety
/// As [`line()`].
pub unsafe fn is_ours(object: *mut c_void) -> bool {
    // SAFETY: the caller's promise.
    log::is_inside() || unsafe { opaque_of(object) }.is_some_and(|opaque| opaque & OURS != 0)
}

/// `opaque` of the codec or format context that a log object is, or says that it belongs to; `None` for NULL and others.
///
/// # Safety
/// As [`line()`].
unsafe fn opaque_of(object: *mut c_void) -> Option<u64> {
    let mut object = object;
    while !object.is_null() {
        // SAFETY: the first member of any log object is its class, which may be NULL; a codec context's class is
        // avcodec's, which makes the object an AVCodecContext, and a format context's is avformat's. An object with
        // a parent keeps the pointer to it where its class says.
        unsafe {
            let class = object.cast::<*const ff::AVClass>().read();
            if class == ff::avcodec_get_class() {
                return Some((*object.cast::<ff::AVCodecContext>()).opaque.addr() as u64);
            }
            if class == ff::avformat_get_class() {
                return Some((*object.cast::<ff::AVFormatContext>()).opaque.addr() as u64);
            }
            let class = class.as_ref()?;
            let parent =
                usize::try_from(class.parent_log_context_offset).ok().filter(|offset| *offset > 0)?;
            object = object.byte_add(parent).cast::<*mut c_void>().read();
        }
    }
    None
}

/// In `opaque` of our contexts. Set in no pointer of a host's: the upper half of the address space is the kernel's.
const OURS: u64 = 1 << 63;

/// A line of a codec's.
struct Line {
    /// The low 32 bits of the tick of the input that it is about.
    tick: u32,
    text: String,
}

/// What a codec said of one input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The low 32 bits of the input's tick (see [`Words::as_opaque`]).
    pub tick: u32,
    /// Its lines.
    pub words: String,
}

/// The number of one codec or format context, and what it said last.
pub struct Words(u32);

impl Words {
    /// A new number.
    pub fn new() -> Self {
        let mut log = LOG.lock();
        loop {
            let number = log.next;
            log.next = (number + 1) & i32::MAX as u32; // the bit above is OURS
            if let Entry::Vacant(place) = log.words.entry(number) {
                place.insert(Vec::new());
                return Self(number);
            }
        }
    }

    /// For `opaque` of a context: this number and the tick of the input that is sent next. FFmpeg copies
    /// `opaque` to the thread that works on the input, so lines from any of them tell their input.
    pub fn as_opaque(&self, tick: i64) -> *mut c_void {
        let tick = tick as u32; // the low bits tell apart all that can be in work at one time
        std::ptr::without_provenance_mut((OURS | (u64::from(self.0) << 32) | u64::from(tick)) as usize)
    }

    /// What was said of the oldest input that anything was said of. Forgets everything.
    pub fn take(&self) -> Option<Said> {
        let lines = LOG.lock().words.get_mut(&self.0).map(std::mem::take)?;
        // Threads are at neighbours, so that the difference of two ticks is small, also where the low bits wrap.
        let tick =
            lines.iter().map(|line| line.tick).min_by_key(|tick| tick.wrapping_sub(lines[0].tick) as i32)?;
        Some(Said { tick, words: joined(lines.iter().filter(|line| line.tick == tick)) })
    }

    /// What was said of the oldest damaged picture up to `tick`, whose picture has come out: damage to a picture is in
    /// all that refer to it. Forgets what was said up to there.
    pub fn take_damage(&self, tick: i64) -> Option<Said> {
        let mut log = LOG.lock();
        let lines = log.words.get_mut(&self.0)?;
        if lines.is_empty() {
            return None;
        }
        let age = |line: &Line| (tick as u32).wrapping_sub(line.tick) as i32;
        let said: Vec<_> = lines.extract_if(.., |line| age(line) >= 0).collect();
        let oldest = said.iter().filter(|line| is_damage(&line.text)).max_by_key(|line| age(line))?.tick;
        Some(Said { tick: oldest, words: joined(said.iter().filter(|line| line.tick == oldest)) })
    }

    /// Forgets what was said of one input.
    pub fn forget(&self, tick: i64) {
        if let Some(lines) = LOG.lock().words.get_mut(&self.0) {
            lines.retain(|line| line.tick != tick as u32);
        }
    }
}

fn joined<'a>(lines: impl Iterator<Item = &'a Line>) -> String {
    lines.map(|line| line.text.as_str()).collect::<Vec<_>>().join("; ")
}

const _: () = assert!(usize::BITS >= 64, "a context's number and a tick must fit a pointer");

impl Drop for Words {
    fn drop(&mut self) {
        LOG.lock().words.remove(&self.0);
    }
}

/// One line of FFmpeg's log. Never calls the host.
///
/// # Safety
/// `object` is NULL or begins with a pointer to its AVClass; `line` is NUL-terminated. libavutil's contract.
pub unsafe fn line(object: *mut c_void, level: c_int, line: *const c_char) {
    // SAFETY: as the contract says.
    let text = unsafe { CStr::from_ptr(line) }.to_string_lossy();
    let level = match level {
        _ if level <= ff::AV_LOG_ERROR as c_int => Level::Error,
        _ if level <= ff::AV_LOG_WARNING as c_int => Level::Warning,
        _ if level <= ff::AV_LOG_INFO as c_int => Level::Info,
        _ => Level::Debug,
    };
    log::say(level, &text);
    if (level == Level::Error || is_damage(&text))
        // SAFETY: the caller's promise.
        && let Some(opaque) = unsafe { opaque_of(object) }
        && opaque & OURS != 0
    {
        keep_of(opaque, text.trim());
    }
}

/// Words of this library's about the input that a codec context is at.
///
/// # Safety
/// `context` is alive and in use by the calling thread.
pub unsafe fn say_of(context: *const ff::AVCodecContext, text: &str) {
    log::say(Level::Error, text);
    // SAFETY: the caller's promise.
    let opaque = unsafe { (*context).opaque.addr() as u64 };
    keep_of(opaque, text);
}

fn keep_of(opaque: u64, text: &str) {
    keep(((opaque & !OURS) >> 32) as u32, opaque as u32, text);
}

fn keep(number: u32, tick: u32, text: &str) {
    let mut log = LOG.lock();
    let Some(lines) = log.words.get_mut(&number) else { return };
    let bytes: usize = lines.iter().map(|line| line.text.len()).sum();
    // Damage must not go unnoticed for the many words that were said of other things: once an input.
    let noticed = || lines.iter().any(|line| line.tick == tick && is_damage(&line.text));
    if bytes + text.len() < MAX_WORDS_BYTES || (is_damage(text) && !noticed()) {
        lines.push(Line { tick, text: text.to_owned() });
    }
}
