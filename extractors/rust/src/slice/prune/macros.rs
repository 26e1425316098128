//! What only a macro names stays: its body is code that the compiler has not seen.

use std::collections::BTreeSet;

use ripout_model::Kind;

use super::{Pruner, STAYS};
use crate::{items::ItemKind, resolve::Id, slice::mentions};

impl Pruner<'_, '_> {
    /// Whether a symbol is a macro: then its body is code that the compiler has not seen.
    pub(super) fn macros(&self) -> bool {
        self.symbols.iter().any(|symbol| symbol.kind == Kind::Macro)
    }

    /// Pins what the bodies of macros for the consumer name.
    pub(super) fn pin_for_macros(&mut self) {
        if !self.macros() {
            return;
        }
        let surface = self.reach.surface.clone();
        let live = &self.plan.live;
        let shown = surface.iter().copied().filter(|id| live.contains(id));
        self.pinned.extend(shown.map(|id| (id, STAYS)));
        for (block, header) in &self.reach.headers {
            if header.for_type.iter().any(|of| surface.contains(of)) {
                let members = &self.world.unit(*block).members;
                let members = members.iter().map(|member| Id {
                    krate: block.krate,
                    unit: *member,
                });
                let members =
                    members.filter(|id| self.world.unit(*id).public() && live.contains(id));
                self.pinned.extend(members.map(|id| (id, STAYS)));
            }
        }
        // Functions, constants and statics that a body names, and what these name: nobody calls the macro here.
        let mut names = BTreeSet::new();
        let mut rest: BTreeSet<Id> = BTreeSet::new();
        for id in self.plan.live.iter().copied() {
            let unit = self.world.unit(id);
            match unit.item.kind {
                ItemKind::MacroRules => {
                    let file = &self.world.krate(id.krate).files[unit.file as usize];
                    mentions::names(file, unit.item.tokens.clone(), &mut names);
                }
                ItemKind::Fn | ItemKind::Const | ItemKind::Static if unit.container.is_none() => {
                    rest.insert(id);
                }
                _ => {}
            }
        }
        loop {
            let named = |id: &Id| names.contains(&self.world.unit(*id).item.name);
            let more: Vec<Id> = rest.iter().copied().filter(named).collect();
            if more.is_empty() {
                return;
            }
            for id in more {
                rest.remove(&id);
                let unit = self.world.unit(id);
                let file = &self.world.krate(id.krate).files[unit.file as usize];
                mentions::names(file, unit.item.tokens.clone(), &mut names);
                self.pinned.insert(id, STAYS);
            }
        }
    }

    /// Dead units without those that stay because a macro writes impls of them, and what these name in their turn.
    pub(super) fn without_held(&self, mut dead: BTreeSet<Id>) -> BTreeSet<Id> {
        let held: BTreeSet<Id> = dead
            .iter()
            .copied()
            .filter(|id| self.in_macros(*id))
            .collect();
        if held.is_empty() {
            return dead;
        }
        dead.retain(|id| !held.contains(id));
        let mut names = BTreeSet::new();
        let read = |id: Id, names: &mut BTreeSet<String>| {
            let unit = self.world.unit(id);
            let file = &self.world.krate(id.krate).files[unit.file as usize];
            mentions::names(file, unit.item.tokens.clone(), names);
        };
        // A member that nobody calls stands in the macro that writes it.
        let members: BTreeSet<&str> = held
            .iter()
            .map(|id| self.world.unit(*id))
            .filter(|unit| unit.container.is_some())
            .map(|unit| unit.item.name.as_str())
            .collect();
        for id in self.plan.live.iter().copied() {
            let unit = self.world.unit(id);
            let file = &self.world.krate(id.krate).files[unit.file as usize];
            let mut tokens = unit.item.tokens.clone();
            if unit.item.kind == ItemKind::MacroRules
                && tokens.any(|at| members.contains(file.word(at)))
            {
                read(id, &mut names);
            }
        }
        held.iter().for_each(|id| read(*id, &mut names));
        loop {
            let named = |id: &Id| names.contains(&self.world.unit(*id).item.name);
            let more: Vec<Id> = dead.iter().copied().filter(named).collect();
            if more.is_empty() {
                return dead;
            }
            for id in more {
                dead.remove(&id);
                read(id, &mut names);
            }
        }
    }

    /// Whether something that nobody uses is named by a macro, or by the call of one, which writes impls of it.
    fn in_macros(&self, id: Id) -> bool {
        let unit = self.world.unit(id);
        let container = unit.container.map(|unit| Id {
            krate: id.krate,
            unit,
        });
        let mut names = vec![unit.item.name.as_str()];
        match (unit.item.kind, container) {
            (_, Some(of)) if self.world.unit(of).item.kind == ItemKind::Trait => {
                names.push(&self.world.unit(of).item.name);
            }
            (ItemKind::Trait | ItemKind::Struct | ItemKind::Enum | ItemKind::Union, None) => {}
            _ => return false,
        }
        // The trait may be named by the call and the member by the macro.
        let written: BTreeSet<&str> = self
            .plan
            .live
            .iter()
            .filter(|other| !self.narrow.off.contains(other))
            .flat_map(|other| {
                let unit = self.world.unit(*other);
                let writes = unit.item.kind == ItemKind::MacroRules
                    || unit.item.kind == ItemKind::MacroCall && unit.container.is_none();
                let file = &self.world.krate(other.krate).files[unit.file as usize];
                let tokens = unit.item.tokens.clone().filter(move |_| writes);
                tokens.map(move |at| file.word(at))
            })
            .filter(|word| names.contains(word))
            .collect();
        names.iter().all(|name| written.contains(name))
    }
}
