//! Types that users of the symbols hold in their hands, and the traits that come with them.

use std::collections::BTreeSet;

use super::Walk;
use crate::{
    items::ItemKind,
    resolve::{Def, Id},
    slice::{header::head, mentions},
};

impl<'a> Walk<'a> {
    /// Types that users of the symbols hold in their hands.
    pub(super) fn direct(&mut self) {
        self.made_by_macros();
        let mut queue: Vec<Id> = self.reach.roots.iter().copied().collect();
        let mut seen: BTreeSet<Id> = self.reach.roots.clone();
        while let Some(id) = queue.pop() {
            let unit = self.world.unit(id);
            let (at, file) = (self.world.module_of(id), self.file(id));
            let range = match unit.item.kind {
                ItemKind::Struct | ItemKind::Enum | ItemKind::Union => {
                    self.reach.direct.insert(id);
                    continue;
                }
                ItemKind::Const | ItemKind::Static => head(file, unit),
                ItemKind::TypeAlias => unit.item.tokens.clone(),
                _ => continue,
            };
            for mention in mentions::mentions(file, range) {
                for def in self.world.path(at, &mention.path, false).0 {
                    let Def::Unit(of) = def else { continue };
                    match self.world.unit(of).item.kind {
                        ItemKind::Struct | ItemKind::Enum | ItemKind::Union => {
                            self.reach.direct.insert(of);
                        }
                        // An alias of an alias is of what that one is of.
                        ItemKind::TypeAlias if seen.insert(of) => queue.push(of),
                        _ => {}
                    }
                }
            }
        }
    }

    /// Traits that impls for types in users' hands ask of their parameters: users choose what those stand for, so that
    /// every type that has such a trait is part of what they asked for.
    pub(super) fn asked_of_users(&mut self) {
        let mut asked = BTreeSet::new();
        for (id, header) in &self.reach.headers {
            if self.reach.direct.is_disjoint(&header.for_type) || !self.reach.live.contains(id) {
                continue;
            }
            let (at, range) = (
                self.world.module_of(*id),
                head(self.file(*id), self.world.unit(*id)),
            );
            for mention in mentions::mentions(self.file(*id), range) {
                for def in self.world.path(at, &mention.path, false).0 {
                    if let Def::Unit(of) = def
                        && self.world.unit(of).item.kind == ItemKind::Trait
                        && !header.of_trait.contains(&of)
                    {
                        asked.insert(of);
                    }
                }
            }
        }
        self.reach.bounds.extend(asked);
    }

    /// What a wanted macro names, through the macros that it calls, may be of what it makes for users: types, what
    /// functions give, and traits with their bounds, whose impls nobody names.
    fn made_by_macros(&mut self) {
        let mut seen = BTreeSet::new();
        let mut queue: Vec<Id> = self.reach.roots.iter().copied().collect();
        queue.retain(|id| self.world.unit(*id).item.kind == ItemKind::MacroRules);
        while let Some(id) = queue.pop() {
            if !seen.insert(id) {
                continue;
            }
            let unit = self.world.unit(id);
            let (at, file) = (self.world.module_of(id), self.file(id));
            let ranges = match unit.item.kind {
                ItemKind::MacroRules => vec![unit.item.tokens.clone()],
                ItemKind::Struct | ItemKind::Enum | ItemKind::Union => {
                    self.reach.direct.insert(id);
                    self.reach.surface.insert(id);
                    continue;
                }
                ItemKind::Fn => vec![head(file, unit)],
                ItemKind::Trait => {
                    self.reach.bounds.insert(id);
                    let units = &self.world.krate(id.krate).units;
                    let members = unit.members.iter().map(|member| &units[*member as usize]);
                    let types = members.filter(|member| member.item.kind == ItemKind::TypeAlias);
                    let mut ranges = vec![head(file, unit)];
                    ranges.extend(types.map(|member| member.item.tokens.clone()));
                    ranges
                }
                _ => continue,
            };
            for mention in ranges
                .into_iter()
                .flat_map(|range| mentions::mentions(file, range))
            {
                for def in self.world.path(at, &mention.path, false).0 {
                    if let Def::Unit(of) = def {
                        queue.push(of);
                    }
                }
                if mention.calls_macro
                    && let Some(name) = mention.path.last()
                {
                    queue.extend(self.world.macros(id.krate, name));
                }
            }
        }
    }

    /// Whether an impl gives a type in users' hands a trait that they can name: it is part of what they asked for.
    pub(super) fn offered(&mut self, id: Id) -> bool {
        let header = self.header(id);
        !header.of_trait.is_empty()
            && header
                .of_trait
                .iter()
                .all(|of| self.can_be_named(*of) || self.reach.surface.contains(of))
            && header
                .for_type
                .iter()
                .any(|of| self.reach.direct.contains(of))
    }

    /// Whether users can name something: of the package itself, or of another that they may depend on as well.
    fn can_be_named(&self, id: Id) -> bool {
        self.public.contains(&id) || id.krate != 0 && self.world.unit(id).public()
    }
}
