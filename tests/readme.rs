//! The README shows examples/encode.c as it is.

use std::fs;
use std::path::Path;

#[test]
fn the_program_in_the_readme_is_the_example() {
    let read = |name: &str| fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap();
    let (readme, example) = (read("README.md"), read("examples/encode.c"));
    assert!(readme.contains(&format!("```c\n{example}```")), "copy examples/encode.c into README.md");
}
