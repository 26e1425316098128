//! Replacements in the taken text: what the compiler is sure of, and imports within bodies that go.

use std::ops::Range;

use super::Pruner;
use crate::{
    assemble::Assembled,
    resolve::{Def, Id},
    slice::{compile::Said, paths::Swap},
};

/// Errors about text that another edition reads otherwise: patterns of ranges, trait objects, captured lifetimes, keywords.
const EDITION: [&str; 6] = ["E0133", "E0586", "E0670", "E0700", "E0782", "E0783"];

impl Pruner<'_, '_> {
    /// Applies what the compiler is sure of: what an edition writes otherwise. All parts of an advice, or none.
    pub(super) fn fix(&mut self, made: &Assembled, said: &Said) -> bool {
        let mut changed = false;
        // Advice on names and types is for text that was written so by mistake.
        let by_edition = said.code.is_empty() && !said.message.starts_with("cannot find")
            || EDITION.contains(&said.code.as_str());
        for advice in said.fixes.iter().filter(|_| by_edition) {
            let parts: Option<Vec<(Id, Swap)>> =
                advice.iter().map(|part| self.swap(made, part)).collect();
            let parts = parts.unwrap_or_default();
            let apart = |id: &Id, range: &Range<usize>| {
                let known = self.plan.swaps.get(id).into_iter().flatten();
                known
                    .into_iter()
                    .all(|(known, _)| known.end < range.start || known.start > range.end)
            };
            if !parts.iter().all(|(id, (range, _))| apart(id, range)) {
                continue;
            }
            for (id, swap) in parts {
                self.plan.swaps.entry(id).or_default().push(swap);
                changed = true;
            }
        }
        changed
    }

    /// One part of an advice as a replacement in a unit's text.
    fn swap(&self, made: &Assembled, part: &(Range<usize>, String)) -> Option<(Id, Swap)> {
        let (range, new) = part;
        let piece = made.at(range.start)?;
        let (krate, file, start) = made.source(range.start)?;
        let (_, _, end) = made.source(range.end)?;
        let unit = self.world.unit(piece.id);
        let ours = piece.leaf.is_none() && piece.id.krate == krate && unit.file == file;
        (ours && start <= end).then(|| (piece.id, (start..end, new.clone())))
    }

    /// Drops an import that a body makes and does not need, if it is of text that would have to be taken for it.
    pub(super) fn drop_inner_import(
        &mut self,
        made: &Assembled,
        range: &std::ops::Range<usize>,
    ) -> bool {
        let (Some(piece), Some((krate, file_index, byte))) =
            (made.at(range.start), made.source(range.start))
        else {
            return false;
        };
        let id = piece.id;
        let unit = self.world.unit(id);
        if piece.leaf.is_some() || id.krate != krate || unit.file != file_index {
            return false;
        }
        let file = &self.world.krate(krate).files[file_index as usize];
        let tokens = unit.item.tokens.clone();
        let inside = |at: &usize| file.tokens[*at].start as usize <= byte;
        let Some(start) = tokens
            .clone()
            .filter(inside)
            .rfind(|at| file.word(*at) == "use" && file.word(*at + 1) != "<")
        else {
            return false;
        };
        let Some(end) = (start..tokens.end).find(|at| file.word(*at) == ";") else {
            return false;
        };
        let leaves = crate::modules::leaves_at(file, start, end);
        let [leaf] = leaves.as_slice() else {
            return false;
        };
        let local = self
            .world
            .path(self.world.module_of(id), &leaf.path, true)
            .0;
        if !local.iter().any(|def| matches!(def, Def::Unit(_))) {
            return false;
        }
        // Attributes of the import go with it.
        let mut first = start;
        while first > tokens.start && file.word(first - 1) == "]" {
            let open = file.tokens[first - 1].mate as usize;
            if open == 0 || file.word(open - 1) != "#" {
                break;
            }
            first = open - 1;
        }
        let bytes = file.bytes(&(first..end + 1));
        let swaps = self.plan.swaps.entry(id).or_default();
        if swaps
            .iter()
            .any(|(known, _)| known.start < bytes.end && bytes.start < known.end)
        {
            return false;
        }
        swaps.push((bytes, String::new()));
        self.narrow.cut.entry(id).or_default().push(start..end);
        true
    }
}
