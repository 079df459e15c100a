//! A bitstream parser of FFmpeg: what decoders and containers do not tell of a packet, namely whether it is a second
//! field, and its picture's place in the order.

use std::ptr::{self, NonNull};

use ffmpeg_sys_next as ff;

use super::context::Context;
use super::descriptor::Descriptor;
use super::error::no_memory;
use super::packet::Packet;
use crate::error::Result;

/// A parser of packets of a whole picture or field.
pub struct Parser {
    parser: NonNull<ff::AVCodecParserContext>,
    /// Only read for its extradata; never opened.
    context: Context,
    /// The packet before was a first field.
    first_field: bool,
}

impl Parser {
    /// A parser of a stream's packets; `None` if its codec's pictures have no places in an order.
    ///
    /// # Errors
    /// As [`Parser::new`].
    pub fn of_stream(codec: Descriptor, extradata: &[u8]) -> Result<Option<Self>> {
        let Some(decoder) = codec.decoder(None).filter(|_| codec.has_order()) else { return Ok(None) };
        // SAFETY: it was found.
        unsafe { Self::new(decoder, extradata) }
    }

    /// A parser of what a decoder with this setup gets; `None` if FFmpeg has none for the codec.
    ///
    /// # Errors
    /// `OutOfMemory`.
    ///
    /// # Safety
    /// `codec` comes from one of FFmpeg's find functions.
    pub unsafe fn new(codec: *const ff::AVCodec, extradata: &[u8]) -> Result<Option<Self>> {
        // SAFETY: the caller's promise.
        let mut context = unsafe { Context::new(codec)? };
        context.set_extradata(extradata)?;
        // SAFETY: as above: the codec is static.
        let id = unsafe { (*codec).id as i32 };
        // SAFETY: no preconditions.
        let Some(parser) = NonNull::new(unsafe { ff::av_parser_init(id) }) else {
            return if exists(id) { Err(no_memory("a parser")) } else { Ok(None) };
        };
        // SAFETY: a new parser of our own.
        unsafe { (*parser.as_ptr()).flags |= ff::PARSER_FLAG_COMPLETE_FRAMES };
        Ok(Some(Self { parser, context, first_field: false }))
    }

    /// Looks at the next packet, at the header of its first slice. True if it is the second field of the frame that the
    /// packet before began: no frame of its own comes of it.
    pub fn is_second_field(&mut self, packet: &Packet) -> bool {
        let Some(field_order) = self.parse(packet) else { return false };
        let field = self.is_field();
        // The parser pairs a field with any before it of the other parity and the same frame_num, also with one that
        // ended a pair.
        let second = field && self.first_field && field_order != ff::AVFieldOrder::AV_FIELD_UNKNOWN;
        self.first_field = field && !second;
        second
    }

    /// The next packet's picture order count: its place among those since the last IDR picture.
    pub fn order(&mut self, packet: &Packet) -> Option<i32> {
        self.parse(packet)?;
        // SAFETY: the parser is valid.
        Some(unsafe { (*self.parser.as_ptr()).output_picture_number })
    }

    /// True if the packet that was looked at last is a field.
    pub fn is_field(&self) -> bool {
        // SAFETY: the parser is valid.
        let structure = unsafe { (*self.parser.as_ptr()).picture_structure };
        matches!(
            structure,
            ff::AVPictureStructure::AV_PICTURE_STRUCTURE_TOP_FIELD
                | ff::AVPictureStructure::AV_PICTURE_STRUCTURE_BOTTOM_FIELD
        )
    }

    fn parse(&mut self, packet: &Packet) -> Option<ff::AVFieldOrder> {
        let data = packet.data();
        let size = i32::try_from(data.len()).ok()?;
        let (mut out, mut out_size) = (ptr::null_mut(), 0);
        let (parser, none) = (self.parser.as_ptr(), ff::AV_NOPTS_VALUE);
        // SAFETY: parser and context are valid; the packet's bytes are padded and only read. What comes out points
        // into them and is not used.
        unsafe {
            let (out, out_size) = (&mut out, &mut out_size);
            ff::av_parser_parse2(
                parser,
                self.context.as_ptr(),
                out,
                out_size,
                data.as_ptr(),
                size,
                none,
                none,
                0,
            );
            Some((*parser).field_order)
        }
    }
}

/// True if this FFmpeg has a parser for the codec.
fn exists(id: i32) -> bool {
    let mut place = ptr::null_mut();
    let next = || {
        // SAFETY: a place of ours, NULL at first; parsers are constants of the library.
        unsafe { ff::av_parser_iterate(&mut place).as_ref() }
    };
    std::iter::from_fn(next).any(|parser| parser.codec_ids.contains(&id))
}

impl Drop for Parser {
    fn drop(&mut self) {
        // SAFETY: made by `new`, closed once.
        unsafe { ff::av_parser_close(self.parser.as_ptr()) }
    }
}
