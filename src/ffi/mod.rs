//! The C API: the only room with exported functions. Each checks its arguments, converts them, calls, and converts
//! the result back; `guard` keeps panics inside and the text of errors for `fg_last_error`.
//!
//! A file an object of the header: `config`, `frame` with `audio_frame`, `encoder`, `decoder`, `demuxer` with
//! `file_info`, `muxer`, `waitset`. `handle` is what
//! encoder and decoder share and `encoder_calls` its functions, `estate` what ends with a thread, `output` how outputs are lent,
//! `own` who frees what, `pod` how structs cross, `picture` and `sound` how those of a frame are read, `types` and `file_types` the structs, with
//! `constants` and `defaults`.

mod audio_frame;
mod config;
mod constants;
mod decoder;
mod decoder_calls {
    include!(concat!(env!("OUT_DIR"), "/decoder_calls.rs"));
}
mod defaults;
mod demuxer;
mod encoder;
mod encoder_calls;
mod estate;
mod file_info;
mod file_types;
mod fork;
mod frame;
mod guard;
mod handle;
mod host_io;
mod host_memory;
mod log;
mod muxer;
mod output;
mod own;
mod picture;
mod pod;
mod resampler;
mod sound;
mod status;
mod types;
mod version;
mod waitset;
