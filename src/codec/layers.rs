//! Temporal layers: which one each chunk of an encoder is in. W3C "Scalable Video Coding (SVC) Extension for WebRTC", section 9.

use crate::error::{Error, Result};
use crate::media::{Config, keys};

/// The layers of the frames from a key frame on, which repeat.
static PATTERNS: [(&str, &[u32]); 3] = [("L1T1", &[0]), ("L1T2", &[0, 1]), ("L1T3", &[0, 2, 1, 2])];

/// Counts the chunks of a stream with layers.
#[derive(Clone, Copy)]
pub(super) struct Layers {
    pattern: &'static [u32],
    next: usize,
}

impl Layers {
    /// Those of `scalabilityMode`, one without it, where the codec has it among `known`.
    ///
    /// # Errors
    /// `NotSupported` naming the mode and what is allowed.
    pub(super) fn of(config: &Config, known: &[&str], codec: &str) -> Result<Self> {
        let mode = config.value(&keys::SCALABILITY_MODE);
        let found =
            PATTERNS.iter().find(|(name, _)| known.contains(name) && mode.is_none_or(|mode| mode == *name));
        let (_, pattern) = found.ok_or_else(|| {
            let (mode, known) = (mode.unwrap_or_default(), known.join(", "));
            Error::not_supported(format!("scalabilityMode is \"{mode}\", {codec} supports {known} here"))
        })?;
        Ok(Self { pattern, next: 0 })
    }

    /// How many there are.
    pub(super) fn count(&self) -> u32 {
        self.pattern.iter().max().map_or(1, |highest| highest + 1)
    }

    /// The layer of the next chunk; a key begins the pattern anew.
    pub(super) fn next(&mut self, key: bool) -> u32 {
        if key {
            self.next = 0;
        }
        let layer = self.pattern[self.next % self.pattern.len()];
        self.next += 1;
        layer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(mode: &str) -> Result<Layers> {
        let mut config = Config::new("x")?;
        config.put(&keys::SCALABILITY_MODE, mode)?;
        Layers::of(&config, &["L1T1", "L1T2", "L1T3"], "X")
    }

    #[test]
    fn a_key_begins_the_pattern_anew() {
        let mut layers = of("L1T3").unwrap();
        let found: Vec<_> = (0..12).map(|index| layers.next(index == 0 || index == 7)).collect();
        assert_eq!(found, [0, 2, 1, 2, 0, 2, 1, 0, 2, 1, 2, 0]);
        assert_eq!((layers.count(), of("L1T2").unwrap().count(), of("L1T1").unwrap().count()), (3, 2, 1));
    }

    #[test]
    fn without_a_mode_there_is_one_layer() {
        let layers = Layers::of(&Config::new("x").unwrap(), &["L1T1"], "X").unwrap();
        assert_eq!(layers.count(), 1);
        let refused = of("L2T1").map(|layers| layers.count()).unwrap_err();
        assert_eq!(refused.text, "scalabilityMode is \"L2T1\", X supports L1T1, L1T2, L1T3 here");
    }
}
