//! From the closure by names to the closure: what the compiler calls dead goes, what it misses comes back.
//!
//! The compiler never reports an impl of a trait or a macro call that writes impls. Those that a consumer cannot see are left
//! out at first, and come back as its errors ask for them.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use ripout_model::{Kind, Reason, ReasonCode, Stop};

use crate::{
    assemble::{Assembled, GLUE, Plan, assemble},
    items::ItemKind,
    original::Symbol,
    resolve::{At, Def, Id, World},
    slice::{
        compile::{Compiler, Said, bounds, last_name, quoted, summary},
        header::Header,
        mentions,
        paths::Swap,
        reach::{Narrow, Reach, Start, reach},
    },
};

/// More rounds than any real crate needs.
const ROUNDS: u32 = 60;

/// Single trials of what came back: each costs a run of the compiler, and so the fewer the longer the text is.
const MOST_TRIALS: usize = 20;

/// Lines that all trials together may compile.
const MOST_LINES: usize = 60_000;

/// Errors about names that mean nothing.
const UNFOUND: [&str; 14] = [
    "E0404", "E0405", "E0407", "E0412", "E0422", "E0423", "E0425", "E0432", "E0433", "E0437",
    "E0438", "E0531", "E0532", "E0574",
];

/// Errors about text that another edition reads otherwise: patterns of ranges, trait objects, captured lifetimes, keywords.
const EDITION: [&str; 6] = ["E0133", "E0586", "E0670", "E0700", "E0782", "E0783"];

/// What came back so often is not dropped again, whatever is said.
const STAYS: u32 = 3;

/// What came back so often and is still not there is not the answer. More than [`STAYS`], as trials leave out what stays too.
const GIVEN_UP: u32 = 2 * STAYS;

/// Prunes with the compiler as the judge.
pub struct Pruner<'a, 'h> {
    /// Crates.
    pub world: &'a World<'a>,
    /// Symbols.
    pub symbols: &'a [Symbol],
    /// What users of the original can name.
    pub public: &'a BTreeSet<Id>,
    /// Stem of the module.
    pub stem: &'a str,
    /// The closure by names.
    pub reach: Reach,
    /// The compiler.
    pub compiler: Compiler<'h>,
    /// Edition of the rounds.
    pub edition: String,
    /// What is taken now.
    pub plan: Plan,
    /// What the compiler has said so far.
    pub narrow: Narrow,
    /// What came back, and how often. What keeps coming back stays.
    pub pinned: BTreeMap<Id, u32>,
    /// Imports that came back.
    pub pinned_leaves: BTreeSet<(Id, u32)>,
    /// What the compiler asked for by name, and no text named.
    pub asked: BTreeSet<Id>,
    /// What came back together with others, because nothing told which of them was meant.
    pub crowd: BTreeSet<Id>,
    /// What text asked for it, where something came back.
    pub demands: BTreeMap<Id, BTreeSet<Id>>,
    /// While impls are asked for anew: the only ones that may come back.
    pub pool: Option<BTreeSet<Id>>,
}

/// What can be gone back to.
struct State {
    plan: Plan,
    narrow: Narrow,
    pinned: BTreeMap<Id, u32>,
    pinned_leaves: BTreeSet<(Id, u32)>,
    crowd: BTreeSet<Id>,
}

impl Pruner<'_, '_> {
    /// To the fixed point.
    pub fn run(&mut self) -> Result<Assembled, Stop> {
        self.keep_what_shows();
        self.walk_again();
        self.sweep()?;
        self.ask_anew()?;
        self.one_by_one()?;
        self.settle()
    }

    fn start(&self) -> Start<'_> {
        Start {
            symbols: self.symbols,
            public: self.public,
            asked: &self.asked,
        }
    }

    /// Impls and macro calls that may not be left out.
    fn keep_what_shows(&mut self) {
        let implicit = self.reach.live.iter().copied().filter(|id| {
            let item = &self.world.unit(*id).item;
            matches!(item.kind, ItemKind::Impl | ItemKind::MacroCall) && !self.may_go(*id)
        });
        let implicit: Vec<Id> = implicit.collect();
        self.narrow.implicit.extend(implicit);
        self.pin_for_macros();
    }

    /// Follows names anew, with what is known by now.
    fn walk_again(&mut self) {
        let reach = reach(self.world, self.start(), Some(&self.narrow));
        self.plan.live = reach.live;
        self.plan.modules = reach.modules;
    }

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

    /// What was reached by names and is left out.
    fn dropped(&self) -> impl Iterator<Item = Id> + '_ {
        let known = self.reach.live.iter().copied();
        known.filter(|id| {
            !self.plan.live.contains(id)
                && match &self.pool {
                    Some(pool) => pool.contains(id),
                    None => self.pinned.get(id).is_none_or(|times| *times < GIVEN_UP),
                }
        })
    }

    /// The text as it stands.
    pub fn put_together(&self) -> Assembled {
        assemble(self.world, self.symbols, self.stem, &self.plan)
    }

    /// Whether the text builds under another edition, with the compiler's own fixes where it needs any.
    pub fn also_builds(&mut self, edition: &str) -> Result<bool, Stop> {
        let (plan, own) = (self.plan.clone(), self.edition.clone());
        for _ in 0..8 {
            let made = self.put_together();
            let said = self.compiler.check(&made.text, edition)?;
            let errors: Vec<&Said> = said.iter().filter(|said| said.error).collect();
            if errors.is_empty() {
                // A fix for one edition must not break the other.
                if self.plan.swaps.len() == plan.swaps.len()
                    || self
                        .compiler
                        .check(&made.text, &own)?
                        .iter()
                        .all(|said| !said.error)
                {
                    return Ok(true);
                }
                break;
            }
            let mut changed = false;
            for said in errors {
                changed |= self.fix(&made, said);
            }
            if !changed {
                break;
            }
        }
        self.plan = plan;
        Ok(false)
    }

    /// Compiles until there are no errors, adding what is missing.
    fn settle(&mut self) -> Result<Assembled, Stop> {
        for _ in 0..ROUNDS {
            let made = self.put_together();
            let said = self.compiler.check(&made.text, &self.edition)?;
            let errors: Vec<&Said> = said.iter().filter(|said| said.error).collect();
            if errors.is_empty() {
                return Ok(made);
            }
            if !self.mend(&made, &errors) {
                let place = errors
                    .iter()
                    .find_map(|said| said.places.first())
                    .and_then(|range| made.source(range.start));
                let mut reason = Reason::new(
                    ReasonCode::NoViableCandidate,
                    format!(
                        "the closure does not build as a module of its own: {}",
                        summary(&said)
                    ),
                );
                if let Some((krate, file, byte)) = place {
                    let file = &self.world.krate(krate).files[file as usize];
                    reason = reason.at(file.path.clone(), file.line(byte));
                }
                return Err(Stop::Inconclusive(reason));
            }
        }
        Err(Stop::Inconclusive(Reason::new(
            ReasonCode::NoViableCandidate,
            "the closure did not come to rest",
        )))
    }

    /// Adds what errors ask for. Whether anything changed.
    fn mend(&mut self, made: &Assembled, errors: &[&Said]) -> bool {
        let mut changed = false;
        let mut round = BTreeSet::new();
        // Methods that are missing may be there once the impls are.
        let late =
            |said: &Said| matches!(said.code.as_str(), "E0599" | "E0689" | "E0282" | "E0283");
        for said in errors.iter().filter(|said| !late(said)) {
            changed |= self.restore(made, said, &mut round)
                || self.add_by_path(said)
                || (said.code == "E0432" && self.unimport(made, said));
        }
        if !changed {
            for said in errors.iter().filter(|said| late(said)) {
                changed |= self.restore(made, said, &mut round);
            }
        }
        if !changed {
            let errors = errors.iter().filter(|_| self.pool.is_none());
            let errors: Vec<&&Said> = errors.collect();
            for said in errors {
                changed |= self.add_by_name(made, said)
                    || self.unimport(made, said)
                    || self.fix(made, said);
            }
        }
        if changed {
            self.walk_again();
        }
        changed
    }

    /// Brings back left-out units that an error speaks of: the best match only.
    fn restore(&mut self, made: &Assembled, said: &Said, round: &mut BTreeSet<Id>) -> bool {
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

    /// Brings back imports that an error speaks of.
    fn import_back(&mut self, said: &Said, words: &BTreeSet<String>) -> bool {
        let mut leaves = Vec::new();
        for (id, leaf) in &self.plan.leaves_off {
            let unit = self.world.unit(*id);
            let name = if *leaf >= GLUE {
                &unit.item.name
            } else {
                &unit.leaves[*leaf as usize].name
            };
            let by_member = matches!(said.code.as_str(), "E0599" | "E0689")
                && *leaf < GLUE
                && self.imports_trait_with(*id, *leaf, words);
            if (words.contains(name) || by_member) && !self.pinned_leaves.contains(&(*id, *leaf)) {
                leaves.push((*id, *leaf));
            }
        }
        for leaf in &leaves {
            self.plan.leaves_off.remove(leaf);
            self.pinned_leaves.insert(*leaf);
        }
        !leaves.is_empty()
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

    /// Whether an import brings a trait that has a member of one of these names.
    fn imports_trait_with(&self, id: Id, leaf: u32, words: &BTreeSet<String>) -> bool {
        let path = &self.world.unit(id).leaves[leaf as usize].path;
        let defs = self.world.path(self.world.module_of(id), path, true).0;
        defs.into_iter().any(|def| match def {
            Def::Unit(of) => {
                let units = &self.world.krate(of.krate).units;
                let of = &units[of.unit as usize];
                of.item.kind == ItemKind::Trait
                    && of
                        .members
                        .iter()
                        .any(|member| words.contains(&units[*member as usize].item.name))
            }
            _ => false,
        })
    }

    fn bring_back(&mut self, id: Id) {
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

    /// The local traits that an impl or a macro call implements: they come with it.
    fn traits_of(&self, id: Id) -> BTreeSet<Id> {
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

    /// How well a left-out unit fits an error's words.
    fn score(&self, id: Id, words: &BTreeSet<String>, said: &Said) -> u32 {
        let unit = self.world.unit(id);
        let file = &self.world.krate(id.krate).files[unit.file as usize];
        let hits = |range: std::ops::Range<usize>| {
            range.filter(|at| words.contains(file.word(*at))).count() as u32
        };
        match unit.item.kind {
            // A name that is not found is no impl's.
            ItemKind::Impl | ItemKind::MacroCall if UNFOUND.contains(&said.code.as_str()) => 0,
            ItemKind::Impl if !unit.item.of_trait.is_empty() => {
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
            ItemKind::MacroCall => {
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
            ItemKind::Impl | ItemKind::Use => 0,
            // A member of an impl comes with the impl.
            _ if self.in_trait_impl(id) => 0,
            // Not a method, but a function of its name; or the method of another type.
            ItemKind::Fn | ItemKind::Const if said.code == "E0599" => {
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
            _ if words.contains(&unit.item.name) => 4,
            _ => 0,
        }
    }

    fn in_trait_impl(&self, id: Id) -> bool {
        self.world.unit(id).container.is_some_and(|container| {
            let container = &self.world.krate(id.krate).units[container as usize];
            !container.item.of_trait.is_empty()
        })
    }

    /// Adds units of a missing name that were never taken.
    fn add_by_name(&mut self, made: &Assembled, said: &Said) -> bool {
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
    fn add_by_path(&mut self, said: &Said) -> bool {
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

    /// Drops an import that imports nothing any more.
    fn unimport(&mut self, made: &Assembled, said: &Said) -> bool {
        if !matches!(
            said.code.as_str(),
            "E0432" | "E0433" | "E0603" | "E0364" | "E0365" | "E0252" | "E0254" | "E0255" | "E0583"
        ) {
            return false;
        }
        let mut changed = false;
        for range in &said.places {
            if let Some(piece) = made.at(range.start)
                && let Some(leaf) = piece.leaf
            {
                changed |= !self.pinned_leaves.contains(&(piece.id, leaf))
                    && self.plan.leaves_off.insert((piece.id, leaf));
            }
        }
        changed
    }

    /// Applies what the compiler is sure of: what an edition writes otherwise. All parts of an advice, or none.
    fn fix(&mut self, made: &Assembled, said: &Said) -> bool {
        let mut changed = false;
        // Advice on names and types is for text that was written so by mistake.
        let by_edition = said.code.is_empty() && !said.message.starts_with("cannot find")
            || EDITION.contains(&said.code.as_str());
        for advice in said.fixes.iter().filter(|_| by_edition) {
            let parts: Option<Vec<(Id, Swap)>> =
                advice.iter().map(|part| self.swap(made, part)).collect();
            let parts = parts.unwrap_or_default();
            let apart = |id: &Id, range: &Range<usize>| {
                let known = self.plan.swaps.get(id).into_iter().flatten();
                known
                    .into_iter()
                    .all(|(known, _)| known.end < range.start || known.start > range.end)
            };
            if !parts.iter().all(|(id, (range, _))| apart(id, range)) {
                continue;
            }
            for (id, swap) in parts {
                self.plan.swaps.entry(id).or_default().push(swap);
                changed = true;
            }
        }
        changed
    }

    /// One part of an advice as a replacement in a unit's text.
    fn swap(&self, made: &Assembled, part: &(Range<usize>, String)) -> Option<(Id, Swap)> {
        let (range, new) = part;
        let piece = made.at(range.start)?;
        let (krate, file, start) = made.source(range.start)?;
        let (_, _, end) = made.source(range.end)?;
        let unit = self.world.unit(piece.id);
        let ours = piece.leaf.is_none() && piece.id.krate == krate && unit.file == file;
        (ours && start <= end).then(|| (piece.id, (start..end, new.clone())))
    }

    /// Drops what is reported dead, until nothing is.
    fn sweep(&mut self) -> Result<(), Stop> {
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

    /// Drops the imports that a range covers.
    fn drop_imports(&mut self, made: &Assembled, range: &std::ops::Range<usize>) -> bool {
        let mut changed = false;
        for piece in &made.pieces {
            let Some(leaf) = piece.leaf else { continue };
            if piece.whole.start >= range.end || piece.whole.end <= range.start {
                continue;
            }
            let unit = self.world.unit(piece.id);
            // What a macro for the consumer names stays, though nothing here uses it.
            let shown = self.macros() && (leaf >= GLUE || unit.public());
            if !shown && !self.pinned_leaves.contains(&(piece.id, leaf)) {
                changed |= self.plan.leaves_off.insert((piece.id, leaf));
            }
        }
        changed
    }

    /// Drops an import that a body makes and does not need, if it is of text that would have to be taken for it.
    fn drop_inner_import(&mut self, made: &Assembled, range: &std::ops::Range<usize>) -> bool {
        let (Some(piece), Some((krate, file_index, byte))) =
            (made.at(range.start), made.source(range.start))
        else {
            return false;
        };
        let id = piece.id;
        let unit = self.world.unit(id);
        if piece.leaf.is_some() || id.krate != krate || unit.file != file_index {
            return false;
        }
        let file = &self.world.krate(krate).files[file_index as usize];
        let tokens = unit.item.tokens.clone();
        let inside = |at: &usize| file.tokens[*at].start as usize <= byte;
        let Some(start) = tokens
            .clone()
            .filter(inside)
            .rfind(|at| file.word(*at) == "use" && file.word(*at + 1) != "<")
        else {
            return false;
        };
        let Some(end) = (start..tokens.end).find(|at| file.word(*at) == ";") else {
            return false;
        };
        let leaves = crate::modules::leaves_at(file, start, end);
        let [leaf] = leaves.as_slice() else {
            return false;
        };
        let local = self
            .world
            .path(self.world.module_of(id), &leaf.path, true)
            .0;
        if !local.iter().any(|def| matches!(def, Def::Unit(_))) {
            return false;
        }
        // Attributes of the import go with it.
        let mut first = start;
        while first > tokens.start && file.word(first - 1) == "]" {
            let open = file.tokens[first - 1].mate as usize;
            if open == 0 || file.word(open - 1) != "#" {
                break;
            }
            first = open - 1;
        }
        let bytes = file.bytes(&(first..end + 1));
        let swaps = self.plan.swaps.entry(id).or_default();
        if swaps
            .iter()
            .any(|(known, _)| known.start < bytes.end && bytes.start < known.end)
        {
            return false;
        }
        swaps.push((bytes, String::new()));
        self.narrow.cut.entry(id).or_default().push(start..end);
        true
    }

    /// Whether a symbol is a macro: then its body is code that the compiler has not seen.
    fn macros(&self) -> bool {
        self.symbols.iter().any(|symbol| symbol.kind == Kind::Macro)
    }

    /// Pins what the bodies of macros for the consumer name.
    fn pin_for_macros(&mut self) {
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

    /// Whether the dead name is a unit's own, and the unit one that may be left out.
    fn is_called(&self, id: Id, name: &str) -> bool {
        let unit = self.world.unit(id);
        crate::modules::plain(&unit.item.name) == crate::modules::plain(name.trim())
            && self.pinned.get(&id).is_none_or(|times| *times < STAYS)
            && !self.reach.roots.contains(&id)
            && !self.offers(id)
    }

    /// Dead units without those that stay because a macro writes impls of them, and what these name in their turn.
    fn without_held(&self, mut dead: BTreeSet<Id>) -> BTreeSet<Id> {
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

    /// Whether a unit is a trait that wanted types offer, or a member of one.
    fn offers(&self, id: Id) -> bool {
        let container = self.world.unit(id).container.map(|unit| Id {
            krate: id.krate,
            unit,
        });
        self.reach.offered.contains(&container.unwrap_or(id))
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

    fn leave(&mut self, id: Id) -> bool {
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

    /// Whether the compiler never reports a unit and a consumer cannot see it.
    fn may_go(&self, id: Id) -> bool {
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

    /// What came back in a crowd is tried again: first all calls of a macro or all impls of a trait together, then each alone.
    fn one_by_one(&mut self) -> Result<(), Stop> {
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
    fn ask_anew(&mut self) -> Result<(), Stop> {
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

fn word_list(text: &str) -> BTreeSet<String> {
    text.split(|char: char| !char.is_alphanumeric() && char != '_')
        .filter(|word| !word.is_empty())
        .map(ToOwned::to_owned)
        .collect()
}

/// A range that lies within a text, on its characters.
fn safe(text: &str, range: &std::ops::Range<usize>) -> std::ops::Range<usize> {
    if text.get(range.clone()).is_some() {
        range.clone()
    } else {
        0..0
    }
}
