//! Replacements in a text, by byte.

use std::{collections::BTreeMap, ops::Range};

/// Replacements that do not overlap, and what is put between bytes.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Edits(BTreeMap<usize, Edit>);

/// What is done at a byte.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Edit {
    /// Put before it, in order.
    put: Vec<String>,
    /// The end of what is replaced from it on, and by what.
    replaced: Option<(usize, String)>,
}

impl Edits {
    /// Replaces bytes. What overlaps an earlier replacement is left out: that one said the same. An empty range has text put
    /// there, before what was put there earlier: an attribute stays with its item.
    pub fn replace(&mut self, bytes: Range<usize>, by: impl Into<String>) {
        let overlaps = self.0.range(..bytes.end).any(|(start, edit)| {
            let ends_behind = |(end, _): &(usize, String)| *end > bytes.start;
            let put_inside = *start > bytes.start && !edit.put.is_empty();
            edit.replaced.as_ref().is_some_and(ends_behind) || put_inside
        });
        if overlaps {
            return;
        }
        let by = by.into();
        let edit = self.0.entry(bytes.start).or_default();
        if !bytes.is_empty() {
            edit.replaced = Some((bytes.end, by));
        } else if !edit.put.contains(&by) {
            edit.put.insert(0, by);
        }
    }

    /// Adds those of another list.
    pub fn join(&mut self, other: Edits) {
        for (start, edit) in other.0 {
            for text in edit.put.into_iter().rev() {
                self.replace(start..start, text);
            }
            if let Some((end, by)) = edit.replaced {
                self.replace(start..end, by);
            }
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
        for (start, edit) in &self.0 {
            made.push_str(&text[at..*start]);
            at = *start;
            for put in &edit.put {
                made.push_str(put);
            }
            if let Some((end, by)) = &edit.replaced {
                made.push_str(by);
                at = *end;
            }
        }
        made.push_str(&text[at..]);
        made
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_at_one_place_stands_there_in_full() {
        let mut edits = Edits::default();
        edits.replace(0..3, "let");
        edits.replace(0..0, "#[a]\n");
        edits.replace(0..0, "#[a]\n");
        let mut more = Edits::default();
        more.replace(0..0, "mod b;\n");
        more.replace(1..2, "x");
        more.replace(4..4, "!");
        more.replace(3..5, "");
        edits.join(more);
        assert_eq!(edits.apply("use c"), "mod b;\n#[a]\nlet !c");
    }
}
