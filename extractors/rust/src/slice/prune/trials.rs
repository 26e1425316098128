//! What came back and may not have been needed is left out again on trial.

use std::collections::{BTreeMap, BTreeSet};

use ripout_model::Stop;

use super::{Pruner, STAYS};
use crate::{
    assemble::Plan,
    items::ItemKind,
    resolve::Id,
    slice::reach::{Narrow, reach},
};

/// Single trials of what came back: each costs a run of the compiler, and so the fewer the longer the text is.
const MOST_TRIALS: usize = 20;

/// Lines that all trials together may compile.
const MOST_LINES: usize = 60_000;

/// What can be gone back to.
struct State {
    plan: Plan,
    narrow: Narrow,
    pinned: BTreeMap<Id, u32>,
    pinned_leaves: BTreeSet<(Id, u32)>,
    crowd: BTreeSet<Id>,
}

impl Pruner<'_, '_> {
    /// What is known without these, nor the traits that came with them; what is named is reached all the same.
    fn narrow_without(&self, back: &BTreeSet<Id>) -> Narrow {
        let mut narrow = self.narrow.clone();
        narrow.implicit.retain(|id| !back.contains(id));
        narrow.wanted = narrow
            .implicit
            .iter()
            .filter(|id| self.pinned.contains_key(id))
            .flat_map(|id| self.traits_of(*id))
            .collect();
        narrow
    }

    /// What came back in a crowd is tried again: first all calls of a macro or all impls of a trait together, then each alone.
    pub(super) fn one_by_one(&mut self) -> Result<(), Stop> {
        let mut groups: BTreeMap<String, Vec<Id>> = BTreeMap::new();
        for id in self.again() {
            let unit = self.world.unit(id);
            let file = &self.world.krate(id.krate).files[unit.file as usize];
            let of_trait = file.spaced(&unit.item.of_trait);
            let key = of_trait.split('<').next().unwrap_or_default();
            groups
                .entry(format!("{}{key}", unit.item.name))
                .or_default()
                .push(id);
        }
        let mut gone = false;
        if groups.is_empty() {
            return Ok(());
        }
        let lines = self.put_together().text.lines().count();
        let most = MOST_TRIALS.min(MOST_LINES / lines.max(1));
        for group in groups.values().filter(|group| group.len() > 1).take(most) {
            gone |= self.without(group)?;
        }
        let mut sizes: Vec<(usize, Id)> = self
            .again()
            .into_iter()
            .map(|id| (self.world.unit(id).item.tokens.len(), id))
            .collect();
        sizes.sort_by(|left, right| right.cmp(left));
        for (_, id) in sizes.into_iter().take(most) {
            gone |= self.without(&[id])?;
        }
        if gone { self.sweep() } else { Ok(()) }
    }

    /// Units that came back in a crowd and might go.
    fn again(&self) -> Vec<Id> {
        let may = |id: &Id| self.crowd.contains(id) && self.may_go(*id);
        self.narrow.implicit.iter().copied().filter(may).collect()
    }

    /// Impls that came back while there was dead text may have been for that alone: all of them go, and what is missed now
    /// comes back.
    pub(super) fn ask_anew(&mut self) -> Result<(), Stop> {
        let implicit = self.narrow.implicit.iter().copied();
        let mut back: BTreeSet<Id> = implicit
            .filter(|id| self.pinned.contains_key(id) && self.may_go(*id))
            .collect();
        // What is asked for by text that is here without them is needed.
        while !back.is_empty() {
            let narrow = self.narrow_without(&back);
            let live = reach(self.world, self.start(), Some(&narrow)).live;
            let stays = |by: &Id| {
                live.contains(by) && self.world.unit(*by).item.kind != ItemKind::MacroRules
            };
            let before = back.len();
            back.retain(|id| {
                let demanders = self.demands.get(id);
                !demanders.is_some_and(|demanders| demanders.iter().any(stays))
            });
            if back.len() == before {
                break;
            }
        }
        if back.is_empty() {
            return Ok(());
        }
        let before = State {
            plan: self.plan.clone(),
            narrow: self.narrow.clone(),
            pinned: self.pinned.clone(),
            pinned_leaves: self.pinned_leaves.clone(),
            crowd: std::mem::take(&mut self.crowd),
        };
        let narrow = self.narrow_without(&back);
        let wanted = std::mem::replace(&mut self.narrow, narrow).wanted;
        let back: BTreeSet<Id> = back.into_iter().chain(wanted).collect();
        for id in &back {
            // What was dead and still named stays known as that.
            if self.pinned.get(id).is_some_and(|times| *times < STAYS) {
                self.pinned.remove(id);
            }
        }
        self.pool = Some(back);
        self.walk_again();
        let settled = self.settle();
        self.pool = None;
        match settled {
            Ok(_) => self.sweep(),
            // Nothing told what was missed: all of them stay.
            Err(Stop::Inconclusive(_)) => {
                self.plan = before.plan;
                self.narrow = before.narrow;
                self.pinned = before.pinned;
                self.pinned_leaves = before.pinned_leaves;
                self.crowd = before.crowd;
                Ok(())
            }
            Err(stop) => Err(stop),
        }
    }

    /// Leaves units out if the text builds without them.
    fn without(&mut self, ids: &[Id]) -> Result<bool, Stop> {
        let before = (self.plan.clone(), self.narrow.clone());
        for id in ids {
            self.narrow.implicit.remove(id);
        }
        self.walk_again();
        let made = self.put_together();
        if self
            .compiler
            .check(&made.text, &self.edition)?
            .iter()
            .any(|said| said.error)
        {
            (self.plan, self.narrow) = before;
            return Ok(false);
        }
        Ok(true)
    }
}
