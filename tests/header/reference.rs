//! docs/reference.md.

use std::fmt::Write;

use framegate::container::{FILE_KEYS, FORMATS};
use framegate::media::{Dictionary, Key, PixelFormat, SampleFormat, keys};
use framegate::registry;

use crate::c::Header;

pub fn page(header: &Header) -> String {
    let mut out = "# Reference\n\nWhat the library says of itself: written by `make header`, not by hand. Functions and structs are in \
        [framegate.h](../include/framegate.h).\n\n\
        ## Configuration keys\n\nMembers of W3C's dictionaries, and ours. Python spells them with underscores; in Node, ours are in `framegate: {}`, \
        and `slots` and `maxBytes` in what the constructor takes. A key that a dictionary does not have is refused by name. Decoders take \
        what a track has, too, without effect: a demuxer's configuration is given to them as it is.\n\n"
        .to_owned();
    table(&mut out, registry::keys().chain([keys::AV_OPTION.key()]));
    out += "\n## Files that are written\n\nKeys of `fg_muxer_set`.\n\n";
    table(&mut out, FILE_KEYS.iter().copied());
    out += "\n## Codecs\n\n| codec strings | FFmpeg's name |\n|---|---|\n";
    for codec in registry::CODECS {
        writeln!(out, "| {} | {} |", codec.forms, codec.av_name).unwrap();
    }
    containers(&mut out);
    formats(&mut out);
    sample_formats(&mut out);
    statuses(&mut out, header);
    out
}

fn table(out: &mut String, keys: impl Iterator<Item = &'static Key>) {
    *out += "| key | takes | default | of | meaning |\n|---|---|---|---|---|\n";
    for key in keys {
        let of: Vec<_> =
            Dictionary::ALL.iter().filter(|of| key.of.contains(of)).map(|of| of.title()).collect();
        let default = if key.default.is_empty() { String::new() } else { format!("`{}`", key.default) };
        writeln!(
            out,
            "| `{}` | {} | {default} | {} | {} |",
            key.name,
            key.form.allowed(),
            of.join(", "),
            key.meaning
        )
        .unwrap();
    }
}

fn containers(out: &mut String) {
    *out += "\n## Containers\n\nFormats that are written, by the ending of the path, or as `format`; each is read, too, by what is in it. \
        FFmpeg's own names of containers and codecs.\n\n\
        | container | endings | media type | holds | tracks | without `seek` |\n|---|---|---|---|---|---|\n";
    for row in FORMATS {
        let endings: Vec<_> = row.extensions.iter().map(|ending| format!(".{ending}")).collect();
        let others = if row.others { " and others" } else { "" };
        let tracks = if row.tracks == 1 { "1" } else { "any" };
        let live = if row.movie { "with `fragmentDuration`" } else { "yes" };
        let (name, mime, holds) = (row.name, row.mime, row.codecs.join(", "));
        writeln!(out, "| {name} | {} | {mime} | {holds}{others} | {tracks} | {live} |", endings.join(", "))
            .unwrap();
    }
}

fn formats(out: &mut String) {
    *out += "\n## Pixel formats\n\nPlanes in memory order: bytes of a sample, and the pixels that it stands for, across and down. Samples of \
        more than 8 bits are 16-bit little-endian words.\n\n| name | `FG_PIXEL_` | bits | planes | without alpha |\n|---|---|---|---|---|\n";
    for format in PixelFormat::ALL {
        let planes = format.planes().iter();
        let planes = planes.map(|plane| format!("{} ({}x{})", plane.step_bytes, plane.sub_x, plane.sub_y));
        let (name, number, bits) = (format.name(), format as i32, format.bits());
        let (planes, opaque) = (planes.collect::<Vec<_>>().join(", "), format.opaque().name());
        writeln!(out, "| {name} | {number} | {bits} | {planes} | {opaque} |").unwrap();
    }
}

fn sample_formats(out: &mut String) {
    *out += "\n## Sample formats\n\nA format with planes has one for each channel, the others have one of all channels in turn. Samples of 24 bits are the upper bits \
        of 32.\n\n| name | `FG_SAMPLE_` | bytes of a sample | planes |\n|---|---|---|---|\n";
    for format in SampleFormat::ALL {
        let planes = if format.is_planar() { "a channel each" } else { "1" };
        writeln!(out, "| {} | {} | {} | {planes} |", format.name(), format as i32, format.bytes()).unwrap();
    }
}

fn statuses(out: &mut String, header: &Header) {
    *out += "\n## Statuses\n\n0 done; above 0 not now, and what to do about it; below 0 failed.\n\n| status | value | meaning |\n|---|---|---|\n";
    let is_status = |name: &str| {
        name == "FG_OK" || name == "FG_END" || name.starts_with("FG_WAIT_") || name.starts_with("FG_ERROR_")
    };
    for constant in header.constants.iter().filter(|constant| is_status(&constant.name)) {
        writeln!(out, "| `{}` | {} | {} |", constant.name, constant.value, constant.comment).unwrap();
    }
}
