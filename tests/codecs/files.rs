//! Chunks as a file that ffmpeg reads.

use std::path::PathBuf;
use std::process::Command;

use crate::c_api::Out;
use crate::support::{run, scratch};
use crate::{Case, HEIGHT, WIDTH};

/// Frames that ffmpeg decodes of the chunks.
pub fn ffmpegs(case: &Case, name: &str, chunks: &[Out]) -> Vec<Vec<u8>> {
    let path = written(case, name, chunks);
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-nostdin", "-i"]).arg(path);
    command.args(["-fps_mode", "passthrough", "-pix_fmt", "yuv420p", "-f", "rawvideo", "-"]);
    let bytes = run(&mut command).stdout;
    bytes.chunks((WIDTH * HEIGHT * 3 / 2) as usize).map(<[u8]>::to_vec).collect()
}

/// Annex B as it is, other codecs in IVF: 32 bytes, then 12 before each chunk.
fn written(case: &Case, name: &str, chunks: &[Out]) -> PathBuf {
    let tag = match case.codec.split('.').next().unwrap() {
        "vp8" => *b"VP80",
        "vp09" => *b"VP90",
        "avc1" => return crate::c_api::clips::annexb_file(&format!("{name}.h264"), chunks),
        other => panic!("IVF of {other}"),
    };
    let mut bytes = b"DKIF\0\0\x20\0".to_vec();
    bytes.extend(tag);
    bytes.extend((WIDTH as u16).to_le_bytes());
    bytes.extend((HEIGHT as u16).to_le_bytes());
    bytes.extend(1_000_000u32.to_le_bytes());
    bytes.extend(1u32.to_le_bytes());
    bytes.extend(u64::try_from(chunks.len()).unwrap().to_le_bytes());
    for chunk in chunks {
        bytes.extend(u32::try_from(chunk.data.len()).unwrap().to_le_bytes());
        bytes.extend(u64::try_from(chunk.timestamp_us).unwrap().to_le_bytes());
        bytes.extend(&chunk.data);
    }
    let path = scratch(&format!("{name}.ivf"));
    std::fs::write(&path, bytes).unwrap();
    path
}
