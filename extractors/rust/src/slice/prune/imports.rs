//! Imports at the level of modules: those that come back, and those that import nothing any more.

use std::collections::BTreeSet;

use super::Pruner;
use crate::{
    assemble::{Assembled, GLUE},
    items::ItemKind,
    resolve::{Def, Id},
    slice::compile::Said,
};

impl Pruner<'_, '_> {
    /// Brings back imports that an error speaks of.
    pub(super) fn import_back(&mut self, said: &Said, words: &BTreeSet<String>) -> bool {
        let mut leaves = Vec::new();
        for (id, leaf) in &self.plan.leaves_off {
            let unit = self.world.unit(*id);
            let name = if *leaf >= GLUE {
                &unit.item.name
            } else {
                &unit.leaves[*leaf as usize].name
            };
            let by_member = matches!(said.code.as_str(), "E0599" | "E0689")
                && *leaf < GLUE
                && self.imports_trait_with(*id, *leaf, words);
            if (words.contains(name) || by_member) && !self.pinned_leaves.contains(&(*id, *leaf)) {
                leaves.push((*id, *leaf));
            }
        }
        for leaf in &leaves {
            self.plan.leaves_off.remove(leaf);
            self.pinned_leaves.insert(*leaf);
        }
        !leaves.is_empty()
    }

    /// Whether an import brings a trait that has a member of one of these names.
    fn imports_trait_with(&self, id: Id, leaf: u32, words: &BTreeSet<String>) -> bool {
        let path = &self.world.unit(id).leaves[leaf as usize].path;
        let defs = self.world.path(self.world.module_of(id), path, true).0;
        defs.into_iter().any(|def| match def {
            Def::Unit(of) => {
                let units = &self.world.krate(of.krate).units;
                let of = &units[of.unit as usize];
                of.item.kind == ItemKind::Trait
                    && of
                        .members
                        .iter()
                        .any(|member| words.contains(&units[*member as usize].item.name))
            }
            _ => false,
        })
    }

    /// Drops an import that imports nothing any more.
    pub(super) fn unimport(&mut self, made: &Assembled, said: &Said) -> bool {
        if !matches!(
            said.code.as_str(),
            "E0432" | "E0433" | "E0603" | "E0364" | "E0365" | "E0252" | "E0254" | "E0255" | "E0583"
        ) {
            return false;
        }
        let mut changed = false;
        for range in &said.places {
            if let Some(piece) = made.at(range.start)
                && let Some(leaf) = piece.leaf
            {
                changed |= !self.pinned_leaves.contains(&(piece.id, leaf))
                    && self.plan.leaves_off.insert((piece.id, leaf));
            }
        }
        changed
    }

    /// Drops the imports that a range covers.
    pub(super) fn drop_imports(
        &mut self,
        made: &Assembled,
        range: &std::ops::Range<usize>,
    ) -> bool {
        let mut changed = false;
        for piece in &made.pieces {
            let Some(leaf) = piece.leaf else { continue };
            if piece.whole.start >= range.end || piece.whole.end <= range.start {
                continue;
            }
            let unit = self.world.unit(piece.id);
            // What a macro for the consumer names stays, though nothing here uses it.
            let shown = self.macros() && (leaf >= GLUE || unit.public());
            if !shown && !self.pinned_leaves.contains(&(piece.id, leaf)) {
                changed |= self.plan.leaves_off.insert((piece.id, leaf));
            }
        }
        changed
    }
}
