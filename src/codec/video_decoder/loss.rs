//! Which pictures show that one is missing to which others refer.

/// Which pictures refer, directly or through others, to one that is missing.
#[derive(Clone, Copy)]
pub(super) enum Loss {
    None,
    /// Those that are shown before this time.
    Before(i64),
    All,
}

impl Loss {
    /// After a picture of that kind, shown at `timestamp_us`.
    pub(super) fn after(self, idr: bool, sound: bool, after_loss: bool, timestamp_us: i64) -> Self {
        match self {
            _ if idr => Loss::None,
            _ if after_loss && !sound => Loss::All,
            Loss::All if sound => Loss::Before(timestamp_us),
            loss => loss,
        }
    }

    pub(super) fn shows_at(self, timestamp_us: i64) -> bool {
        match self {
            Loss::None => false,
            Loss::Before(sound_us) => timestamp_us < sound_us,
            Loss::All => true,
        }
    }
}
