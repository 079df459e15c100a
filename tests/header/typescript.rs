//! The Node package's generated.ts.

use std::fmt::Write;

use framegate::media::code_points::{MATRICES, PRIMARIES, TRANSFERS};
use framegate::media::{Dictionary, Form, Key, PixelFormat, SampleFormat, keys};
use framegate::registry;

use crate::c::{Header, Kind};
use crate::keys::{Entry, comment, dictionary};

pub fn file(header: &Header) -> String {
    let mut out = "// Written by `make header`, of framegate.h and the library's tables. Do not edit.\n\
        import type { Prototype } from './backend';\nimport type { KeyRow } from './key_row';\n"
        .to_owned();
    constants(&mut out, header);
    structs(&mut out, header);
    prototypes(&mut out, header);
    formats(&mut out);
    sample_formats(&mut out);
    colors(&mut out);
    words(&mut out);
    let members = |out: &mut String, name: &str, rows: &str, keys: Vec<&'static Key>, of| {
        interface(out, name, &keys, of);
        table(out, rows, &keys, of);
    };
    let w3c: Vec<_> = registry::w3c().collect();
    members(&mut out, "VideoEncoderMembers", "VIDEO_ENCODER", w3c.clone(), Dictionary::VideoEncoder);
    members(&mut out, "VideoDecoderMembers", "VIDEO_DECODER", w3c.clone(), Dictionary::VideoDecoder);
    members(&mut out, "AudioEncoderMembers", "AUDIO_ENCODER", w3c.clone(), Dictionary::AudioEncoder);
    members(&mut out, "AudioDecoderMembers", "AUDIO_DECODER", w3c, Dictionary::AudioDecoder);
    let ours = keys::OURS.to_vec();
    members(&mut out, "FramegateEncoderMembers", "FRAMEGATE_ENCODER", ours.clone(), Dictionary::VideoEncoder);
    members(&mut out, "FramegateDecoderMembers", "FRAMEGATE_DECODER", ours.clone(), Dictionary::VideoDecoder);
    members(
        &mut out,
        "FramegateAudioDecoderMembers",
        "FRAMEGATE_AUDIO_DECODER",
        ours,
        Dictionary::AudioDecoder,
    );
    interface(&mut out, "GateMembers", keys::GATE, Dictionary::VideoEncoder);
    gate(&mut out);
    out
}

/// What JavaScript counts exactly.
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// The numbers that the gate's keys may be.
fn gate(out: &mut String) {
    *out += "\nexport const GATE = {\n";
    for key in keys::GATE {
        if let Form::Integer(low, high) = key.form {
            let initial = if key.default.is_empty() { "undefined" } else { key.default };
            let (name, high) = (key.name, high.min(MAX_SAFE_INTEGER));
            writeln!(out, "  {name}: {{ least: {low}, most: {high}, initial: {initial} }},").unwrap();
        }
    }
    *out += "} as const;\n";
}

fn constants(out: &mut String, header: &Header) {
    *out += "\n/** The constants of framegate.h, without their FG_. */\nexport const FG = {\n";
    for constant in &header.constants {
        let name = constant.name.strip_prefix("FG_").unwrap();
        writeln!(out, "  {name}: {},", constant.value).unwrap();
    }
    *out += "} as const;\n";
}

fn structs(out: &mut String, header: &Header) {
    *out += "\n/** The structs of framegate.h: members in its order, behind `struct_size`, with the defaults of its FG_..._INIT. */\n\
        export const STRUCTS = {\n";
    for record in &header.structs {
        writeln!(out, "  {}: {{", record.name).unwrap();
        for member in record.members.iter().skip(1) {
            let kind = match &member.kind {
                Kind::I32 => "i32",
                Kind::U32 => "u32",
                Kind::I64 => "i64",
                _ => "u64", // pointers, too
            };
            let initial = match member.initial {
                i64::MIN => "-(2 ** 63)".to_owned(),
                number => number.to_string(),
            };
            let length =
                if member.length > 1 { format!(", length: {}", member.length) } else { String::new() };
            writeln!(out, "    {}: {{ type: '{kind}', initial: {initial}{length} }},", member.name).unwrap();
        }
        *out += "  },\n";
    }
    *out += "} as const;\n";
}

fn prototypes(out: &mut String, header: &Header) {
    *out += "\n/** The functions of framegate.h: result, then parameters. `address` is an object's pointer, `bytes` a place to read or write. */\n\
        export const PROTOTYPES = {\n";
    for function in &header.functions {
        let types: Vec<_> = [&function.result].into_iter().chain(&function.parameters).map(foreign).collect();
        writeln!(out, "  {}: ['{}'],", function.name, types.join("', '")).unwrap();
    }
    *out += "} as const satisfies Record<string, Prototype>;\n";
}

fn foreign(kind: &Kind) -> &'static str {
    match kind {
        Kind::Void => "void",
        Kind::I32 => "i32",
        Kind::U32 => "u32",
        Kind::I64 => "i64",
        Kind::U64 => "u64",
        Kind::Size => "size",
        Kind::Text => "text",
        Kind::Object => "address",
        Kind::Bytes | Kind::Place(_) | Kind::Struct(_) => "bytes",
    }
}

fn formats(out: &mut String) {
    *out += "\n/** W3C VideoPixelFormat. A plane is [bytes of a sample, pixels that it stands for across, and down]. */\n\
        export const PIXEL_FORMATS = [\n";
    for format in PixelFormat::ALL.into_iter().filter(|format| format.is_w3c()) {
        let planes = format.planes().iter();
        let planes = planes.map(|plane| format!("[{}, {}, {}]", plane.step_bytes, plane.sub_x, plane.sub_y));
        let (name, number, opaque) = (format.name(), format as i32, format.opaque().name());
        let planes = planes.collect::<Vec<_>>().join(", ");
        let is_rgb = format.is_rgb();
        writeln!(
            out,
            "  {{ name: '{name}', number: {number}, opaque: '{opaque}', isRgb: {is_rgb}, planes: [{planes}] }},"
        )
        .unwrap();
    }
    *out += "] as const;\n";
}

fn sample_formats(out: &mut String) {
    *out += "\n/** W3C AudioSampleFormat. One that is planar has a plane for each channel. */\n\
        export const SAMPLE_FORMATS = [\n";
    for format in SampleFormat::ALL {
        let (name, number, bytes, planar) =
            (format.name(), format as i32, format.bytes(), format.is_planar());
        writeln!(out, "  {{ name: '{name}', number: {number}, sampleBytes: {bytes}, isPlanar: {planar} }},")
            .unwrap();
    }
    *out += "] as const;\n";
}

fn colors(out: &mut String) {
    *out += "\n// W3C's names of colours, and their numbers in H.273.\n";
    for (name, table) in [("PRIMARIES", PRIMARIES), ("TRANSFERS", TRANSFERS), ("MATRICES", MATRICES)] {
        let rows: Vec<_> = table.iter().map(|(name, number)| format!("'{name}': {number}")).collect();
        writeln!(out, "export const {name} = {{ {} }} as const;", rows.join(", ")).unwrap();
    }
}

/// W3C's enumerations: what is allowed, and the types of it.
fn words(out: &mut String) {
    let (mut words, mut types) = (String::new(), String::new());
    for key in registry::keys() {
        if let Form::OneOf { of, words: all } = key.form
            && !of.is_empty()
        {
            writeln!(words, "  {of}: ['{}'],", all.join("', '")).unwrap();
            writeln!(types, "export type {of} = (typeof ENUMERATIONS)['{of}'][number];").unwrap();
        }
    }
    *out +=
        "\n/** W3C's enumerations, the default of configurations first. */\nexport const ENUMERATIONS = {\n";
    *out += &words;
    *out += "} as const;\n";
    *out += &types;
}

fn interface(out: &mut String, name: &str, keys: &[&'static Key], of: Dictionary) {
    let entries = dictionary(keys.iter().copied(), of);
    writeln!(out, "\nexport interface {name} {{").unwrap();
    for (name, entry) in &entries {
        match entry {
            Entry::Key(key) => {
                let kind = type_of(&key.form);
                writeln!(out, "  /** {} */\n  {name}?: {kind};", comment(key)).unwrap();
            }
            Entry::Group(members) => {
                let members = members.iter().map(|(name, key)| {
                    format!("    /** {} */\n    {name}?: {};\n", comment(key), type_of(&key.form))
                });
                writeln!(out, "  {name}?: {{\n{}  }};", members.collect::<String>()).unwrap();
            }
        }
    }
    *out += "}\n";
}

fn type_of(form: &Form) -> &'static str {
    match form {
        Form::Integer(..) | Form::Positive => "number",
        Form::Bool => "boolean",
        Form::OneOf { of: "", .. } => "number",
        Form::OneOf { of, .. } => of,
        Form::CodePoint(_) | Form::Language | Form::Text => "string",
        Form::Bytes => "Uint8Array",
    }
}

fn table(out: &mut String, name: &str, keys: &[&'static Key], of: Dictionary) {
    writeln!(out, "\nexport const {name}: readonly KeyRow[] = [").unwrap();
    for (name, entry) in dictionary(keys.iter().copied(), of) {
        match entry {
            Entry::Key(key) => writeln!(out, "  {{ name: '{name}', {} }},", row(&key.form)).unwrap(),
            Entry::Group(members) => {
                let members: Vec<_> = members
                    .iter()
                    .map(|(name, key)| format!("{{ name: '{name}', {}{} }}", row(&key.form), rest(key)))
                    .collect();
                writeln!(out, "  {{ name: '{name}', form: 'members', members: [{}] }},", members.join(", "))
                    .unwrap();
            }
        }
    }
    *out += "];\n";
}

/// What W3C says of the members of members: the most that a number may be, and the default of numbers and flags.
fn rest(key: &Key) -> String {
    let most = match key.form {
        Form::Integer(_, high) => format!(", most: {}", high.min(MAX_SAFE_INTEGER)),
        _ => String::new(),
    };
    match key.form {
        Form::Integer(..) | Form::Bool if !key.default.is_empty() => {
            format!("{most}, initial: {}", key.default)
        }
        _ => most,
    }
}

fn row(form: &Form) -> String {
    match form {
        Form::Integer(low, high) => {
            let long = if *high > u64::from(u32::MAX) { "unsigned long long" } else { "unsigned long" };
            format!("form: '{long}', least: {}", low.min(&1)) // the rest is the library's to say
        }
        Form::Positive => "form: 'double'".to_owned(),
        Form::Bool => "form: 'boolean'".to_owned(),
        Form::OneOf { of: "", .. } => "form: 'double'".to_owned(),
        Form::OneOf { of, .. } => format!("form: 'enumeration', type: '{of}'"),
        Form::CodePoint(_) | Form::Language | Form::Text => "form: 'DOMString'".to_owned(),
        Form::Bytes => "form: 'BufferSource'".to_owned(),
    }
}
