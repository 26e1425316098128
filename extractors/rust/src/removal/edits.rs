//! Replacements in a text, by byte.

use std::{collections::BTreeMap, ops::Range};

/// Replacements that do not overlap.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Edits(BTreeMap<usize, (usize, String)>);

impl Edits {
    /// Replaces bytes. What overlaps an earlier replacement is left out: that one said the same.
    pub fn replace(&mut self, bytes: Range<usize>, by: impl Into<String>) {
        let overlaps = self
            .0
            .range(..bytes.end.max(bytes.start + 1))
            .any(|(start, (end, _))| {
                *end > bytes.start || (*start == bytes.start && *end == bytes.end)
            });
        if !overlaps {
            self.0.insert(bytes.start, (bytes.end, by.into()));
        }
    }

    /// Adds those of another list.
    pub fn join(&mut self, other: Edits) {
        for (start, (end, by)) in other.0 {
            self.replace(start..end, by);
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text with all of them.
    pub fn apply(&self, text: &str) -> String {
        let mut made = String::with_capacity(text.len());
        let mut at = 0;
        for (start, (end, by)) in &self.0 {
            made.push_str(&text[at..*start]);
            made.push_str(by);
            at = *end;
        }
        made.push_str(&text[at..]);
        made
    }
}
