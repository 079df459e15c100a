//! Safe values: formats, frames, chunks, configurations, colour and conversion. No FFmpeg names.

mod bytes;
mod chunk;
pub mod code_points;
mod color;
mod config;
pub mod convert;
pub mod copy;
mod form;
mod frame;
mod gamut;
pub mod key;
pub mod keys;
mod layout;
mod limits;
pub(crate) mod memory;
mod pixel_format;
mod planes;
mod pool;
mod primaries;
mod rect;
mod stream_facts;
mod transfer;

pub use bytes::{Bytes, PADDING_BYTES};
pub use chunk::{Chunk, ChunkInfo, ChunkRef};
pub use color::Color;
pub use config::Config;
pub use form::{Form, check_length};
pub use frame::{VideoFrame, VideoInfo};
pub use key::{Dictionary, Key, SideKey, Typed};
pub use layout::{Layout, MAX_SIDE, PlaneLayout, check_rect, plane_extent};
pub use limits::{Limits, PictureLimitNames};
pub use pixel_format::{PixelFormat, PlaneShape};
pub use planes::{Plane, Planes};
pub use pool::lock as pool_lock;
pub use rect::Rect;
pub use stream_facts::{Medium, Named, StreamFacts};
