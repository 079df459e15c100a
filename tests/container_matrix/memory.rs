//! Bytes in memory that a muxer writes, with and without a place to go back to.

use std::io::{self, SeekFrom};
use std::mem::MaybeUninit;
use std::sync::{Arc, Mutex};

use framegate::container::Stream;

#[derive(Default)]
struct Written {
    bytes: Vec<u8>,
    at: usize,
}

/// Shared: the muxer has one, the test another.
#[derive(Clone, Default)]
pub struct Memory {
    written: Arc<Mutex<Written>>,
    can_seek: bool,
    can_read: bool,
}

impl Memory {
    pub fn bytes(&self) -> Vec<u8> {
        self.written.lock().unwrap().bytes.clone()
    }

    /// Empty; that can go back, and read what it has, or not.
    pub fn new(can_seek: bool, can_read: bool) -> Self {
        Self { can_seek, can_read, ..Self::default() }
    }
}

impl Stream for Memory {
    fn read(&mut self, bytes: &mut [MaybeUninit<u8>]) -> io::Result<usize> {
        assert!(self.can_read);
        let mut written = self.written.lock().unwrap();
        let Written { bytes: all, at } = &mut *written;
        let count = bytes.len().min(all.len().saturating_sub(*at));
        for (place, byte) in bytes.iter_mut().zip(&all[(*at).min(all.len())..]) {
            place.write(*byte);
        }
        *at += count;
        Ok(count)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut written = self.written.lock().unwrap();
        let end = written.at + bytes.len();
        let longer = written.bytes.len().max(end);
        written.bytes.resize(longer, 0);
        let at = std::mem::replace(&mut written.at, end);
        written.bytes[at..end].copy_from_slice(bytes);
        Ok(bytes.len())
    }

    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        assert!(self.can_seek);
        let mut written = self.written.lock().unwrap();
        let place = match to {
            SeekFrom::Start(place) => place as i64,
            SeekFrom::Current(offset) => written.at as i64 + offset,
            SeekFrom::End(offset) => written.bytes.len() as i64 + offset,
        };
        written.at = usize::try_from(place).map_err(|_| io::ErrorKind::InvalidInput)?;
        Ok(place as u64)
    }

    fn size_bytes(&mut self) -> io::Result<u64> {
        Ok(self.written.lock().unwrap().bytes.len() as u64)
    }

    fn can_seek(&self) -> bool {
        self.can_seek
    }

    fn can_read_back(&self) -> bool {
        self.can_seek && self.can_read
    }

    fn close(&mut self) -> io::Result<()> {
        Ok(())
    }
}
