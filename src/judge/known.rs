//! Which inputs were tried, and what was read of them.
//!
//! A driver that stopped reading after a few bytes would do the same whatever stands behind them, and bytes that lack
//! read as zero: such inputs are told apart by their bytes and by nothing else, and trying them would be work for nothing.

use std::collections::HashSet;

/// Inputs that need not be tried again. Remembers hashes: where two meet, an input is left out, and nothing else happens.
#[derive(Default)]
pub struct Known {
    /// Beginnings of which the driver read no further: hash of their bytes and their length.
    read: HashSet<u64>,
    /// Whole inputs, without the zeros at their end.
    whole: HashSet<u64>,
}

impl Known {
    /// Notes an input that is to be tried; whether it is likely to be another than those before.
    pub fn take(&mut self, input: &[u8]) -> bool {
        let end = input.iter().rposition(|byte| *byte != 0);
        let bare = &input[..end.map_or(0, |last| last + 1)];
        let decided = Hashes::of(input).any(|hash| self.read.contains(&hash));
        let whole = Hashes::of(bare).last().unwrap_or_default();
        !decided && self.whole.insert(whole)
    }

    /// Tells that of an input only the first `used` bytes were read.
    pub fn read(&mut self, input: &[u8], used: usize) {
        if used < input.len()
            && let Some(hash) = Hashes::of(&input[..used]).last()
        {
            self.read.insert(hash);
        }
    }
}

/// Hashes of the beginnings of an input, the shortest first (FNV-1a, which goes on from byte to byte).
struct Hashes<'a> {
    rest: std::slice::Iter<'a, u8>,
    hash: u64,
}

impl<'a> Hashes<'a> {
    fn of(input: &'a [u8]) -> Self {
        Self {
            rest: input.iter(),
            hash: 0xcbf2_9ce4_8422_2325,
        }
    }
}

impl Iterator for Hashes<'_> {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        let byte = self.rest.next()?;
        self.hash = (self.hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
        Some(self.hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_is_known_by_the_bytes_that_are_read_of_it() {
        let mut known = Known::default();
        assert!(known.take(&[1, 2, 3, 4]));
        assert!(!known.take(&[1, 2, 3, 4]));
        assert!(!known.take(&[1, 2, 3, 4, 0, 0]), "what lacks reads as zero");
        known.read(&[1, 2, 3, 4], 2);
        assert!(!known.take(&[1, 2, 9]));
        assert!(known.take(&[1, 9]));
        assert!(known.take(&[1]), "two bytes were read, and here is one");
    }

    #[test]
    fn an_input_that_was_read_to_its_end_says_nothing_of_longer_ones() {
        let mut known = Known::default();
        assert!(known.take(&[1, 2]));
        known.read(&[1, 2], 2);
        assert!(known.take(&[1, 2, 3]));
    }
}
