//! Chunks that are what encoders give and decoders take, in one form, without a description: VP8, VP9.

use crate::error::{Error, Result};
use crate::media::Config;

use super::{Content, Framing, Reorder, Stream};

/// What the first bytes of a chunk say of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// Decoding can begin there.
    pub(super) key: bool,
    /// How many of its pictures are shown: others are for those after them to refer to.
    pub(super) shown: u32,
}

/// Reads a chunk's header. `Data` if it has none.
pub(super) type ReadHeader = fn(&[u8]) -> Result<Header>;

pub(super) struct Whole {
    /// The codec string, as it was configured.
    text: String,
    read: ReadHeader,
}

impl Whole {
    /// # Errors
    /// `NotSupported` for a decoder's description: there is none.
    pub(super) fn new(config: &Config, description: Option<&[u8]>, read: ReadHeader) -> Result<Self> {
        match description {
            None => Ok(Self { text: config.codec().to_owned(), read }),
            Some(bytes) => {
                let (codec, bytes) = (config.codec(), bytes.len());
                Err(Error::not_supported(format!("description has {bytes} bytes, {codec} has none")))
            }
        }
    }
}

impl Framing for Whole {
    fn is_key(&self, chunk: &[u8]) -> Result<bool> {
        Ok((self.read)(chunk)?.key)
    }

    fn key_needs(&self) -> &'static str {
        "the mark nor the start code of a key frame"
    }

    fn format_key(&self) -> Option<&'static str> {
        None
    }

    fn extradata(&self) -> &[u8] {
        &[]
    }

    fn stream(&self) -> Box<dyn Stream> {
        Box::new(WholeStream(self.read))
    }

    fn sets_apart(&self) -> bool {
        false
    }

    fn chunk(&self, _: &[u8]) -> Result<Option<Vec<u8>>> {
        Ok(None)
    }

    fn describe(&self, _: &[u8], _: &[u8]) -> Result<(String, Option<Vec<u8>>)> {
        Ok((self.text.clone(), None))
    }
}

struct WholeStream(ReadHeader);

impl Stream for WholeStream {
    fn look(&mut self, chunk: &[u8]) -> Content {
        // What is damaged is the decoder's to find, and may be shown.
        let Header { key, shown } = (self.0)(chunk).unwrap_or(Header { key: false, shown: 1 });
        Content::Picture { idr: key, after_loss: false, sound: key, shown }
    }

    fn reorder(&self) -> Option<Reorder> {
        Some(Reorder::Told(0))
    }

    fn repeat(&self, _: &mut Vec<u8>) -> Result<()> {
        Ok(())
    }

    fn restart(&mut self) {}
}
