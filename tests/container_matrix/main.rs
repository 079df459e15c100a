//! Every codec in every container, on every way: ffprobe is the judge of what is written, and our demuxer reads it back.

#[path = "../c_api/mod.rs"]
mod c_api;
mod live;
mod matrix;
mod memory;
mod sources;
#[path = "../support/mod.rs"]
mod support;
mod tools;
