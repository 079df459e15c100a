//! The rooms of framegate that know neither FFmpeg nor C.

#[path = "../../src/bell.rs"]
pub mod bell;
#[path = "../../src/crowd.rs"]
pub mod crowd;
#[path = "../../src/error.rs"]
pub mod error;
#[path = "../../src/gate.rs"]
pub mod gate;
#[path = "../../src/machine/mod.rs"]
pub mod machine;
#[path = "../../src/sync/mod.rs"]
pub mod sync;
