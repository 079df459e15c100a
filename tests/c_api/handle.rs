//! Encoders and decoders, driven by one thread: what is polled is copied and released at once.

use std::ffi::c_char;
use std::ptr;

use super::config::fg_config;
use super::frame::fg_frame;
use super::media::{Config, Frame};
use super::{Refused, check, pod, types::*};

#[allow(non_camel_case_types)]
#[repr(C)]
pub struct fg_encoder(u8);
#[allow(non_camel_case_types)]
#[repr(C)]
pub struct fg_decoder(u8);

/// The functions that encoders and decoders share.
struct Verbs<T: 'static> {
    configure: unsafe extern "C" fn(*mut T, *const fg_config) -> fg_status,
    flush: unsafe extern "C" fn(*mut T, *mut u64) -> fg_status,
    poll: unsafe extern "C" fn(*mut T, *mut fg_output, i32) -> fg_status,
    wait: unsafe extern "C" fn(*mut T, u32, *mut u32, i32) -> fg_status,
    reset: unsafe extern "C" fn(*mut T) -> fg_status,
    free: unsafe extern "C" fn(*mut T),
    stats: unsafe extern "C" fn(*const T, *mut fg_stats) -> fg_status,
    error: unsafe extern "C" fn(*const T, *mut c_char, usize) -> fg_status,
}

macro_rules! verbs {
    ($name:ident, $type:ident: $configure:ident $flush:ident $poll:ident $wait:ident $reset:ident $free:ident $stats:ident $error:ident) => {
        unsafe extern "C" {
            fn $configure(handle: *mut $type, config: *const fg_config) -> fg_status;
            fn $flush(handle: *mut $type, id: *mut u64) -> fg_status;
            fn $poll(handle: *mut $type, output: *mut fg_output, timeout_ms: i32) -> fg_status;
            fn $wait(handle: *mut $type, want: u32, ready: *mut u32, timeout_ms: i32) -> fg_status;
            fn $reset(handle: *mut $type) -> fg_status;
            fn $free(handle: *mut $type);
            fn $stats(handle: *const $type, stats: *mut fg_stats) -> fg_status;
            fn $error(handle: *const $type, text: *mut c_char, capacity: usize) -> fg_status;
        }
        static $name: Verbs<$type> = Verbs {
            configure: $configure,
            flush: $flush,
            poll: $poll,
            wait: $wait,
            reset: $reset,
            free: $free,
            stats: $stats,
            error: $error,
        };
    };
}

verbs!(ENCODER, fg_encoder: fg_encoder_configure fg_encoder_flush fg_encoder_poll fg_encoder_wait
    fg_encoder_reset fg_encoder_free fg_encoder_stats fg_encoder_error);
verbs!(DECODER, fg_decoder: fg_decoder_configure fg_decoder_flush fg_decoder_poll fg_decoder_wait
    fg_decoder_reset fg_decoder_free fg_decoder_stats fg_decoder_error);

unsafe extern "C" {
    fn fg_encoder_new(config: *const fg_config, encoder: *mut *mut fg_encoder) -> fg_status;
    fn fg_decoder_new(config: *const fg_config, decoder: *mut *mut fg_decoder) -> fg_status;
    fn fg_encoder_enqueue(
        encoder: *mut fg_encoder,
        frame: *mut fg_frame,
        options: *const fg_encode_options,
        timeout_ms: i32,
    ) -> fg_status;
    fn fg_decoder_enqueue(decoder: *mut fg_decoder, chunk: *const fg_chunk, timeout_ms: i32) -> fg_status;
    fn fg_release_output(token: u64) -> fg_status;
    fn fg_frame_retain(frame: *mut fg_frame) -> *mut fg_frame;
}

/// An output, copied.
pub struct Out {
    pub kind: i32,
    pub status: fg_status,
    pub timestamp_us: i64,
    pub duration_us: i64,
    pub dts_us: i64,
    pub id: u64,
    pub key: bool,
    /// A chunk to decode and not to show.
    pub discard: bool,
    pub data: Vec<u8>,
    pub alpha: Vec<u8>,
    pub temporal_layer: u32,
    pub priming: u32,
    pub padding: u32,
    pub frame: Option<Frame>,
    pub config: Option<Config>,
    pub flush_id: u64,
}

impl Out {
    /// A chunk to decode.
    pub fn chunk(timestamp_us: i64, key: bool, data: Vec<u8>) -> Self {
        Self {
            kind: FG_OUTPUT_CHUNK,
            status: FG_OK,
            timestamp_us,
            duration_us: -1,
            dts_us: FG_NO_TIMESTAMP,
            id: 0,
            key,
            discard: false,
            data,
            alpha: Vec::new(),
            temporal_layer: 0,
            priming: 0,
            padding: 0,
            frame: None,
            config: None,
            flush_id: 0,
        }
    }
}

/// An encoder or decoder.
pub struct Handle<T: 'static> {
    handle: *mut T,
    verbs: &'static Verbs<T>,
}

pub struct Encoder(Handle<fg_encoder>);
pub struct Decoder(Handle<fg_decoder>);

impl<T> Handle<T> {
    pub fn configure(&self, config: &Config) -> Result<(), Refused> {
        // SAFETY: both objects are live, as in the rest of this file, where results have their places.
        check(unsafe { (self.verbs.configure)(self.handle, config.0) }).map(drop)
    }

    pub fn flush(&self) -> Result<u64, Refused> {
        let mut id = 0;
        // SAFETY: as above.
        check(unsafe { (self.verbs.flush)(self.handle, &mut id) }).map(|_| id)
    }

    pub fn reset(&self) -> Result<(), Refused> {
        // SAFETY: as above.
        check(unsafe { (self.verbs.reset)(self.handle) }).map(drop)
    }

    pub fn stats(&self) -> fg_stats {
        let mut stats = pod!(fg_stats);
        // SAFETY: as above.
        check(unsafe { (self.verbs.stats)(self.handle, &mut stats) }).unwrap();
        stats
    }

    /// fg_*_error.
    pub fn error(&self) -> String {
        let mut text = [0u8; 2048];
        // SAFETY: as above.
        check(unsafe { (self.verbs.error)(self.handle, text.as_mut_ptr().cast(), text.len()) }).unwrap();
        let end = text.iter().position(|byte| *byte == 0).unwrap();
        String::from_utf8(text[..end].to_vec()).unwrap()
    }

    /// The FG_READY_ bits that a wait without end gave.
    pub fn wait(&self, want: u32) -> Result<u32, Refused> {
        let mut ready = 0;
        // SAFETY: as above.
        check(unsafe { (self.verbs.wait)(self.handle, want, &mut ready, -1) }).map(|_| ready)
    }

    /// The next output, copied and released; a positive status if there is none.
    pub fn poll(&self, timeout_ms: i32) -> Result<Result<Out, fg_status>, Refused> {
        let mut output = pod!(fg_output);
        // SAFETY: as above.
        match check(unsafe { (self.verbs.poll)(self.handle, &mut output, timeout_ms) })? {
            FG_OK => Ok(Ok(Out::take(&output))),
            wait => Ok(Err(wait)),
        }
    }

    /// Everything up to the flushed item, without it.
    pub fn until_flushed(&self) -> Result<Vec<Out>, Refused> {
        let mut outs = Vec::new();
        loop {
            let out = self.poll(-1)?.expect("a poll without end gives an output");
            match out.kind {
                FG_OUTPUT_FLUSHED => return Ok(outs),
                _ => outs.push(out),
            }
        }
    }

    /// Enqueues everything as the gate lets it, polling what is ready, and flushes. Ends with the flush or an
    /// FG_OUTPUT_ERROR, which is the last output then.
    fn run(&self, inputs: usize, enqueue: impl Fn(usize) -> fg_status) -> Result<Vec<Out>, Refused> {
        let (mut sent, mut flushed, mut outs) = (0, false, Vec::new());
        loop {
            if sent == inputs && !flushed {
                match self.flush() {
                    Err(refused) if refused.status == FG_ERROR_ENCODING => (), // the error output follows
                    result => drop(result?),
                }
                flushed = true;
            }
            let ready = self.wait(if flushed { FG_READY_POLL } else { FG_READY_POLL | FG_READY_ENQUEUE })?;
            if ready & FG_READY_POLL != 0 {
                match self.poll(0)? {
                    Ok(out) if out.kind == FG_OUTPUT_FLUSHED => return Ok(outs),
                    Ok(out) => outs.push(out),
                    Err(wait) => panic!("poll was ready and said {wait}"),
                }
                if outs.last().is_some_and(|out| out.kind == FG_OUTPUT_ERROR) {
                    return Ok(outs);
                }
            } else if ready & FG_READY_ENQUEUE != 0 {
                match check(enqueue(sent)) {
                    Ok(FG_OK) => sent += 1,
                    Ok(_) => (),
                    Err(refused) if refused.status == FG_ERROR_ENCODING => (),
                    Err(refused) => return Err(refused),
                }
            }
        }
    }
}

impl<T> Drop for Handle<T> {
    fn drop(&mut self) {
        // SAFETY: ours, and last.
        unsafe { (self.verbs.free)(self.handle) }
    }
}

impl Out {
    fn take(output: &fg_output) -> Self {
        let copied = |data: *const u8, size: u64| match data.is_null() {
            true => Vec::new(),
            // SAFETY: valid until the release below.
            false => unsafe { std::slice::from_raw_parts(data, size as usize) }.to_vec(),
        };
        let (data, alpha) = (copied(output.data, output.size), copied(output.alpha_data, output.alpha_size));
        // SAFETY: as above.
        let frame = (!output.frame.is_null()).then(|| Frame(unsafe { fg_frame_retain(output.frame) }));
        // SAFETY: as above.
        let config = (!output.config.is_null()).then(|| unsafe { Config::copy_of(output.config) });
        assert_eq!(config.is_some(), output.flags & FG_OUTPUT_CONFIG != 0);
        // SAFETY: no preconditions.
        check(unsafe { fg_release_output(output.token) }).unwrap();
        Self {
            kind: output.kind,
            status: output.status,
            timestamp_us: output.timestamp_us,
            duration_us: output.duration_us,
            dts_us: output.dts_us,
            id: output.id,
            discard: false,
            key: output.flags & FG_OUTPUT_KEY != 0,
            data,
            alpha,
            temporal_layer: output.temporal_layer,
            priming: output.priming,
            padding: output.padding,
            frame,
            config,
            flush_id: output.flush_id,
        }
    }
}

impl std::ops::Deref for Encoder {
    type Target = Handle<fg_encoder>;
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Encoder {
    pub fn new(config: &Config) -> Result<Self, Refused> {
        let mut handle = ptr::null_mut();
        // SAFETY: a live configuration and a place.
        check(unsafe { fg_encoder_new(config.0, &mut handle) })?;
        Ok(Self(Handle { handle, verbs: &ENCODER }))
    }

    /// `how`: key frame, quantizer (-1 none).
    pub fn enqueue(&self, frame: &Frame, how: (bool, i32), timeout_ms: i32) -> Result<fg_status, Refused> {
        check(self.offer(frame, how, timeout_ms))
    }

    fn offer(&self, frame: &Frame, (key_frame, quantizer): (bool, i32), timeout_ms: i32) -> fg_status {
        let mut options = pod!(fg_encode_options);
        (options.key_frame, options.quantizer) = (i32::from(key_frame), quantizer);
        // SAFETY: live objects and a struct.
        unsafe { fg_encoder_enqueue(self.0.handle, frame.0, &options, timeout_ms) }
    }

    /// Encodes the frames and flushes.
    pub fn encode(&self, frames: &[Frame]) -> Result<Vec<Out>, Refused> {
        self.encode_with(frames, |_| (false, -1))
    }

    /// As `encode`, with options by index.
    pub fn encode_with(
        &self,
        frames: &[Frame],
        how: impl Fn(usize) -> (bool, i32),
    ) -> Result<Vec<Out>, Refused> {
        self.0.run(frames.len(), |index| self.offer(&frames[index], how(index), 0))
    }
}

impl std::ops::Deref for Decoder {
    type Target = Handle<fg_decoder>;
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Decoder {
    pub fn new(config: &Config) -> Result<Self, Refused> {
        let mut handle = ptr::null_mut();
        // SAFETY: a live configuration and a place.
        check(unsafe { fg_decoder_new(config.0, &mut handle) })?;
        Ok(Self(Handle { handle, verbs: &DECODER }))
    }

    pub fn enqueue(&self, chunk: &Out, timeout_ms: i32) -> Result<fg_status, Refused> {
        check(self.offer(chunk, timeout_ms))
    }

    fn offer(&self, out: &Out, timeout_ms: i32) -> fg_status {
        let mut chunk = pod!(fg_chunk);
        let flag = |set, bit| if set { bit } else { 0 };
        chunk.flags = flag(out.key, FG_CHUNK_KEY) | flag(out.discard, FG_CHUNK_DISCARD);
        (chunk.timestamp_us, chunk.duration_us, chunk.dts_us, chunk.id) =
            (out.timestamp_us, out.duration_us, out.dts_us, out.id);
        (chunk.data, chunk.size) = (out.data.as_ptr(), out.data.len() as u64);
        (chunk.alpha_data, chunk.alpha_size) = (out.alpha.as_ptr(), out.alpha.len() as u64);
        // SAFETY: a live decoder, and a struct whose data lives through the call.
        unsafe { fg_decoder_enqueue(self.0.handle, &chunk, timeout_ms) }
    }

    /// Decodes the chunks and flushes.
    pub fn decode(&self, chunks: &[Out]) -> Result<Vec<Out>, Refused> {
        self.0.run(chunks.len(), |index| self.offer(&chunks[index], 0))
    }
}
