//! What ffmpeg shows of a file.

use std::path::Path;
use std::process::Command;

use super::support::run;

/// The pictures that ffmpeg shows of a file, by their sums.
pub fn shown(path: &Path) -> Vec<String> {
    shown_with(path, "error")
}

/// The same, where ffmpeg may say what is below `level`.
pub fn shown_with(path: &Path, level: &str) -> Vec<String> {
    let mut command = Command::new("ffmpeg");
    command.args(["-v", level, "-nostdin", "-i"]).arg(path);
    let output = run(command.args(["-map", "0:v:0", "-fps_mode", "passthrough", "-f", "framemd5", "-"]));
    let text = String::from_utf8(output.stdout).expect("ffmpeg writes UTF-8");
    let pictures = text.lines().filter(|line| !line.starts_with('#'));
    pictures.map(|line| line.rsplit(',').next().unwrap_or(line).trim().to_owned()).collect()
}
