//! A rectangle of whole pixels.

/// A rectangle inside a coded picture, in pixels from its top left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rect {
    /// Left edge.
    pub x: u32,
    /// Top edge.
    pub y: u32,
    /// Pixels across, never 0 in a checked rectangle.
    pub width: u32,
    /// Pixels down, never 0 in a checked rectangle.
    pub height: u32,
}

impl Rect {
    /// The rectangle at the origin.
    pub fn of_size(width: u32, height: u32) -> Self {
        Self { x: 0, y: 0, width, height }
    }

    /// True if it is not empty and lies inside a picture of `width` x `height`. Does not overflow.
    pub fn fits(&self, width: u32, height: u32) -> bool {
        let inside =
            |start: u32, size: u32, limit: u32| start.checked_add(size).is_some_and(|end| end <= limit);
        self.width > 0
            && self.height > 0
            && inside(self.x, self.width, width)
            && inside(self.y, self.height, height)
    }
}
