//! A file of a package, with its text as the author wrote it and as everything else looks at it.

use std::ops::Range;

use crate::{clean::Cleaned, tokens::Token};

/// A file of a package, cleaned.
#[derive(Debug)]
pub struct SourceFile {
    /// Relative to the package's root.
    pub path: String,
    /// The author's text.
    pub original: String,
    /// The text that everything else looks at.
    pub cleaned: Cleaned,
    /// Its tokens.
    pub tokens: Vec<Token>,
}

impl SourceFile {
    /// The cleaned text.
    pub fn text(&self) -> &str {
        &self.cleaned.text
    }

    /// Text of one token.
    pub fn word(&self, at: usize) -> &str {
        self.tokens
            .get(at)
            .map_or("", |token| token.text(&self.cleaned.text))
    }

    /// Bytes of a range of tokens in the cleaned text.
    pub fn bytes(&self, range: &Range<usize>) -> Range<usize> {
        if range.is_empty() {
            let at = self
                .tokens
                .get(range.start)
                .map_or(self.cleaned.text.len(), |token| token.start as usize);
            return at..at;
        }
        self.tokens[range.start].start as usize..self.tokens[range.end - 1].end as usize
    }

    /// Text of a range of tokens, blanks made single.
    pub fn spaced(&self, range: &Range<usize>) -> String {
        self.text()[self.bytes(range)]
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Line of the author's text that a byte of the cleaned text stands in.
    pub fn line(&self, at: usize) -> u32 {
        line_of(&self.original, self.cleaned.original(at))
    }

    /// First and last line of a range of tokens, in the author's text.
    pub fn lines(&self, range: &Range<usize>) -> [u32; 2] {
        let bytes = self.bytes(range);
        [
            self.line(bytes.start),
            self.line(bytes.end.saturating_sub(1).max(bytes.start)),
        ]
    }
}

/// 1-based line of a byte.
pub fn line_of(text: &str, at: usize) -> u32 {
    text.as_bytes()[..at.min(text.len())]
        .iter()
        .filter(|byte| **byte == b'\n')
        .count() as u32
        + 1
}
