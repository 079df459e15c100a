//! What the first bytes of an Opus packet say: RFC 6716, 3.1 and 3.2. All input may be hostile.

/// Samples of a packet at 48 kHz.
pub(super) fn samples(packet: &[u8]) -> Option<u32> {
    let [toc, rest @ ..] = packet else { return None };
    let frame = match toc >> 3 {
        kind @ 0..12 => [480, 960, 1920, 2880][usize::from(kind & 3)],
        kind @ 12..16 => [480, 960][usize::from(kind & 1)],
        kind => 120 << (kind & 3),
    };
    let frames = match toc & 3 {
        0 => 1,
        1 | 2 => 2,
        _ => u32::from(rest.first()? & 0x3f),
    };
    Some(frame * frames)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_first_bytes_say_how_long_a_packet_is() {
        for (packet, samples) in [
            (&[0xfc, 1][..], Some(960)),
            (&[0x08, 1], Some(960)),
            (&[0x1b, 3], Some(8640)),
            (&[0x81, 1], Some(240)),
            (&[0x83], None),
            (&[], None),
        ] {
            assert_eq!(super::samples(packet), samples, "{packet:?}");
        }
    }
}
