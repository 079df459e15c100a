//! The Python package's generated.py and members.py.

use std::fmt::Write;

use framegate::media::code_points::{MATRICES, PRIMARIES, TRANSFERS};
use framegate::media::{Dictionary, Form, PixelFormat, SampleFormat};
use framegate::registry;

use crate::c::{Header, Kind};
use crate::keys::{Entry, comment, dictionary};

const GENERATED: &str = "Written by `make header`, of framegate.h and the library's tables. Do not edit.";

/// generated.py.
pub fn tables(header: &Header) -> String {
    let mut out = format!(
        "\"\"\"The C library's tables. {GENERATED}\"\"\"\n\nfrom ctypes import (\n    POINTER,\n    c_char_p,\n    c_int32,\n    \
         c_int64,\n    c_size_t,\n    c_uint32,\n    c_uint64,\n    c_void_p,\n)\nfrom typing import Any, Final\n\n\
         from .sized import Sized\n\n"
    );
    for constant in &header.constants {
        let name = constant.name.strip_prefix("FG_").unwrap();
        writeln!(out, "{name}: Final = {}", constant.value).unwrap();
    }
    out += "NO_TIMESTAMP: Final = -(2**63)\n\n";
    structs(&mut out, header);
    prototypes(&mut out, header);
    formats(&mut out);
    colors(&mut out);
    out
}

/// fg_video_info is VideoInfo.
fn class_of(name: &str) -> String {
    let words = name.strip_prefix("fg_").unwrap().split('_');
    words.map(|word| word[..1].to_uppercase() + &word[1..]).collect::<String>() + "Struct"
}

fn structs(out: &mut String, header: &Header) {
    for record in &header.structs {
        writeln!(out, "\nclass {}(Sized):\n    C_NAME = \"{}\"", class_of(&record.name), record.name)
            .unwrap();
        let defaults = record.members.iter().filter(|member| member.initial != 0).map(|member| {
            let initial = if member.initial == i64::MIN {
                "NO_TIMESTAMP".to_owned()
            } else {
                member.initial.to_string()
            };
            format!("        \"{}\": {initial},\n", member.name)
        });
        let defaults = defaults.collect::<String>();
        if !defaults.is_empty() {
            writeln!(out, "    DEFAULTS = {{\n{defaults}    }}").unwrap();
        }
        *out += "    _fields_ = [\n";
        for member in &record.members {
            // Chunks are what hosts fill: bytes go in as they are.
            let kind = match &member.kind {
                Kind::Bytes if record.name == "fg_chunk" => "c_char_p".to_owned(),
                Kind::Bytes => "c_void_p".to_owned(),
                kind => foreign(kind),
            };
            let length = if member.length > 1 { format!(" * {}", member.length) } else { String::new() };
            writeln!(out, "        (\"{}\", {kind}{length}),", member.name).unwrap();
        }
        *out += "    ]\n\n";
    }
    let names: Vec<_> =
        header.structs.iter().map(|record| format!("    {},\n", class_of(&record.name))).collect();
    write!(out, "\nSTRUCTS: tuple[type[Sized], ...] = (\n{})\n", names.concat()).unwrap();
}

fn prototypes(out: &mut String, header: &Header) {
    *out += "\nPROTOTYPES: dict[str, tuple[Any, ...]] = {\n";
    for function in &header.functions {
        let types: Vec<_> = [&function.result].into_iter().chain(&function.parameters).map(foreign).collect();
        let comma = if types.len() == 1 { "," } else { "" };
        writeln!(out, "    \"{}\": ({}{comma}),", function.name, types.join(", ")).unwrap();
    }
    *out += "}\n\"\"\"The result, then the parameters.\"\"\"\n";
}

fn foreign(kind: &Kind) -> String {
    match kind {
        Kind::Void => "None".to_owned(),
        Kind::I32 => "c_int32".to_owned(),
        Kind::U32 => "c_uint32".to_owned(),
        Kind::I64 => "c_int64".to_owned(),
        Kind::U64 => "c_uint64".to_owned(),
        Kind::Size => "c_size_t".to_owned(),
        Kind::Text => "c_char_p".to_owned(),
        Kind::Object | Kind::Bytes => "c_void_p".to_owned(),
        Kind::Place(of) => format!("POINTER({})", foreign(of)),
        Kind::Struct(name) => format!("POINTER({})", class_of(name)),
    }
}

fn formats(out: &mut String) {
    *out += "\nPIXEL: Final = {\n";
    for format in PixelFormat::ALL {
        writeln!(out, "    \"{}\": {},", format.name(), format as i32).unwrap();
    }
    *out += "}\n\nPLANES: Final = {\n";
    for format in PixelFormat::ALL {
        let bytes = format.bits().div_ceil(8);
        let planes = format.planes().iter();
        let planes = planes.map(|plane| {
            format!("({}, {}, {}, {bytes}),", plane.sub_x, plane.sub_y, plane.step_bytes / bytes)
        });
        writeln!(out, "    \"{}\": ({}),", format.name(), planes.collect::<Vec<_>>().join(" ")).unwrap();
    }
    *out += "}\n\"\"\"Each plane: pixels that a sample stands for across and down, numbers in a sample, bytes of a number.\"\"\"\n";
    *out += "\nSAMPLE: Final = {\n";
    for format in SampleFormat::ALL {
        writeln!(out, "    \"{}\": {},", format.name(), format as i32).unwrap();
    }
    *out += "}\n\nSAMPLE_BYTES: Final = {\n";
    for format in SampleFormat::ALL {
        writeln!(out, "    \"{}\": {},", format.name(), format.bytes()).unwrap();
    }
    *out += "}\n";
}

fn colors(out: &mut String) {
    *out += "\n# W3C's names of colours, and their numbers in H.273.\n";
    for (name, table) in [("PRIMARIES", PRIMARIES), ("TRANSFERS", TRANSFERS), ("MATRICES", MATRICES)] {
        let rows: Vec<_> = table.iter().map(|(name, number)| format!("\"{name}\": {number}")).collect();
        writeln!(out, "{name} = {{{}}}", rows.join(", ")).unwrap();
    }
}

/// members.py.
pub fn members() -> String {
    let mut out = format!(
        "\"\"\"What encoders and decoders take, typed. {GENERATED}\"\"\"\n\nfrom __future__ import annotations\n\n\
         from collections.abc import Mapping\nfrom fractions import Fraction\nfrom typing import Any, Literal, TypedDict\n"
    );
    let mut class = |name: &str, what: &str, of| {
        let about = format!("What `{what}` takes: W3C {what}Config, and the gate's members.");
        write!(out, "\n\nclass {name}(TypedDict, total=False):\n    \"\"\"{about}\"\"\"\n\n").unwrap();
        for (name, entry) in dictionary(registry::keys(), of) {
            match entry {
                Entry::Key(key) => {
                    let name = snake_case(name);
                    writeln!(out, "    {name}: {}\n    \"\"\"{}\"\"\"", type_of(&key.form), comment(key))
                        .unwrap();
                }
                Entry::Group(members) => {
                    let names: Vec<_> = members.keys().map(|name| snake_case(name)).collect();
                    writeln!(
                        out,
                        "    {name}: Mapping[str, Any]\n    \"\"\"{}.\"\"\"",
                        names.join(", "),
                        name = snake_case(name)
                    )
                    .unwrap();
                }
            }
        }
        out += "    ffmpeg: Mapping[str, Any]\n    \"\"\"FFmpeg's own: `encoder` or `decoder` name one, the others are AVOptions.\"\"\"\n";
    };
    class("VideoEncoderMembers", "VideoEncoder", Dictionary::VideoEncoder);
    class("VideoDecoderMembers", "VideoDecoder", Dictionary::VideoDecoder);
    class("AudioEncoderMembers", "AudioEncoder", Dictionary::AudioEncoder);
    class("AudioDecoderMembers", "AudioDecoder", Dictionary::AudioDecoder);
    out
}

fn type_of(form: &Form) -> String {
    match form {
        Form::Integer(_, high) if *high > u64::from(u32::MAX) => "float".to_owned(),
        Form::Integer(..) => "int".to_owned(),
        Form::Positive => "float | Fraction".to_owned(),
        Form::Bool => "bool".to_owned(),
        Form::OneOf { of: "", words } => format!("Literal[{}]", words.join(", ")),
        Form::OneOf { words, .. } => format!("Literal[\"{}\"]", words.join("\", \"")),
        Form::CodePoint(_) | Form::Language | Form::Text => "str".to_owned(),
        Form::Bytes => "bytes | None".to_owned(),
    }
}

fn snake_case(name: &str) -> String {
    let letters = name.chars().map(|letter| match letter {
        'A'..='Z' => format!("_{}", letter.to_ascii_lowercase()),
        other => other.to_string(),
    });
    letters.collect()
}
