//! framegate.h as data. It is written by a generator, so that a few rules are enough to read it.

use std::collections::BTreeMap;

/// What the header declares, in its order.
pub struct Header {
    pub constants: Vec<Constant>,
    pub structs: Vec<Struct>,
    pub functions: Vec<Function>,
}

/// `#define FG_NAME 1`.
pub struct Constant {
    pub name: String,
    pub value: i64,
    pub comment: String,
}

/// A struct with its `FG_..._INIT`.
pub struct Struct {
    pub name: String,
    pub members: Vec<Member>,
}

/// A member of a struct.
pub struct Member {
    pub name: String,
    pub kind: Kind,
    /// More than 1 for an array.
    pub length: usize,
    /// What `FG_..._INIT` sets, in each element of an array.
    pub initial: i64,
}

/// A function.
pub struct Function {
    pub name: String,
    pub result: Kind,
    pub parameters: Vec<Kind>,
}

/// A C type, as far as other languages tell them apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Void,
    I32,
    U32,
    I64,
    U64,
    Size,
    /// `const char *`.
    Text,
    /// An object behind an opaque pointer, a callback, or `void *`.
    Object,
    /// `char *` or `uint8_t *`: memory of the host's that is written, or read.
    Bytes,
    /// The place of one of these.
    Place(Box<Kind>),
    /// A struct of the header, by name.
    Struct(String),
}

const NO_TIMESTAMP: &str = "FG_NO_TIMESTAMP";

impl Header {
    /// # Panics
    /// If the header has something that these rules do not read.
    pub fn read(text: &str) -> Self {
        let structs = structs(text);
        let names: Vec<_> = structs.iter().map(|(name, _)| name.clone()).collect();
        let initialisers = initialisers(text);
        let structs = structs.into_iter().map(|(name, body)| {
            let members = members(&body, &names, &initialisers[&name]);
            Struct { name, members }
        });
        Self { structs: structs.collect(), constants: constants(text), functions: functions(text, &names) }
    }
}

/// Text without its comments.
fn bare(text: &str) -> String {
    let mut bare = String::new();
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("/*") {
        bare += before;
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    bare + rest
}

/// Each struct and its body.
fn structs(text: &str) -> Vec<(String, String)> {
    let text = bare(text);
    let begins =
        text.split("typedef struct ").skip(1).filter(|rest| rest.lines().next().unwrap().ends_with('{'));
    begins
        .map(|rest| {
            let (name, rest) = rest.split_once(" {").unwrap();
            (name.to_owned(), rest.split_once('}').unwrap().0.to_owned())
        })
        .collect()
}

/// By struct: the values of its `FG_..._INIT`, of which an array's are one.
fn initialisers(text: &str) -> BTreeMap<String, Vec<i64>> {
    let lines = text.lines().filter_map(|line| line.strip_prefix("#define ")?.split_once("_INIT { "));
    lines
        .map(|(name, values)| {
            let values = values.strip_suffix(" }").unwrap();
            let flat = values.replace("{ 0, 0, 0, 0 }", "0"); // no array begins otherwise
            assert!(!flat.contains('{'), "{name}: {values}");
            (name.to_lowercase(), flat.split(", ").map(initial).collect())
        })
        .collect()
}

fn initial(value: &str) -> i64 {
    match value {
        NO_TIMESTAMP => i64::MIN,
        "NULL" => 0,
        _ if value.starts_with("sizeof") => 0,
        number => number.parse().unwrap(),
    }
}

fn members(body: &str, structs: &[String], initials: &[i64]) -> Vec<Member> {
    let lines: Vec<_> = body.split(';').map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(lines.len(), initials.len(), "{body}");
    let members = lines.into_iter().zip(initials).map(|(line, initial)| {
        let (declared, length) = match line.split_once('[') {
            Some((declared, length)) => (declared, length.trim_end_matches(']').parse().unwrap()),
            None => (line, 1),
        };
        let (kind, name) = match function_pointer(line) {
            Some(name) => (Kind::Object, name.to_owned()),
            None => {
                let (kind, name) = split_name(declared);
                (self::kind(&kind, structs), name)
            }
        };
        Member { name, kind, length, initial: *initial }
    });
    members.collect()
}

/// `int64_t (*read)(void *opaque, size_t size)`: the name.
fn function_pointer(declared: &str) -> Option<&str> {
    Some(declared.split_once("(*")?.1.split_once(')')?.0)
}

/// `const uint8_t *data`: the type and the name.
fn split_name(declared: &str) -> (String, String) {
    let at = declared.rfind([' ', '*']).unwrap() + 1;
    (declared[..at].trim().to_owned(), declared[at..].to_owned())
}

fn kind(text: &str, structs: &[String]) -> Kind {
    let text = text.replace("struct ", "");
    let pointers = text.matches('*').count();
    let base = text.replace('*', " ");
    let constant = base.contains("const ");
    let base = base.replace("const ", "");
    match (base.trim(), pointers) {
        ("void", 0) => Kind::Void,
        ("int32_t" | "fg_status", 0) => Kind::I32,
        ("uint32_t", 0) => Kind::U32,
        ("int64_t", 0) => Kind::I64,
        ("uint64_t", 0) => Kind::U64,
        ("size_t", 0) => Kind::Size,
        ("char", 1) if constant => Kind::Text,
        ("char" | "uint8_t", 1) => Kind::Bytes,
        (name, 1) if structs.iter().any(|known| known == name) => Kind::Struct(name.to_owned()),
        ("int32_t" | "uint32_t" | "uint64_t" | "size_t", 1) => {
            Kind::Place(Box::new(kind(base.trim(), structs)))
        }
        (_, 1) => Kind::Object,
        (_, 2) => Kind::Place(Box::new(Kind::Object)),
        _ => panic!("{text} is no type that is known here"),
    }
}

fn constants(text: &str) -> Vec<Constant> {
    let mut found = Vec::new();
    let mut comment = String::new();
    for line in text.lines() {
        if line.starts_with("/**") {
            comment.clear();
        } else if let Some(words) = line.strip_prefix(" * ") {
            comment = format!("{comment} {words}").trim().to_owned();
        } else if let Some((name, value)) =
            line.strip_prefix("#define ").and_then(|rest| rest.split_once(' '))
            && let Ok(value) = value.parse()
        {
            found.push(Constant { name: name.to_owned(), value, comment: std::mem::take(&mut comment) });
        }
    }
    found
}

fn functions(text: &str, structs: &[String]) -> Vec<Function> {
    let text = bare(text);
    let end = |text: &str| text.find(';').unwrap_or(text.len());
    let declared = text.split("\n\n").map(str::trim).map(|block| block[..end(block)].to_owned());
    declared
        .filter(|line| line.contains("fg_") && line.contains('(') && !line.starts_with(['#', 't']))
        .map(|line| function(&line, structs))
        .collect()
}

fn function(line: &str, structs: &[String]) -> Function {
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    // A callback is one more pointer.
    let line = line.replace("void (*on_free)(void *opaque)", "void *on_free");
    let (head, parameters) = line.split_once('(').unwrap();
    let (result, name) = split_name(head);
    let parameters = parameters.strip_suffix(')').unwrap_or_else(|| panic!("{line}"));
    let parameters = parameters.split(", ").filter(|parameter| *parameter != "void");
    let parameters = parameters.map(|parameter| kind(&split_name(parameter).0, structs)).collect();
    Function { name, result: kind(&result, structs), parameters }
}
