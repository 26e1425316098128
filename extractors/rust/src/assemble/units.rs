//! Items with their attributes and comments, and of impls and traits only the members that were taken.

use std::ops::Range;

use super::{Piece, Writer, lead::lead};
use crate::{modules::SourceFile, resolve::Id};

impl<'a> Writer<'a> {
    /// One item with its attributes and comments; of an impl or a trait only the members that were taken.
    pub(super) fn unit(&mut self, id: Id, whole: Range<usize>) {
        let unit = self.world.unit(id);
        let file = self.file(id);
        let start = self.made.text.len();
        let tokens = unit.item.tokens.clone();
        let core_bytes = file.bytes(&tokens);
        self.attributes(id, whole.start..core_bytes.start);
        let core = self.made.text.len();
        let left_out = unit.members.iter().any(|member| {
            !self.plan.live.contains(&Id {
                krate: id.krate,
                unit: *member,
            })
        });
        let index = self.made.pieces.len();
        self.made.pieces.push(Piece {
            id,
            leaf: None,
            whole: start..start,
            core: core..core,
            cut: left_out,
        });
        match (unit.item.body, left_out) {
            (Some((open, close)), true) => {
                self.copy(
                    id,
                    tokens.start..open + 1,
                    core_bytes.start..file.tokens[open].end as usize,
                );
                for attr in &unit.item.inner {
                    self.push(&format!("\n    {}", file.spaced(&attr.tokens)));
                }
                let mut first = true;
                for &member in &unit.members {
                    let member = Id {
                        krate: id.krate,
                        unit: member,
                    };
                    if self.plan.live.contains(&member) {
                        self.push(if first { "\n" } else { "\n\n" });
                        first = false;
                        self.unit(member, lead(file, member, self.world));
                    }
                }
                self.push("\n");
                let indent = self.indent(file, core_bytes.start);
                self.push(&indent);
                let close = &file.tokens[close];
                self.copy(
                    id,
                    tokens.end..tokens.end,
                    close.start as usize..close.end as usize,
                );
            }
            _ => {
                self.copy(id, tokens.clone(), core_bytes.clone());
                self.members_inside(id, core_bytes.start);
            }
        }
        let end = self.made.text.len();
        self.copy(
            id,
            tokens.end..tokens.end,
            core_bytes.end..whole.end.max(core_bytes.end),
        );
        let piece = &mut self.made.pieces[index];
        piece.core = core..end;
        piece.whole = start..self.made.text.len();
        self.cleaned_edits(id, whole);
    }

    fn indent(&self, file: &SourceFile, at: usize) -> String {
        let line = file.text()[..at].rfind('\n').map_or(0, |end| end + 1);
        file.text()[line..at]
            .chars()
            .take_while(|char| *char == ' ' || *char == '\t')
            .collect()
    }

    /// Pieces for the members of a container that was copied whole.
    fn members_inside(&mut self, id: Id, _from: usize) {
        let unit = self.world.unit(id);
        let file = self.file(id);
        for &member in &unit.members {
            let member_id = Id {
                krate: id.krate,
                unit: member,
            };
            let bytes = file.bytes(&self.world.unit(member_id).item.tokens);
            let (Some(start), Some(end)) = (
                self.written(id, bytes.start),
                self.written(id, bytes.end - 1),
            ) else {
                continue;
            };
            self.made.pieces.push(Piece {
                id: member_id,
                leaf: None,
                whole: start..end + 1,
                core: start..end + 1,
                cut: false,
            });
        }
    }

    /// Where a byte of a unit's file was written last.
    fn written(&self, id: Id, byte: usize) -> Option<usize> {
        let file = self.world.unit(id).file;
        let found = self.made.copied.iter().rev().find(|copied| {
            (copied.1, copied.2) == (id.krate, file)
                && copied.3 <= byte
                && byte <= copied.3 + copied.4
        })?;
        Some(found.0 + (byte - found.3))
    }

    /// What stands before an item, without what can't stand in a module.
    fn attributes(&mut self, id: Id, bytes: Range<usize>) {
        let unit = self.world.unit(id);
        let file = self.file(id);
        let mut from = bytes.start;
        for attr in &unit.item.attrs {
            let word = file.word(attr.inside.start);
            if !attr.inside.is_empty()
                && matches!(
                    word,
                    "macro_export" | "stable" | "unstable" | "rustfmt_skip"
                )
            {
                let mut span = file.bytes(&attr.tokens);
                self.copy(id, 0..0, from..span.start.max(from));
                self.edit(id, span.clone(), "");
                // With the blanks behind it, so that no empty line is left before the item.
                let rest = &file.text()[span.end..bytes.end.max(span.end)];
                span.end += rest.len() - rest.trim_start().len();
                from = span.end;
            }
        }
        self.copy(id, 0..0, from..bytes.end.max(from));
    }
}
