//! Compiles and runs the programs of `c_tests/` against the library as C and C++ hosts see it, and the headers
//! by themselves.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

const WARNINGS: &[&str] =
    &["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wsign-conversion", "-Wshadow", "-Werror"];

/// One test a program, and the list of them all.
macro_rules! programs {
    ($($name:ident . $extension:ident),* $(,)?) => {
        const PROGRAMS: &[&str] = &[$(concat!(stringify!($name), ".", stringify!($extension))),*];
        $(#[test] fn $name() { run(concat!(stringify!($name), ".", stringify!($extension))); })*
    };
}

programs! {
    close_while_blocked.c, containers.c, failing_io.c, fork.c, frames.c, gate_one_thread.c, gate_two_threads.c, held_outputs.c, host_log.c,
    lifecycle.c, many_handles.c, misuse.c, on_free.c, raii.cpp, random_calls.cpp, refused_input.c, round_trip.c,
    roundtrip.cpp, soak.c, sound_frames.c, thread_end.c, threads.c, waitset.c, wake_fd.c, would_deadlock.c,
}

#[test]
fn every_program_is_listed() {
    let mut found: Vec<String> = fs::read_dir(root().join("c_tests"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".c") || name.ends_with(".cpp"))
        .collect();
    found.sort();
    assert_eq!(found, PROGRAMS);
}

/// Who adds a function adds random calls of it.
#[test]
fn random_calls_has_every_function() {
    let mut program = String::new();
    for entry in fs::read_dir(root().join("c_tests/random_calls")).unwrap() {
        program += &fs::read_to_string(entry.unwrap().path()).unwrap();
    }
    program += &fs::read_to_string(root().join("c_tests/random_calls.cpp")).unwrap();
    let missing: Vec<_> = functions().difference(&c_names(&program)).cloned().collect();
    assert!(missing.is_empty(), "c_tests/random_calls.cpp does not call {missing:?}");
}

/// Every function of framegate.h is to be had in framegate.hpp, and every kind of readiness, chunk and frame.
#[test]
fn the_cpp_header_has_what_the_c_header_has() {
    /// fg_demuxer_open_limits and fg_demuxer_open_io_limits do the same.
    const ANOTHER_WAY: [&str; 2] = ["fg_demuxer_open", "fg_demuxer_open_io"];
    let cpp = fs::read_to_string(root().join("include/framegate.hpp")).unwrap();
    let missing = functions().difference(&c_names(&cpp)).cloned().collect::<Vec<_>>();
    assert_eq!(missing, ANOTHER_WAY);
    let header = fs::read_to_string(root().join("include/framegate.h")).unwrap();
    let flags = |text: &str| {
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let kinds = ["FG_READY_", "FG_CHUNK_", "FG_VIDEO_FLAG_", "FG_OUTPUT_"];
        let is_flag =
            |word: &&str| kinds.iter().any(|kind| word.len() > kind.len() && word.starts_with(kind));
        words.filter(is_flag).map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let missing: Vec<_> = flags(&header).difference(&flags(&cpp)).cloned().collect();
    assert_eq!(missing, ["FG_OUTPUT_CONFIG"], "whether there is a configuration is to be seen by itself");
}

/// The names of C functions and types in a text.
fn c_names(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| word.starts_with("fg_")).map(str::to_owned).collect()
}

/// The functions that framegate.h declares.
fn functions() -> BTreeSet<String> {
    let header = fs::read_to_string(root().join("include/framegate.h")).unwrap();
    let code = header.split("extern \"C\" {").nth(1).unwrap();
    let declared: BTreeSet<_> = code
        .lines()
        .filter(|line| !line.trim_start().starts_with('*'))
        .filter_map(|line| line.split_once('(').map(|(before, _)| before.rsplit([' ', '*']).next().unwrap()))
        .filter(|name| name.starts_with("fg_"))
        .map(str::to_owned)
        .collect();
    assert!(declared.len() > 60);
    declared
}

#[test]
fn the_headers_compile_alone() {
    for (language, standard, header) in [
        ("c", "c89", "framegate.h"),
        ("c", "c99", "framegate.h"),
        ("c", "c11", "framegate.h"),
        ("c++", "c++17", "framegate.h"),
        ("c++", "c++17", "framegate.hpp"),
        ("c++", "c++20", "framegate.hpp"),
    ] {
        let source = scratch().join(format!("alone-{standard}-{header}.txt"));
        fs::write(&source, format!("#include <{header}>\n")).unwrap();
        let mut command = compiler(language == "c++", standard);
        if language == "c" {
            command.arg("-Wstrict-prototypes");
        } else {
            command.args(["-Wold-style-cast", "-Wuseless-cast"]);
        }
        command.args(["-fsyntax-only", "-x", language]).arg(source);
        succeed(&mut command, &format!("{header} as {standard}"));
    }
}

/// The initialisers set `struct_size` and what their comments call defaults, in C and in C++.
#[test]
fn the_initialisers_are_complete() {
    let body = "#include <framegate.h>
        int main(void) {
            fg_output output = FG_OUTPUT_INIT; fg_chunk chunk = FG_CHUNK_INIT;
            fg_video_info info = FG_VIDEO_INFO_INIT; fg_planes planes = FG_PLANES_INIT;
            fg_encode_options encode = FG_ENCODE_OPTIONS_INIT; fg_copy_options copy = FG_COPY_OPTIONS_INIT;
            fg_stats stats = FG_STATS_INIT; fg_limits limits = FG_LIMITS_INIT; fg_audio_info sound = FG_AUDIO_INFO_INIT;
            return !(output.struct_size == sizeof output && chunk.struct_size == sizeof chunk
                && info.struct_size == sizeof info && planes.struct_size == sizeof planes
                && encode.struct_size == sizeof encode && copy.struct_size == sizeof copy
                && stats.struct_size == sizeof stats && limits.struct_size == sizeof limits && limits.max_samples == 0 && chunk.duration_us == -1
                && chunk.dts_us == FG_NO_TIMESTAMP && info.color_primaries == -1 && info.color_transfer == -1
                && sound.struct_size == sizeof sound && sound.duration_us == -1 && planes.extended_data == 0 && copy.frame_count == 0
                && info.color_matrix == -1 && info.color_range == -1 && info.duration_us == -1
                && encode.quantizer == -1 && copy.format == -1 && output.token == 0);
        }";
    for (extension, standard) in [("c", "c99"), ("cpp", "c++17")] {
        let source = scratch().join(format!("initialisers.{extension}"));
        fs::write(&source, body).unwrap();
        let program = source.with_extension(format!("{extension}.out"));
        let mut command = compiler(extension == "cpp", standard);
        succeed(command.arg(&source).arg("-o").arg(&program), "the initialisers");
        succeed(&mut Command::new(&program), "the values of the initialisers");
    }
}

fn run(name: &str) {
    let cpp = name.ends_with(".cpp");
    let program = build("c_tests", name, if cpp { "c++17" } else { "c99" }, "-D_POSIX_C_SOURCE=200809L");
    succeed(&mut hosts(&program), name);
}

/// Compiles a program against the library.
fn build(folder: &str, name: &str, standard: &str, define: &str) -> PathBuf {
    let cpp = name.ends_with(".cpp");
    let program = scratch().join(name).with_extension(if cpp { "cpp.out" } else { "c.out" });
    let library_dir = &*LIBRARY_DIR;
    let mut command = compiler(cpp, standard);
    command.args(["-g", "-O1", "-pthread", define]);
    command.arg(root().join(folder).join(name)).arg("-o").arg(&program);
    command.arg("-L").arg(library_dir).arg(format!("-Wl,-rpath,{}", library_dir.display()));
    command.args(["-lframegate", "-lm"]);
    succeed(&mut command, name);
    program
}

/// A host program, as it is started outside of cargo, whose own search path would come before the program's and may
/// hold an older library.
fn hosts(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root()).env_remove("LD_LIBRARY_PATH");
    command
}

/// The README's programs in C and C++ make the same stream (scripts/examples.sh adds Python and Node).
#[test]
fn the_readmes_programs_agree() {
    for (program, output, begins) in
        [("encode", "out.h264", &[0, 0, 0, 1][..]), ("sound", "out.aac", &[0xff, 0xf1])]
    {
        let streams = [("c", "c11"), ("cpp", "c++17")].map(|(ending, standard)| {
            let name = format!("{program}.{ending}");
            let built = build("examples", &name, standard, "-D_GNU_SOURCE");
            let dir = scratch().join(format!("readme-{name}"));
            fs::create_dir_all(&dir).unwrap();
            succeed(hosts(&built).current_dir(&dir), &name);
            fs::read(dir.join(output)).unwrap()
        });
        assert!(streams[0].starts_with(begins), "Annex B, ADTS");
        assert!(streams[0] == streams[1]);
    }
}

#[test]
fn an_example_drives_many_streams_on_one_thread() {
    let program = build("examples", "many.c", "c11", "-D_GNU_SOURCE");
    let said = succeed(hosts(&program).args(["20", "30"]), "many");
    assert!(said.starts_with("20 streams, 30 frames each, "), "{said}");
}

/// A directory with an input and an old output, and the example that transcodes.
fn transcode(name: &str) -> (PathBuf, Command) {
    let program = build("examples", "transcode.c", "c11", "-D_GNU_SOURCE");
    let dir = scratch().join(name);
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).unwrap();
    let source = "-v error -nostdin -y -f lavfi -i testsrc2=s=320x240:r=25:d=40 -f lavfi -i sine=d=40 -c:v libx264 \
        -preset ultrafast -pix_fmt yuv420p -c:a aac in.mp4";
    succeed(Command::new("ffmpeg").current_dir(&dir).args(source.split_whitespace()), "ffmpeg");
    fs::write(dir.join("out.mp4"), "old").unwrap();
    let mut command = hosts(&program);
    command.current_dir(&dir);
    (dir, command)
}

/// The names in a directory, in order.
fn names(dir: &Path) -> Vec<String> {
    let names = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

#[test]
fn transcode_never_writes_over_its_input() {
    let (dir, mut command) = transcode("same");
    let before = fs::read(dir.join("in.mp4")).unwrap();
    fs::hard_link(dir.join("in.mp4"), dir.join("hard.mp4")).unwrap();
    std::os::unix::fs::symlink("in.mp4", dir.join("soft.mp4")).unwrap();
    let all = names(&dir);
    for output in ["in.mp4", "./in.mp4", "hard.mp4", "soft.mp4"] {
        let mut command = hosts(Path::new(command.get_program()));
        let said = command.current_dir(&dir).args(["in.mp4", output]).output().unwrap();
        assert!(!said.status.success(), "{output}");
        assert!(
            String::from_utf8_lossy(&said.stderr).contains(&format!("{output}: is the input")),
            "{said:?}"
        );
        assert!(fs::read(dir.join("in.mp4")).unwrap() == before, "{output}");
        assert_eq!(names(&dir), all);
    }
    // A link to the output stays one.
    fs::remove_file(dir.join("soft.mp4")).unwrap();
    std::os::unix::fs::symlink("out.mp4", dir.join("soft.mp4")).unwrap();
    succeed(command.args(["--set", "ffmpeg.preset=ultrafast", "in.mp4", "soft.mp4"]), "transcode");
    assert!(fs::symlink_metadata(dir.join("soft.mp4")).unwrap().is_symlink());
    let mut ffprobe = Command::new("ffprobe");
    ffprobe
        .current_dir(&dir)
        .args("-v error -count_packets -show_entries stream=nb_read_packets -of csv=p=0 out.mp4".split(' '));
    assert!(succeed(&mut ffprobe, "ffprobe").starts_with("1000\n"));
}

#[test]
fn a_transcode_that_fails_or_is_interrupted_leaves_the_old_output() {
    use std::os::unix::process::{CommandExt, ExitStatusExt};
    use std::process::Stdio;
    let (dir, command) = transcode("interrupted");
    let all = names(&dir);
    let run = |arguments: &[&str]| {
        let mut command = hosts(Path::new(command.get_program()));
        command.current_dir(&dir).args(arguments).args(["in.mp4", "out.mp4"]);
        // SAFETY: signal may be called between fork and exec. A shell may have made its children ignore these.
        unsafe {
            command.pre_exec(|| {
                for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP] {
                    libc::signal(signal, libc::SIG_DFL);
                }
                Ok(())
            })
        };
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    let untouched = |what: &str| {
        assert_eq!(fs::read(dir.join("out.mp4")).unwrap(), b"old", "{what}");
        assert_eq!(names(&dir), all, "{what}");
    };
    // The last is refused by the codec itself, when it is opened for the first frame.
    for arguments in [
        ["--set", "ffmpeg.preset=bogus"],
        ["--set", "bogus=1"],
        ["--codec", "avc1.ff001f"],
        ["--set", "ffmpeg.encoder=h264_vaapi"],
    ] {
        assert!(!run(&arguments).wait().unwrap().success(), "{arguments:?}");
        untouched(&format!("{arguments:?}"));
    }
    for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP] {
        let mut child = run(&["--set", "ffmpeg.preset=placebo"]);
        while names(&dir) == all {
            assert!(child.try_wait().unwrap().is_none(), "it ended before it began to write");
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        // SAFETY: a child that has not been waited for.
        unsafe { libc::kill(child.id() as i32, signal) };
        assert_eq!(child.wait().unwrap().signal(), Some(signal));
        untouched(&format!("signal {signal}"));
    }
}

/// A directory with the library under the names that the linker (`.so`) and the loader (its soname) look for.
/// Cargo leaves it beside the test programs, under the first of the two only.
static LIBRARY_DIR: LazyLock<PathBuf> = LazyLock::new(|| {
    let test = std::env::current_exe().unwrap();
    let library = test.parent().unwrap().join("libframegate.so");
    assert!(library.is_file(), "cargo did not build {}", library.display());
    let dir = scratch().join("lib");
    fs::create_dir_all(&dir).unwrap();
    for name in ["libframegate.so", "libframegate.so.0"] {
        let link = dir.join(name);
        let _ = fs::remove_file(&link); // of an earlier run, perhaps of another profile
        std::os::unix::fs::symlink(&library, link).unwrap();
    }
    dir
});

fn compiler(cpp: bool, standard: &str) -> Command {
    let host = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let mut build = cc::Build::new();
    build.cpp(cpp).target(&host).host(&host).opt_level(1).warnings(false).cargo_metadata(false);
    let mut command = build.get_compiler().to_command();
    command.arg(format!("-std={standard}")).args(WARNINGS).arg("-I").arg(root().join("include"));
    command
}

/// Runs a command and gives what it said; fails with what it wrote.
fn succeed(command: &mut Command, what: &str) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{what}: {command:?}: {error}"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{what}: {}\n{command:?}\n{out}{err}", output.status);
    out
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn scratch() -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("c_programs");
    fs::create_dir_all(&dir).unwrap();
    dir
}
