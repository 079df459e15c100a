//! What Rust says, written down for the other languages: framegate.h (by build.rs, from src/ffi), and from it and the tables
//! of `media` and `registry` the Node and Python packages' tables and docs/reference.md. `make header` writes them anew.

mod c;
mod keys;
mod python;
mod reference;
mod typescript;

use std::fs;
use std::path::Path;

use c::Header;
use framegate::media::{PixelFormat, SampleFormat};

const HEADER: &str = include_str!(concat!(env!("OUT_DIR"), "/framegate.h"));

/// Compares a committed file with what it should be, or writes it.
fn check(path: &str, generated: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("FRAMEGATE_UPDATE_HEADER").is_some() {
        fs::write(&path, generated).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap();
    assert!(committed == generated, "{} is not what the sources say: run `make header`", path.display());
}

#[test]
fn the_header() {
    check("include/framegate.h", HEADER);
}

/// The enum's numbers are the header's.
#[test]
fn the_pixel_formats() {
    let constants = Header::read(HEADER).constants;
    let named = constants
        .iter()
        .filter_map(|constant| Some((constant.name.strip_prefix("FG_PIXEL_")?, constant.value)));
    let ours = PixelFormat::ALL.into_iter().map(|format| (format.name(), format as i64));
    assert_eq!(named.collect::<Vec<_>>(), ours.collect::<Vec<_>>());
}

#[test]
fn the_sample_formats() {
    let constants = Header::read(HEADER).constants;
    let named = constants.iter().filter_map(|constant| {
        Some((constant.name.strip_prefix("FG_SAMPLE_")?.to_lowercase().replace('_', "-"), constant.value))
    });
    let ours = SampleFormat::ALL.into_iter().map(|format| (format.name().to_owned(), format as i64));
    assert_eq!(named.collect::<Vec<_>>(), ours.collect::<Vec<_>>());
}

#[test]
fn the_node_package() {
    check("bindings/node/src/native/generated.ts", &typescript::file(&Header::read(HEADER)));
}

#[test]
fn the_python_package() {
    check("bindings/python/src/framegate/_native/generated.py", &python::tables(&Header::read(HEADER)));
    check("bindings/python/src/framegate/members.py", &python::members());
}

#[test]
fn the_reference() {
    check("docs/reference.md", &reference::page(&Header::read(HEADER)));
}
