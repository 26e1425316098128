//! How often each colour of a small palette is seen.

use fnv::FnvHashMap;

/// Each index with its count, the most frequent first.
pub fn tally(pixels: &[u8]) -> Vec<(u8, u32)> {
    let mut counts: FnvHashMap<u8, u32> = FnvHashMap::default();
    for pixel in pixels {
        *counts.entry(*pixel).or_insert(0) += 1;
    }
    let mut counts: Vec<(u8, u32)> = counts.into_iter().collect();
    counts.sort_by_key(|(pixel, count)| (std::cmp::Reverse(*count), *pixel));
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_are_counted() {
        assert_eq!(tally(&[3, 1, 3, 3, 2, 1]), [(3, 3), (1, 2), (2, 1)]);
        assert_eq!(tally(&[]), []);
    }
}
