//! What the compiler reports dead is dropped, until nothing is.

use std::collections::BTreeSet;

use ripout_model::Stop;

use super::{Pruner, ROUNDS, STAYS, safe};
use crate::{assemble::Assembled, resolve::Id, slice::compile::Said};

impl Pruner<'_, '_> {
    /// Drops what is reported dead, until nothing is.
    pub(super) fn sweep(&mut self) -> Result<(), Stop> {
        for _ in 0..ROUNDS {
            let made = self.settle()?;
            let said = self.compiler.check(&made.text, &self.edition)?;
            if !self.drop_dead(&made, &said) {
                let said = self.behind_impls(&made)?;
                if !self.drop_dead(&made, &said) {
                    return Ok(());
                }
            }
            self.walk_again();
        }
        Ok(())
    }

    /// Drops what is reported dead. Whether anything was.
    fn drop_dead(&mut self, made: &Assembled, said: &[Said]) -> bool {
        let mut changed = false;
        let mut dead = BTreeSet::new();
        for said in said.iter().filter(|said| !said.error) {
            let fields = said.message.starts_with("field")
                || said.message.starts_with("variant")
                || said.message.starts_with("multiple fields")
                || said.message.starts_with("multiple variants");
            if !matches!(
                said.code.as_str(),
                "dead_code" | "unused_imports" | "unused_macros"
            ) || fields
            {
                continue;
            }
            for range in &said.places {
                if said.code == "unused_imports" {
                    changed |=
                        self.drop_imports(made, range) || self.drop_inner_import(made, range);
                } else if let Some(piece) = made.at(range.start)
                    && piece.leaf.is_none()
                    && self.is_called(piece.id, &made.text[safe(&made.text, range)])
                {
                    dead.insert(piece.id);
                }
            }
        }
        for id in self.without_held(dead) {
            changed |= self.leave(id);
        }
        changed
    }

    /// What the compiler calls dead once the methods of hidden types can't be reached from outside.
    ///
    /// An impl for a type of somebody else, `impl From<Hidden> for Vec<u8>`, counts as public, and with it the arguments of
    /// its trait and all their public methods, though no consumer can name or get at them.
    fn behind_impls(&mut self, made: &Assembled) -> Result<Vec<Said>, Stop> {
        let live = |id: &&Id| self.plan.live.contains(id);
        let hidden: BTreeSet<Id> = self
            .reach
            .headers
            .iter()
            .filter(|(id, header)| live(id) && header.for_type.is_empty())
            .flat_map(|(_, header)| header.arguments.iter().copied())
            .filter(|id| !self.reach.surface.contains(id) && !self.reach.roots.contains(id))
            .collect();
        if hidden.is_empty() {
            return Ok(Vec::new());
        }
        let mut places = Vec::new();
        for piece in made.pieces.iter().filter(|piece| piece.leaf.is_none()) {
            let container = self.world.unit(piece.id).container.map(|unit| Id {
                krate: piece.id.krate,
                unit,
            });
            let Some(header) = container.and_then(|id| self.reach.headers.get(&id)) else {
                continue;
            };
            let only_hidden = !header.for_type.is_empty()
                && header.of_trait.is_empty()
                && header.for_type.iter().all(|id| hidden.contains(id));
            if only_hidden && made.text[piece.core.clone()].starts_with("pub ") {
                places.push(piece.core.start + "pub".len());
            }
        }
        places.sort_unstable();
        places.dedup();
        if places.is_empty() {
            return Ok(Vec::new());
        }
        const NARROW: &str = "(crate)";
        let mut text = made.text.clone();
        for place in places.iter().rev() {
            text.insert_str(*place, NARROW);
        }
        let back = |byte: usize| {
            let new = places.iter().enumerate();
            let before = new.filter(|(count, place)| **place + count * NARROW.len() < byte);
            byte.saturating_sub(before.count() * NARROW.len())
        };
        let mut said = self.compiler.check(&text, &self.edition)?;
        if said.iter().any(|said| said.error) {
            return Ok(Vec::new());
        }
        for range in said.iter_mut().flat_map(|said| &mut said.places) {
            *range = back(range.start)..back(range.end);
        }
        Ok(said)
    }

    /// Whether the dead name is a unit's own, and the unit one that may be left out.
    fn is_called(&self, id: Id, name: &str) -> bool {
        let unit = self.world.unit(id);
        crate::modules::plain(&unit.item.name) == crate::modules::plain(name.trim())
            && self.pinned.get(&id).is_none_or(|times| *times < STAYS)
            && !self.reach.roots.contains(&id)
            && !self.offers(id)
    }

    /// Whether a unit is a trait that wanted types offer, or a member of one.
    fn offers(&self, id: Id) -> bool {
        let container = self.world.unit(id).container.map(|unit| Id {
            krate: id.krate,
            unit,
        });
        self.reach.offered.contains(&container.unwrap_or(id))
    }
}
