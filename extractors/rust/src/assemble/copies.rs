//! Copied text with its replacements, and the record of each departure from the author's text.

use std::ops::Range;

use ripout_model::Edit;

use super::Writer;
use crate::{
    resolve::Id,
    slice::paths::{self},
};

impl<'a> Writer<'a> {
    /// Copies bytes of a unit's file, with the replacements its paths and the editions need.
    pub(super) fn copy(&mut self, id: Id, tokens: Range<usize>, bytes: Range<usize>) {
        let file = self.file(id);
        let (file_index, text) = (self.world.unit(id).file, file.text());
        let mut swaps = if tokens.is_empty() {
            Vec::new()
        } else {
            paths::swaps(self.world, id, tokens, self.stem)
        };
        for (unit, more) in &self.plan.swaps {
            if unit.krate == id.krate && self.world.unit(*unit).file == file_index {
                swaps.extend(
                    more.iter()
                        .filter(|(range, _)| range.start >= bytes.start && range.end <= bytes.end)
                        .cloned(),
                );
            }
        }
        swaps.sort_by_key(|(range, _)| range.start);
        swaps.dedup();
        let mut from = bytes.start;
        for (range, new) in swaps {
            if range.start < from {
                continue;
            }
            self.piece_of(id.krate, file_index, &text[from..range.start], from);
            self.edit(id, range.clone(), &new);
            self.push(&new);
            from = range.end;
        }
        if from < bytes.end {
            self.piece_of(id.krate, file_index, &text[from..bytes.end], from);
        }
    }

    fn piece_of(&mut self, krate: u32, file: u32, text: &str, from: usize) {
        if !text.is_empty() {
            self.made
                .copied
                .push((self.made.text.len(), krate, file, from, text.len()));
            self.made.text.push_str(text);
        }
    }

    pub(super) fn edit(&mut self, id: Id, range: Range<usize>, new: &str) {
        let file = self.file(id);
        let old = file.cleaned.original(range.start);
        let line = crate::modules::line_of(&file.original, old);
        // The member that it stands in is the edited one.
        let unit = self.world.unit(id);
        let inner = unit
            .members
            .iter()
            .map(|member| Id {
                krate: id.krate,
                unit: *member,
            })
            .find(|member| {
                let bytes = file.bytes(&self.world.unit(*member).item.tokens);
                bytes.start <= range.start && range.end <= bytes.end
            });
        self.made.edited.insert(id);
        self.made.edited.extend(inner);
        self.made.edits.push(Edit {
            file: file.path.clone(),
            line,
            before: short(&file.text()[range]),
            after: short(new),
        });
    }

    /// What cleaning changed within a unit.
    pub(super) fn cleaned_edits(&mut self, id: Id, whole: Range<usize>) {
        let file = self.file(id);
        let start = file.cleaned.original(whole.start);
        let end = file.cleaned.original(whole.end.saturating_sub(1)) + 1;
        // An attribute just before the item was cut off with its line.
        let before = file.cleaned.changes.iter().filter(|change| {
            change.old.end <= start && file.original[change.old.end..start].trim().is_empty()
        });
        let within = file
            .cleaned
            .changes
            .iter()
            .filter(|change| change.old.start >= start && change.old.end <= end);
        for change in before.chain(within) {
            let text = file.original[change.old.clone()].trim();
            if !text.starts_with("#[cfg") && change.old.end <= start {
                continue;
            }
            // A dropped neighbour is no edit of this one.
            if change.old.end <= start && !text.ends_with(']') {
                continue;
            }
            let line = crate::modules::line_of(&file.original, change.old.start);
            self.made.edited.insert(id);
            self.made.edits.push(Edit {
                file: file.path.clone(),
                line,
                before: short(text),
                after: short(&change.new),
            });
        }
    }
}

/// The first line of a long text.
pub(super) fn short(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or_default();
    if line.len() == text.trim().len() && line.chars().count() <= 160 {
        return line.to_owned();
    }
    let cut: String = line.chars().take(150).collect();
    format!("{cut} …")
}
