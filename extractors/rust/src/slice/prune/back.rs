//! What comes and goes together with a unit: members, the traits of an impl, the impls of a trait.

use std::collections::BTreeSet;

use super::{Pruner, STAYS};
use crate::{items::ItemKind, resolve::Id};

impl Pruner<'_, '_> {
    pub(super) fn bring_back(&mut self, id: Id) {
        let times = self.pinned.entry(id).or_default();
        *times += 1;
        // Text that is no longer dead still names it.
        if self.narrow.off.remove(&id) {
            *times = STAYS;
        }
        self.back_in_impls(id);
        let unit = self.world.unit(id);
        let container = unit.container.map(|container| Id {
            krate: id.krate,
            unit: container,
        });
        self.narrow.off.retain(|other| Some(*other) != container);
        let krate = id.krate;
        for &member in &unit.members {
            self.narrow.off.remove(&Id {
                krate,
                unit: member,
            });
        }
        match unit.item.kind {
            ItemKind::Impl if !unit.item.of_trait.is_empty() => {
                self.narrow.implicit.insert(id);
            }
            ItemKind::MacroCall if unit.container.is_none() => {
                self.narrow.implicit.insert(id);
            }
            _ => {
                self.narrow.wanted.insert(id);
            }
        }
        // Nor is a trait dead that something implements for a reason.
        for of in self.traits_of(id) {
            let krate = of.krate;
            let members = self.world.unit(of).members.iter();
            let members: Vec<Id> = members.map(|unit| Id { krate, unit: *unit }).collect();
            if self.narrow.off.remove(&of) {
                // It was called dead where it was not: an impl that a macro alone makes use of counts as unused, and so does
                // all that it calls.
                if self.macros() {
                    self.pinned.insert(of, STAYS);
                }
                for member in members {
                    self.narrow.off.remove(&member);
                }
                self.back_in_impls(of);
            }
            self.narrow.wanted.insert(of);
        }
    }

    /// The local traits that an impl or a macro call implements: they come with it.
    pub(super) fn traits_of(&self, id: Id) -> BTreeSet<Id> {
        let mut traits = BTreeSet::new();
        if let Some(header) = self.reach.headers.get(&id) {
            traits.extend(&header.of_trait);
        }
        let implements = self.reach.implements.get(&id);
        for of in self.reach.about.get(&id).into_iter().flatten() {
            let of_unit = self.world.unit(*of);
            if of_unit.item.kind == ItemKind::Trait
                && implements.is_some_and(|names| names.contains(&of_unit.item.name))
            {
                traits.insert(*of);
            }
        }
        traits
    }

    pub(super) fn leave(&mut self, id: Id) -> bool {
        if !self.narrow.off.insert(id) {
            return false;
        }
        let unit = self.world.unit(id);
        let container = unit.container.map(|container| Id {
            krate: id.krate,
            unit: container,
        });
        if let Some(container) = container
            && self.world.unit(container).item.kind == ItemKind::Trait
        {
            self.leave_in_impls(container, &unit.item.name);
        }
        true
    }

    /// A member that comes back to its trait comes back to the impls.
    fn back_in_impls(&mut self, id: Id) {
        let unit = self.world.unit(id);
        let (of, names): (Id, BTreeSet<&str>) = match (unit.item.kind, unit.container) {
            (ItemKind::Trait, _) => {
                let units = &self.world.krate(id.krate).units;
                let names = unit
                    .members
                    .iter()
                    .map(|member| units[*member as usize].item.name.as_str());
                (id, names.collect())
            }
            (_, Some(container)) => {
                let names = BTreeSet::from([unit.item.name.as_str()]);
                (
                    Id {
                        krate: id.krate,
                        unit: container,
                    },
                    names,
                )
            }
            _ => return,
        };
        for (block, header) in &self.reach.headers {
            if header.of_trait.contains(&of) {
                for &member in &self.world.unit(*block).members {
                    let member = Id {
                        krate: block.krate,
                        unit: member,
                    };
                    if names.contains(self.world.unit(member).item.name.as_str()) {
                        self.narrow.off.remove(&member);
                    }
                }
            }
        }
    }

    /// A member that left its trait leaves the impls.
    fn leave_in_impls(&mut self, of: Id, name: &str) {
        let blocks = self.reach.headers.iter();
        let blocks = blocks
            .filter(|(_, header)| header.of_trait.contains(&of))
            .map(|(id, _)| *id);
        for block in blocks {
            for &member in &self.world.unit(block).members {
                let member = Id {
                    krate: block.krate,
                    unit: member,
                };
                if self.world.unit(member).item.name == name {
                    self.narrow.off.insert(member);
                }
            }
        }
    }
}
