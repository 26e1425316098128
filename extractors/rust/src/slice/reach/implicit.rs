//! What is reached without being named by a path: impls, and traits known by their methods.

use std::collections::BTreeSet;

use super::Walk;
use crate::{
    items::ItemKind,
    resolve::{At, Id},
};

impl<'a> Walk<'a> {
    /// What is reached without being named.
    pub(super) fn implicit(&mut self) {
        let krates: BTreeSet<u32> = self.reach.live.iter().map(|id| id.krate).collect();
        for index in krates {
            let krate = self.world.krate(index);
            for &block in &krate.impls {
                self.maybe_impl(Id {
                    krate: index,
                    unit: block,
                });
            }
            for (unit, _) in krate.units.iter().enumerate().filter(|(_, unit)| {
                unit.item.kind == ItemKind::MacroCall && unit.container.is_none()
            }) {
                self.maybe_call(Id {
                    krate: index,
                    unit: unit as u32,
                });
            }
        }
        self.traits_by_method();
        self.spelled();
        for (id, wanted) in self.reach.cut.clone() {
            if self.world.unit(id).item.kind != ItemKind::Trait {
                continue;
            }
            for &member in &self.world.unit(id).members {
                let member = Id {
                    krate: id.krate,
                    unit: member,
                };
                let unit = self.world.unit(member);
                if wanted.contains(&unit.item.name)
                    || (self.names.contains(&unit.item.name) && self.mentioned_within(id, member))
                {
                    self.take(member);
                }
            }
        }
    }

    /// A trait that is imported and only ever used by calling its methods.
    fn traits_by_method(&mut self) {
        let modules: Vec<At> = self.members.keys().copied().collect();
        for at in modules {
            if !self.scopes.contains_key(&at) {
                self.world.led_through();
                self.scopes.insert(at, self.world.traits_in_scope(at));
                self.reach.modules.extend(self.world.led_through());
            }
            let called: Vec<Id> = self.scopes[&at]
                .iter()
                .copied()
                .filter(|id| !self.reach.live.contains(id) && self.admits(*id))
                .filter(|id| {
                    self.world.unit(*id).members.iter().any(|member| {
                        let member = &self.world.krate(id.krate).units[*member as usize];
                        self.members[&at].contains(&member.item.name)
                    })
                })
                .collect();
            for id in called {
                self.take(id);
            }
        }
    }

    /// Whether live members of a trait mention another of its members.
    fn mentioned_within(&self, of: Id, member: Id) -> bool {
        let name = &self.world.unit(member).item.name;
        let file = self.file(of);
        self.world.unit(of).members.iter().any(|other| {
            let other = Id {
                krate: of.krate,
                unit: *other,
            };
            other != member
                && self.reach.live.contains(&other)
                && self
                    .world
                    .unit(other)
                    .item
                    .tokens
                    .clone()
                    .any(|at| file.word(at) == name)
        })
    }

    fn maybe_impl(&mut self, id: Id) {
        let header = self.header(id);
        let unit = self.world.unit(id);
        if unit.item.of_trait.is_empty() {
            if !header
                .for_type
                .iter()
                .any(|of| self.reach.live.contains(of))
            {
                return;
            }
            for &member in &unit.members {
                let member_id = Id {
                    krate: id.krate,
                    unit: member,
                };
                let member = self.world.unit(member_id);
                let seen = member.public()
                    && header
                        .for_type
                        .iter()
                        .any(|of| self.reach.surface.contains(of) && self.shown(*of, member_id));
                // A macro call among members may write any of them.
                if seen
                    || self.names.contains(&member.item.name)
                    || member.item.kind == ItemKind::MacroCall
                {
                    self.take(member_id);
                }
            }
            return;
        }
        let mut local = header
            .of_trait
            .iter()
            .chain(&header.for_type)
            .chain(&header.arguments)
            .peekable();
        if local.peek().is_none() {
            return;
        }
        let named = local.all(|of| self.reach.live.contains(of));
        let offered = self.offered(id);
        if !(named || offered) || !self.admits(id) {
            return;
        }
        if offered {
            self.reach.offered.extend(&header.of_trait);
        }
        self.take(id);
        for of in header
            .of_trait
            .iter()
            .filter(|of| self.reach.cut.contains_key(of))
            .copied()
            .collect::<Vec<_>>()
        {
            for &member in &unit.members {
                let member_id = Id {
                    krate: id.krate,
                    unit: member,
                };
                let name = &self.world.unit(member_id).item.name;
                let taken = self.world.unit(of).members.iter().any(|other| {
                    let other = Id {
                        krate: of.krate,
                        unit: *other,
                    };
                    self.reach.live.contains(&other) && self.world.unit(other).item.name == *name
                });
                if taken {
                    self.take(member_id);
                }
            }
        }
    }
}
