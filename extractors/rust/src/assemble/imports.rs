//! Imports of what was taken, with the paths that they have here.

use ripout_model::Edit;

use super::{Piece, Writer, copies::short, raw};
use crate::{
    resolve::{Def, Id},
    slice::paths::{self},
};

impl<'a> Writer<'a> {
    /// Whether an import still has something to import.
    pub(super) fn keeps(&mut self, id: Id, leaf: u32) -> bool {
        if self.plan.leaves_off.contains(&(id, leaf)) {
            return false;
        }
        if let Some(&known) = self.kept.get(&(id, leaf)) {
            return known;
        }
        self.kept.insert((id, leaf), false);
        let unit = self.world.unit(id);
        let of = &unit.leaves[leaf as usize];
        let (defs, _) = self.world.path(self.world.module_of(id), &of.path, true);
        let keeps = defs.is_empty()
            || defs.into_iter().any(|def| match def {
                Def::External(_) => true,
                Def::Unit(target) => self.plan.live.contains(&target),
                Def::Module(at) => self.emits(at),
            });
        self.kept.insert((id, leaf), keeps);
        keeps
    }

    pub(super) fn import(&mut self, id: Id) {
        let unit = self.world.unit(id);
        let file = self.file(id);
        let at = self.world.module_of(id);
        let leaves: Vec<u32> = (0..unit.leaves.len() as u32)
            .filter(|leaf| self.keeps(id, *leaf))
            .collect();
        if leaves.is_empty() {
            return;
        }
        let start = self.made.text.len();
        for attr in &unit.item.attrs {
            if !attr.inside.is_empty()
                && !matches!(file.word(attr.inside.start), "doc" | "macro_use")
            {
                self.push(&format!("{}\n", file.spaced(&attr.tokens)));
            }
        }
        let vis = self.moved_vis(id, &file.spaced(&unit.item.vis));
        let space = if vis.is_empty() { "" } else { " " };
        let new: Vec<(u32, Vec<String>)> = leaves
            .iter()
            .map(|leaf| {
                (
                    *leaf,
                    paths::leaf_path(
                        self.world,
                        at,
                        &unit.leaves[*leaf as usize],
                        (id.unit, *leaf),
                        self.stem,
                    ),
                )
            })
            .collect();
        let common = common(&new, &unit.leaves);
        let shown = self.made.text.len();
        self.push(&format!("{vis}{space}use "));
        for part in &new[0].1[..common] {
            self.push(&format!("{}::", raw_part(part)));
        }
        let many = new.len() > 1;
        let path_from = self.made.text.len() - common_length(&new[0].1[..common]);
        if many {
            self.push("{");
        }
        for (index, (leaf, path)) in new.iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            let begun = self.made.text.len();
            let of = &unit.leaves[*leaf as usize];
            let mut rest: Vec<String> = path[common..].iter().map(|part| raw_part(part)).collect();
            if of.name == "*" {
                rest.push("*".to_owned());
            } else if rest.is_empty() {
                rest.push("self".to_owned());
            }
            let mut text = rest.join("::");
            if of.name != "*" && path.last().is_some_and(|last| *last != of.name) {
                text.push_str(&format!(" as {}", raw(&of.name)));
            }
            self.push(&text);
            let whole = if many { begun } else { path_from }..self.made.text.len();
            self.made.pieces.push(Piece {
                id,
                leaf: Some(*leaf),
                whole: whole.clone(),
                core: whole,
                cut: false,
            });
        }
        self.push(if many { "};" } else { ";" });
        let after = self.made.text[shown..].to_owned();
        let before = file.spaced(&unit.item.tokens);
        if before.replace(' ', "").replace(",}", "}") != after.replace(' ', "") {
            let line = file.lines(&unit.item.tokens)[0];
            self.made.edits.push(Edit {
                file: file.path.clone(),
                line,
                before: short(&before),
                after: short(&after),
            });
        }
        self.push("\n");
        let _ = start;
    }
}

/// How many leading parts all paths share, leaving at least a name to each.
fn common(paths: &[(u32, Vec<String>)], leaves: &[crate::modules::Leaf]) -> usize {
    let least = |(leaf, path): &(u32, Vec<String>)| {
        // `a::*` may give all its parts away; `a::b` must keep its name.
        if leaves[*leaf as usize].name == "*" {
            path.len()
        } else {
            path.len().saturating_sub(1)
        }
    };
    let limit = paths.iter().map(least).min().unwrap_or(0);
    let mut count = 0;
    while count < limit
        && paths
            .iter()
            .all(|(_, path)| path[count] == paths[0].1[count])
    {
        count += 1;
    }
    count
}

/// Bytes of leading parts with their `::`.
fn common_length(parts: &[String]) -> usize {
    parts.iter().map(|part| raw(part).len() + 2).sum()
}

fn raw_part(part: &str) -> String {
    raw(part)
}
