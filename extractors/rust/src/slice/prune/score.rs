//! How well a left-out unit fits the words of an error.

use std::{collections::BTreeSet, ops::Range};

use super::{Pruner, UNFOUND};
use crate::{items::ItemKind, resolve::Id, slice::compile::Said};

impl Pruner<'_, '_> {
    /// How well a left-out unit fits an error's words.
    pub(super) fn score(&self, id: Id, words: &BTreeSet<String>, said: &Said) -> u32 {
        let unit = self.world.unit(id);
        match unit.item.kind {
            // A name that is not found is no impl's.
            ItemKind::Impl | ItemKind::MacroCall if UNFOUND.contains(&said.code.as_str()) => 0,
            ItemKind::Impl if !unit.item.of_trait.is_empty() => self.score_impl(id, words, said),
            ItemKind::MacroCall => self.score_call(id, words, said),
            ItemKind::Impl | ItemKind::Use => 0,
            // A member of an impl comes with the impl.
            _ if self.in_trait_impl(id) => 0,
            // Not a method, but a function of its name; or the method of another type.
            ItemKind::Fn | ItemKind::Const if said.code == "E0599" => self.score_method(id, words),
            _ if words.contains(&unit.item.name) => 4,
            _ => 0,
        }
    }

    /// An impl of a trait, by its trait, its type, and what the trait brings.
    fn score_impl(&self, id: Id, words: &BTreeSet<String>, said: &Said) -> u32 {
        let unit = self.world.unit(id);
        let file = &self.world.krate(id.krate).files[unit.file as usize];
        let hits =
            |range: Range<usize>| range.filter(|at| words.contains(file.word(*at))).count() as u32;
        let of_trait = hits(unit.item.of_trait.clone());
        let for_type = hits(unit.item.for_type.clone());
        // The trait may bring the member itself.
        let named = |id: Id| {
            let units = &self.world.krate(id.krate).units;
            let members = units[id.unit as usize].members.iter();
            members
                .map(|member| units[*member as usize].item.name.as_str())
                .any(|name| words.contains(name))
        };
        let header = self.reach.headers.get(&id);
        let of_traits = header.into_iter().flat_map(|header| &header.of_trait);
        let by_member = matches!(said.code.as_str(), "E0599" | "E0689")
            && std::iter::once(&id).chain(of_traits).any(|id| named(*id));
        let by_operator = operator(&said.code)
            .iter()
            .any(|name| unit.item.of_trait.clone().any(|at| file.word(at) == *name));
        match (of_trait > 0, for_type > 0, by_member || by_operator) {
            (_, true, true) => 6,
            (true, true, _) => 5,
            (true, false, _) => 3,
            (false, _, true) => 2,
            _ => 0,
        }
    }

    /// A macro call that writes impls, by its arguments and by what it writes.
    fn score_call(&self, id: Id, words: &BTreeSet<String>, said: &Said) -> u32 {
        let unit = self.world.unit(id);
        let file = &self.world.krate(id.krate).files[unit.file as usize];
        let implemented = self.reach.implements.get(&id);
        // The trait's name among the arguments says nothing of the type.
        let types = |at: usize| {
            let word = file.word(at);
            words.contains(word) && implemented.is_none_or(|names| !names.contains(word))
        };
        let arguments = unit
            .item
            .body
            .is_some_and(|(open, close)| (open..close).any(types));
        let implements = self
            .reach
            .implements
            .get(&id)
            .is_some_and(|names| names.iter().any(|name| words.contains(name)));
        let writes = matches!(said.code.as_str(), "E0599" | "E0689")
            && self
                .reach
                .writes
                .get(&id)
                .is_some_and(|names| names.iter().any(|name| words.contains(name)));
        match (arguments, implements, writes) {
            (true, _, true) => 6,
            (true, true, _) => 5,
            (false, true, _) => 3,
            (false, false, true) => 2,
            _ => 0,
        }
    }

    /// A function where a method is missed.
    fn score_method(&self, id: Id, words: &BTreeSet<String>) -> u32 {
        let unit = self.world.unit(id);
        let file = &self.world.krate(id.krate).files[unit.file as usize];
        let hits =
            |range: Range<usize>| range.filter(|at| words.contains(file.word(*at))).count() as u32;
        let container = unit.container.map(|container| Id {
            krate: id.krate,
            unit: container,
        });
        match container {
            _ if !words.contains(&unit.item.name) => 0,
            None => 0,
            Some(of) => {
                let of = &self.world.unit(of).item;
                let for_type = hits(of.for_type.clone());
                if of.kind == ItemKind::Trait || for_type > 0 {
                    5
                } else {
                    4
                }
            }
        }
    }

    pub(super) fn in_trait_impl(&self, id: Id) -> bool {
        self.world.unit(id).container.is_some_and(|container| {
            let container = &self.world.krate(id.krate).units[container as usize];
            !container.item.of_trait.is_empty()
        })
    }
}

/// Traits behind an operator's error.
fn operator(code: &str) -> &'static [&'static str] {
    match code {
        "E0369" | "E0277" => &[
            "Add",
            "Sub",
            "Mul",
            "Div",
            "Rem",
            "BitAnd",
            "BitOr",
            "BitXor",
            "Shl",
            "Shr",
            "PartialEq",
            "PartialOrd",
        ],
        "E0368" => &[
            "AddAssign",
            "SubAssign",
            "MulAssign",
            "DivAssign",
            "RemAssign",
            "BitAndAssign",
            "BitOrAssign",
            "BitXorAssign",
            "ShlAssign",
            "ShrAssign",
        ],
        "E0600" => &["Neg", "Not"],
        "E0608" => &["Index", "IndexMut"],
        "E0614" | "E0594" | "E0596" => &["Deref", "DerefMut", "IndexMut"],
        _ => &[],
    }
}
