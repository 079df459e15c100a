//! The README shows the four example programs as they are.

use std::fs;
use std::path::Path;

#[test]
fn the_programs_in_the_readme_are_the_examples() {
    let read = |name: &str| fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap();
    let readme = read("README.md");
    for (language, name) in
        [("c", "encode.c"), ("cpp", "encode.cpp"), ("python", "encode.py"), ("js", "encode.mjs")]
    {
        let example = read(&format!("examples/{name}"));
        assert!(
            readme.contains(&format!("```{language}\n{example}```")),
            "copy examples/{name} into README.md"
        );
    }
}
