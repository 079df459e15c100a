//! Compiles the C shim, sets the soname, and generates the C header into OUT_DIR.

use std::env;
use std::path::Path;

// The build script fails the build with these texts; there is nobody else to tell.
fn main() {
    println!("cargo::rerun-if-changed=src/ffi");
    println!("cargo::rerun-if-changed=src/av/shim.c");
    println!("cargo::rerun-if-changed=include/cbindgen.toml");
    // The header and the shim are for the real library, not for the model of its heart.
    if env::var_os("CARGO_CFG_LOOM").is_some() {
        return;
    }
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let out = env::var("OUT_DIR").expect("cargo sets it");

    cc::Build::new()
        .file("src/av/shim.c")
        .flag("-fvisibility=hidden")
        .warnings(true)
        .compile("framegate_shim");

    // Programs find the library by its soname; hosts that dlclose at exit must not unmap running threads' code.
    println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libframegate.so.0");
    println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");

    let decoder_calls = Path::new(&out).join("decoder_calls.rs");
    let calls = std::fs::read_to_string("src/ffi/encoder_calls.rs").expect("a source file");
    std::fs::write(&decoder_calls, of_decoders(&calls)).expect("OUT_DIR is writable");

    let config =
        cbindgen::Config::from_file(Path::new(&root).join("include/cbindgen.toml")).expect("cbindgen.toml");
    let mut sources: Vec<_> = [
        "constants",
        "types",
        "file_types",
        "status",
        "guard",
        "version",
        "config",
        "frame",
        "audio_frame",
        "encoder",
        "encoder_calls",
        "decoder",
        "output",
        "waitset",
        "demuxer",
        "file_info",
        "muxer",
        "resampler",
        "log",
    ]
    .map(|name| Path::new(&root).join(format!("src/ffi/{name}.rs")))
    .to_vec();
    let after_decoder = sources.iter().position(|path| path.ends_with("output.rs")).expect("it is there");
    sources.insert(after_decoder, decoder_calls);
    let builder = sources
        .iter()
        .fold(cbindgen::Builder::new().with_config(config), |builder, path| builder.with_src(path));
    let mut header = Vec::new();
    builder.generate().expect("the header generates from src/ffi").write(&mut header);
    // C89 has no such comments, and cbindgen writes them in any style.
    let header = String::from_utf8(header).expect("UTF-8").replace("// __cplusplus", "/* __cplusplus */");
    std::fs::write(Path::new(&out).join("framegate.h"), header).expect("OUT_DIR is writable");
}

/// What is said of encoders, said of decoders; without the file's own comment, which `include!` does not take.
fn of_decoders(calls: &str) -> String {
    let lines: Vec<_> = calls.lines().filter(|line| !line.starts_with("//!")).collect();
    lines.join("\n").replace("an encoder", "a decoder").replace("encoder", "decoder")
}
