//! include/framegate.h is what build.rs generates from src/ffi. `make header` writes it anew.

use std::fs;
use std::path::Path;

#[test]
fn the_committed_header_is_the_generated_one() {
    let generated = fs::read_to_string(concat!(env!("OUT_DIR"), "/framegate.h")).unwrap();
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("include/framegate.h");
    if std::env::var_os("FRAMEGATE_UPDATE_HEADER").is_some() {
        fs::write(&committed, &generated).unwrap();
    }
    let committed = fs::read_to_string(committed).unwrap();
    assert!(committed == generated, "include/framegate.h is not what src/ffi says: run `make header`");
}
