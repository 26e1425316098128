//! What an error asks for by name or by path, and what no text that was followed names.

use std::collections::BTreeSet;

use super::Pruner;
use crate::{
    assemble::Assembled,
    items::ItemKind,
    resolve::{At, Def, Id},
    slice::{
        compile::{Said, quoted},
        reach::reach,
    },
};

impl Pruner<'_, '_> {
    /// Takes what no text names and the compiler misses, with all that it reaches by names.
    fn ask(&mut self, ids: &[Id]) {
        let before = self.asked.len();
        let unknown = ids.iter().filter(|id| !self.reach.live.contains(id));
        self.asked.extend(unknown);
        if self.asked.len() > before {
            self.reach = reach(self.world, self.start(), None);
            self.keep_what_shows();
        }
        for id in ids {
            self.bring_back(*id);
        }
    }

    /// Adds units of a missing name that were never taken.
    pub(super) fn add_by_name(&mut self, made: &Assembled, said: &Said) -> bool {
        if !matches!(
            said.code.as_str(),
            "E0425"
                | "E0412"
                | "E0405"
                | "E0433"
                | "E0432"
                | "E0599"
                | "E0407"
                | "E0437"
                | "E0438"
                | "E0046"
                | "E0423"
                | "E0531"
                | "E0574"
                | "E0422"
                | "E0404"
                | "E0277"
                | ""
        ) {
            return false;
        }
        let words = quoted(&said.message);
        let krates: BTreeSet<u32> = self.plan.live.iter().map(|id| id.krate).collect();
        let home = said
            .places
            .first()
            .and_then(|range| made.at(range.start))
            .map(|piece| piece.id);
        let mut found: Vec<(u32, Id)> = Vec::new();
        for krate in krates {
            for (index, unit) in self.world.krate(krate).units.iter().enumerate() {
                let id = Id {
                    krate,
                    unit: index as u32,
                };
                if unit.item.name.is_empty()
                    || !words.contains(&unit.item.name)
                    || self.plan.live.contains(&id)
                    || self.pinned.contains_key(&id)
                    || self.in_trait_impl(id)
                    || unit.opens.is_some()
                {
                    continue;
                }
                let contained = unit.container.is_some_and(|container| {
                    !self.plan.live.contains(&Id {
                        krate,
                        unit: container,
                    }) && said.code != "E0599"
                });
                if contained || unit.item.kind == ItemKind::MacroCall {
                    continue;
                }
                let near = home.map_or(2, |home| {
                    u32::from(home.krate != krate)
                        + u32::from(self.world.unit(home).module != unit.module)
                });
                found.push((near, id));
            }
        }
        let Some(nearest) = found.iter().map(|(near, _)| *near).min() else {
            return false;
        };
        let nearest: Vec<Id> = found
            .into_iter()
            .filter(|(near, _)| *near == nearest)
            .map(|(_, id)| id)
            .collect();
        self.ask(&nearest);
        true
    }

    /// Adds what a missing path names exactly: a macro may have put it together from parts.
    pub(super) fn add_by_path(&mut self, said: &Said) -> bool {
        if self.pool.is_some() || !matches!(said.code.as_str(), "E0432" | "E0433" | "E0425") {
            return false;
        }
        let mut found = Vec::new();
        for path in said.message.split('`').skip(1).step_by(2) {
            let mut parts = path.split("::").map(ToOwned::to_owned);
            if parts.next().as_deref() != Some("$crate")
                || parts.next().as_deref() != Some(self.stem)
            {
                continue;
            }
            let Some(krate) = parts.next().and_then(|name| {
                let live = self.plan.live.iter().map(|id| id.krate);
                let krates: BTreeSet<u32> = live.collect();
                krates
                    .into_iter()
                    .find(|krate| self.world.home(*krate) == name)
            }) else {
                continue;
            };
            let path: Vec<String> = std::iter::once("crate".to_owned()).chain(parts).collect();
            let defs = self.world.path(At { krate, module: 0 }, &path, true).0;
            found.extend(defs.into_iter().filter_map(|def| match def {
                Def::Unit(id) if !self.plan.live.contains(&id) => Some(id),
                _ => None,
            }));
        }
        if found.is_empty() {
            return false;
        }
        self.ask(&found);
        true
    }
}
