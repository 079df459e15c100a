//! The README shows the example programs as they are, in four languages.

use std::fs;
use std::path::Path;

#[test]
fn the_programs_in_the_readme_are_the_examples() {
    let read = |name: &str| fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap();
    let readme = read("README.md");
    for (language, ending) in [("c", "c"), ("cpp", "cpp"), ("python", "py"), ("js", "mjs")] {
        for name in ["encode", "sound"].map(|name| format!("examples/{name}.{ending}")) {
            let shown = format!("```{language}\n{}```", read(&name));
            assert!(readme.contains(&shown), "copy {name} into README.md");
        }
    }
}
