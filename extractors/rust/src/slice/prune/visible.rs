//! Which impls may be left out: those that the compiler never reports and a consumer cannot see.

use std::collections::BTreeSet;

use super::Pruner;
use crate::{items::ItemKind, resolve::Id, slice::header::Header};

impl Pruner<'_, '_> {
    /// Impls and macro calls that may not be left out.
    pub(super) fn keep_what_shows(&mut self) {
        let implicit = self.reach.live.iter().copied().filter(|id| {
            let item = &self.world.unit(*id).item;
            matches!(item.kind, ItemKind::Impl | ItemKind::MacroCall) && !self.may_go(*id)
        });
        let implicit: Vec<Id> = implicit.collect();
        self.narrow.implicit.extend(implicit);
        self.pin_for_macros();
    }

    /// Whether the compiler never reports a unit and a consumer cannot see it.
    pub(super) fn may_go(&self, id: Id) -> bool {
        let unit = self.world.unit(id);
        let file = &self.world.krate(id.krate).files[unit.file as usize];
        match unit.item.kind {
            ItemKind::Impl if !unit.item.of_trait.is_empty() => {
                let mut of_trait = unit.item.of_trait.clone();
                // Dropping these breaks no build, and changes what the text does.
                if of_trait.any(|at| {
                    matches!(
                        file.word(at),
                        "Drop"
                            | "Deref"
                            | "Index"
                            | "IndexMut"
                            | "Send"
                            | "Sync"
                            | "Unpin"
                            | "UnwindSafe"
                            | "RefUnwindSafe"
                    )
                }) {
                    return false;
                }
                let Some(header) = self.reach.headers.get(&id) else {
                    return true;
                };
                if self.falls_through(id, header) {
                    return false;
                }
                let surface =
                    |ids: &BTreeSet<Id>| ids.iter().any(|id| self.reach.surface.contains(id));
                let seen_type = surface(&header.for_type) || surface(&header.arguments);
                let bound = header
                    .of_trait
                    .iter()
                    .any(|of| self.reach.bounds.contains(of));
                let seen_trait = header.of_trait.is_empty() || surface(&header.of_trait);
                !(bound || seen_type && seen_trait)
            }
            ItemKind::MacroCall if unit.container.is_none() => {
                // A call that implements a trait which bounds a symbol's arguments is part of its API.
                !self.writes_bound(id)
            }
            _ => false,
        }
    }

    /// Whether a call that meant an impl would, without it, quietly mean something else: the target of a `Deref`, or the
    /// copy of a reference.
    fn falls_through(&self, id: Id, header: &Header) -> bool {
        let of_trait = |id: Id| {
            let unit = self.world.unit(id);
            let file = &self.world.krate(id.krate).files[unit.file as usize];
            let words = unit.item.of_trait.clone();
            let plain = words.take_while(|at| file.word(*at) != "<");
            plain.last().map_or("", |at| file.word(at)).to_owned()
        };
        let own = of_trait(id);
        if own == "DerefMut" || header.for_type.is_empty() {
            return false;
        }
        own == "Clone"
            || self.reach.headers.iter().any(|(other, of)| {
                self.reach.live.contains(other)
                    && !of.for_type.is_disjoint(&header.for_type)
                    && of_trait(*other) == "Deref"
            })
    }

    /// Whether a macro call writes `impl Bound for …` or an impl for a type that a consumer sees.
    fn writes_bound(&self, id: Id) -> bool {
        let unit = self.world.unit(id);
        let file = &self.world.krate(id.krate).files[unit.file as usize];
        let name = |id: &Id| self.world.unit(*id).item.name.as_str();
        let is_type = |id: &&Id| {
            matches!(
                self.world.unit(**id).item.kind,
                ItemKind::Struct | ItemKind::Enum | ItemKind::Union
            )
        };
        let surface = self.reach.surface.iter().filter(is_type);
        let shown: BTreeSet<&str> = surface.chain(&self.reach.bounds).map(name).collect();
        let implements = self.reach.implements.get(&id);
        implements.is_some_and(|names| names.iter().any(|name| shown.contains(name.as_str())))
            || unit
                .item
                .tokens
                .clone()
                .any(|at| shown.contains(file.word(at)))
    }
}
