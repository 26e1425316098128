//! Counts words of a list.

use aho_corasick::AhoCorasick;

/// How often one of the words stands in a text, from left to right.
///
/// ```
/// assert_eq!(counts::count("one two one", &["one", "two"]), 3);
/// ```
pub fn count(text: &str, words: &[&str]) -> usize {
    AhoCorasick::new(words).map_or(0, |finder| finder.find_iter(text).count())
}
