//! Pictures for tests: rows with gaps, memory that ends with the last sample, and guards that show stray writes.

use std::ptr::NonNull;

use framegate::media::convert::Picture;
use framegate::media::{Color, PixelFormat, Plane, Planes, plane_extent};

/// What fills the bytes that no conversion may touch.
const CANARY: u8 = 0xa5;

/// Guard bytes around each plane.
const GUARD_BYTES: usize = 64;

/// A picture with memory of its own, plane by plane.
pub struct Image {
    pub format: PixelFormat,
    pub width: u32,
    pub height: u32,
    pub color: Color,
    planes: Vec<Memory>,
}

struct Memory {
    bytes: Vec<u8>,
    stride_bytes: usize,
    row_bytes: usize,
    rows: u32,
}

/// Numbers that look random and are the same in every run.
pub struct Noise(pub u64);

impl Noise {
    pub fn byte(&mut self) -> u8 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as u8
    }
}

impl Image {
    /// A picture whose rows lie `gap_bytes` apart, with all samples 0.
    pub fn new(format: PixelFormat, width: u32, height: u32, gap_bytes: usize, color: Color) -> Self {
        let planes = (0..format.planes().len())
            .map(|index| {
                let (row_bytes, rows) = plane_extent(format, index, width, height);
                let stride_bytes = row_bytes + gap_bytes;
                let span = stride_bytes * (rows as usize - 1) + row_bytes;
                let mut memory =
                    Memory { bytes: vec![CANARY; span + 2 * GUARD_BYTES], stride_bytes, row_bytes, rows };
                memory.rows_mut().for_each(|row| row.fill(0));
                memory
            })
            .collect();
        Self { format, width, height, color, planes }
    }

    /// Fills the samples of all planes with `value(plane, byte in the row, row)`.
    pub fn fill(mut self, mut value: impl FnMut(usize, usize, usize) -> u8) -> Self {
        self.each(|plane, x, y, byte| *byte = value(plane, x, y));
        self
    }

    /// Changes each sample byte to `change(plane, byte in the row, value)`.
    pub fn change(&mut self, mut change: impl FnMut(usize, usize, u8) -> u8) {
        self.each(|plane, x, _, byte| *byte = change(plane, x, *byte));
    }

    fn each(&mut self, mut visit: impl FnMut(usize, usize, usize, &mut u8)) {
        for (index, memory) in self.planes.iter_mut().enumerate() {
            for (y, row) in memory.rows_mut().enumerate() {
                row.iter_mut().enumerate().for_each(|(x, byte)| visit(index, x, y, byte));
            }
        }
    }

    /// Noise in all samples; those of 16 bits stay within `depth` bits.
    pub fn noise(self, seed: u64, depth: u32) -> Self {
        let mut noise = Noise(seed);
        self.fill(|_, x, _| {
            noise.byte() & if depth > 8 && x % 2 == 1 { (1 << (depth - 8)) - 1 } else { 0xff }
        })
    }

    /// The tightly packed bytes of all planes.
    pub fn packed(&self) -> Vec<u8> {
        (0..self.planes.len()).flat_map(|index| self.rows(index).flatten().copied()).collect()
    }

    /// The rows of a plane.
    pub fn rows(&self, index: usize) -> impl Iterator<Item = &[u8]> {
        let memory = &self.planes[index];
        let spans = memory.bytes[GUARD_BYTES..].chunks(memory.stride_bytes);
        spans.take(memory.rows as usize).map(|row| &row[..memory.row_bytes])
    }

    /// Byte `x` of row `y` of a plane.
    pub fn byte(&self, index: usize, x: u32, y: u32) -> u8 {
        let memory = &self.planes[index];
        memory.bytes[GUARD_BYTES + y as usize * memory.stride_bytes + x as usize]
    }

    /// Sample `x` of row `y` of a plane of a planar format.
    pub fn sample(&self, index: usize, x: u32, y: u32) -> u32 {
        match self.format.planes()[index].step_bytes {
            1 => self.byte(index, x, y).into(),
            _ => u16::from_le_bytes([self.byte(index, 2 * x, y), self.byte(index, 2 * x + 1, y)]).into(),
        }
    }

    /// For the functions under test. The picture may be written through if `self` is only used again after.
    pub fn picture(&mut self) -> Picture {
        let planes = Planes::from_parts(self.planes.iter_mut().map(|memory| Plane {
            data: NonNull::from(&mut memory.bytes[GUARD_BYTES..]).cast(),
            stride_bytes: memory.stride_bytes,
            row_bytes: memory.row_bytes,
            rows: memory.rows,
        }));
        Picture { format: self.format, planes, width: self.width, height: self.height, color: self.color }
    }

    /// Fails the test if a byte outside the samples changed.
    pub fn check_canaries(&self, case: &str) {
        for (index, memory) in self.planes.iter().enumerate() {
            let inside = |at: usize| {
                at.checked_sub(GUARD_BYTES).is_some_and(|at| {
                    at % memory.stride_bytes < memory.row_bytes
                        && at / memory.stride_bytes < memory.rows as usize
                })
            };
            let stray = (0..memory.bytes.len()).find(|at| !inside(*at) && memory.bytes[*at] != CANARY);
            assert_eq!(stray, None, "{case}: plane {index} has a stray write (offset with a guard of 64)");
        }
    }
}

impl Memory {
    fn rows_mut(&mut self) -> impl Iterator<Item = &mut [u8]> {
        let row_bytes = self.row_bytes;
        let spans = self.bytes[GUARD_BYTES..].chunks_mut(self.stride_bytes);
        spans.take(self.rows as usize).map(move |row| &mut row[..row_bytes])
    }
}
