//! Languages by three letters of ISO 639-2.
//!
//! Twenty have two codes: MP4 uses the terminological one, Matroska the bibliographic one. Configurations have the former.

/// (bibliographic, terminological)
const TWO_CODES: [(&str, &str); 20] = [
    ("alb", "sqi"),
    ("arm", "hye"),
    ("baq", "eus"),
    ("bur", "mya"),
    ("chi", "zho"),
    ("cze", "ces"),
    ("dut", "nld"),
    ("fre", "fra"),
    ("geo", "kat"),
    ("ger", "deu"),
    ("gre", "ell"),
    ("ice", "isl"),
    ("mac", "mkd"),
    ("mao", "mri"),
    ("may", "msa"),
    ("per", "fas"),
    ("rum", "ron"),
    ("slo", "slk"),
    ("tib", "bod"),
    ("wel", "cym"),
];

/// The terminological code of a language that a file names; `None` where it says that it is not known.
pub fn terminological(code: String) -> Option<String> {
    let found = TWO_CODES.iter().find(|(bibliographic, _)| *bibliographic == code);
    Some(found.map_or(code, |(_, terminological)| (*terminological).to_owned())).filter(|code| code != "und")
}
