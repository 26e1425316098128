//! What an error speaks of among what was left out, and bringing that back.

use std::collections::BTreeSet;

use super::{Pruner, UNFOUND, safe};
use crate::{
    assemble::Assembled,
    items::ItemKind,
    resolve::{At, Def, Id},
    slice::{
        compile::{Said, bounds, last_name, quoted},
        mentions,
    },
};

impl Pruner<'_, '_> {
    /// Brings back left-out units that an error speaks of: the best match only.
    pub(super) fn restore(
        &mut self,
        made: &Assembled,
        said: &Said,
        round: &mut BTreeSet<Id>,
    ) -> bool {
        let mut words = quoted(&said.message);
        if self.import_back(said, &words) {
            return true;
        }
        let exact = self.meant(made, said);
        if !exact.is_empty() {
            for id in exact {
                if round.insert(id) {
                    self.bring_back(id);
                }
            }
            return true;
        }
        let home = said.places.first().and_then(|range| made.at(range.start));
        let scope = home.map(|piece| self.world.traits_in_scope(self.world.module_of(piece.id)));
        let scope = scope.unwrap_or_default();
        let (mut score, mut back) = (u32::MAX, self.bound(said));
        if back.is_empty() {
            (score, back) = self.best(&words, said, &scope);
        }
        if back.is_empty() {
            words = quoted(&said.text);
            (score, back) = self.best(&words, said, &scope);
        }
        if back.is_empty() {
            // A word of the text where the error stands.
            let near: BTreeSet<String> = said
                .around
                .iter()
                .flat_map(|range| word_list(&made.text[safe(&made.text, range)]))
                .collect();
            let named = |id: &Id| near.contains(&self.world.unit(*id).item.name);
            back = self
                .dropped()
                .filter(|id| named(id) && !self.in_trait_impl(*id))
                .collect();
        }
        for id in &back {
            let places = said.places.iter();
            let demanders = places.filter_map(|range| Some(made.at(range.start)?.id));
            self.demands.entry(*id).or_default().extend(demanders);
            let alone = back.len() == 1 || score == u32::MAX;
            // An earlier error of this round may have asked for the same.
            if round.insert(*id) {
                self.bring_back(*id);
                if !alone {
                    self.crowd.insert(*id);
                }
            }
            if alone {
                self.crowd.remove(id);
            }
        }
        !back.is_empty()
    }

    /// Left-out impls of a trait for a type, where an error says that just these are missing.
    fn bound(&self, said: &Said) -> Vec<Id> {
        let wanted = bounds(&said.text);
        if wanted.is_empty() {
            return Vec::new();
        }
        let fits = |id: &Id| {
            let unit = self.world.unit(*id);
            let file = &self.world.krate(id.krate).files[unit.file as usize];
            match unit.item.kind {
                ItemKind::Impl if !unit.item.of_trait.is_empty() => {
                    let of = last_name(&file.spaced(&unit.item.for_type));
                    let bound = last_name(&file.spaced(&unit.item.of_trait));
                    wanted.contains(&(of, bound))
                }
                ItemKind::MacroCall if unit.container.is_none() => {
                    wanted.iter().any(|(of, bound)| {
                        let implements = self.reach.implements.get(id);
                        implements.is_some_and(|names| names.contains(bound))
                            && unit.item.tokens.clone().any(|at| file.word(at) == of)
                    })
                }
                _ => false,
            }
        };
        self.dropped().filter(fits).collect()
    }

    /// Left-out units that a name which is not found means where it stands.
    fn meant(&self, made: &Assembled, said: &Said) -> BTreeSet<Id> {
        let mut found = BTreeSet::new();
        if !UNFOUND.contains(&said.code.as_str()) {
            return found;
        }
        let dropped: BTreeSet<Id> = self.dropped().collect();
        // What a macro writes stands where the macro is called.
        let places = said.around.iter().filter_map(|range| made.at(range.start));
        let modules: BTreeSet<At> = places.map(|piece| self.world.module_of(piece.id)).collect();
        for range in &said.places {
            let (Some(piece), Some((krate, file, byte))) =
                (made.at(range.start), made.source(range.start))
            else {
                continue;
            };
            let unit = self.world.unit(piece.id);
            if unit.file != file || piece.id.krate != krate {
                continue;
            }
            let file = &self.world.krate(krate).files[file as usize];
            let covers = |mention: &mentions::Mention| {
                let bytes = file.bytes(&mention.tokens);
                bytes.start <= byte && byte < bytes.end
            };
            let all = mentions::mentions(file, unit.item.tokens.clone());
            let Some(mention) = all
                .into_iter()
                .find(|mention| !mention.in_use && covers(mention))
            else {
                continue;
            };
            for at in &modules {
                let defs = self.world.path(*at, &mention.path, false).0;
                found.extend(defs.into_iter().filter_map(|def| match def {
                    Def::Unit(id) if dropped.contains(&id) => Some(id),
                    _ => None,
                }));
            }
        }
        found
    }

    /// The left-out units that fit an error's words best.
    fn best(&self, words: &BTreeSet<String>, said: &Said, scope: &BTreeSet<Id>) -> (u32, Vec<Id>) {
        let mut best = (0, Vec::new());
        for id in self.dropped() {
            let mut score = self.score(id, words, said);
            // A method of a trait that is not in scope there is not the one that was meant.
            let container = self.world.unit(id).container;
            let container = container.map(|container| Id {
                krate: id.krate,
                unit: container,
            });
            if score > 0
                && container.is_some_and(|of| {
                    self.world.unit(of).item.kind == ItemKind::Trait && !scope.contains(&of)
                })
            {
                score = 1;
            }
            if score > best.0 {
                best = (score, vec![id]);
            } else if score == best.0 && score > 0 {
                best.1.push(id);
            }
        }
        best
    }
}

fn word_list(text: &str) -> BTreeSet<String> {
    text.split(|char: char| !char.is_alphanumeric() && char != '_')
        .filter(|word| !word.is_empty())
        .map(ToOwned::to_owned)
        .collect()
}
