//! From the closure by names to the closure: what the compiler calls dead goes, what it misses comes back.
//!
//! The compiler never reports an impl of a trait or a macro call that writes impls. Those that a consumer cannot see are left
//! out on trial, all at once, and come back as its errors ask for them.

use std::collections::BTreeSet;

use ripout_model::{Reason, ReasonCode, Stop};

use crate::{
    assemble::{Assembled, GLUE, Plan, assemble},
    items::ItemKind,
    original::Symbol,
    resolve::{Id, World},
    slice::{
        compile::{Compiler, Said, quoted, summary},
        reach::Reach,
    },
};

/// More rounds than any real crate needs.
const ROUNDS: u32 = 60;

/// Prunes with the compiler as the judge.
pub struct Pruner<'a, 'h> {
    /// Crates.
    pub world: &'a World<'a>,
    /// Symbols.
    pub symbols: &'a [Symbol],
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
    /// What was left out.
    pub dropped: BTreeSet<Id>,
    /// What came back and stays.
    pub pinned: BTreeSet<Id>,
    /// Imports that came back.
    pub pinned_leaves: BTreeSet<(Id, u32)>,
}

impl Pruner<'_, '_> {
    /// To the fixed point.
    pub fn run(&mut self) -> Result<Assembled, Stop> {
        self.settle()?;
        self.sweep()?;
        // All at once; then again for what the first trial made superfluous.
        for _ in 0..2 {
            let candidates = self.candidates();
            if candidates.is_empty() || !self.trial(&candidates)? {
                break;
            }
            self.sweep()?;
        }
        self.one_by_one()?;
        self.settle()
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
        for said in errors {
            changed |= self.restore(made, said);
        }
        if changed {
            return true;
        }
        for said in errors {
            changed |=
                self.add_by_name(made, said) || self.unimport(made, said) || self.fix(made, said);
        }
        changed
    }

    /// Brings back left-out units that an error speaks of: the best match only.
    fn restore(&mut self, made: &Assembled, said: &Said) -> bool {
        let words = quoted(&said.text);
        let mut best = (0, Vec::new());
        for &id in &self.dropped {
            let score = self.score(id, &words, said);
            if score > best.0 {
                best = (score, vec![id]);
            } else if score == best.0 && score > 0 {
                best.1.push(id);
            }
        }
        let mut back = best.1;
        if back.is_empty() {
            // A word of the text where the error stands.
            let near: BTreeSet<String> = said
                .around
                .iter()
                .flat_map(|range| word_list(&made.text[safe(&made.text, range)]))
                .collect();
            back = self
                .dropped
                .iter()
                .copied()
                .filter(|id| near.contains(&self.world.unit(*id).item.name))
                .collect();
        }
        for id in &back {
            self.bring_back(*id);
        }
        let mut leaves = Vec::new();
        for (id, leaf) in &self.plan.leaves_off {
            let unit = self.world.unit(*id);
            let name = if *leaf >= GLUE {
                &unit.item.name
            } else {
                &unit.leaves[*leaf as usize].name
            };
            if words.contains(name) && !self.pinned_leaves.contains(&(*id, *leaf)) {
                leaves.push((*id, *leaf));
            }
        }
        for leaf in &leaves {
            self.plan.leaves_off.remove(leaf);
            self.pinned_leaves.insert(*leaf);
        }
        !back.is_empty() || !leaves.is_empty()
    }

    fn bring_back(&mut self, id: Id) {
        self.dropped.remove(&id);
        self.pinned.insert(id);
        self.plan.live.insert(id);
        let unit = self.world.unit(id);
        if let Some(container) = unit.container {
            let container = Id {
                krate: id.krate,
                unit: container,
            };
            if self.plan.live.insert(container) {
                self.dropped.remove(&container);
            }
        } else if !unit.item.of_trait.is_empty() || unit.item.kind == ItemKind::Trait {
            for &member in &unit.members {
                let member = Id {
                    krate: id.krate,
                    unit: member,
                };
                if self.reach.live.contains(&member) {
                    self.dropped.remove(&member);
                    self.plan.live.insert(member);
                }
            }
        }
    }

    /// How well a left-out unit fits an error's words.
    fn score(&self, id: Id, words: &BTreeSet<String>, said: &Said) -> u32 {
        let unit = self.world.unit(id);
        let file = &self.world.krate(id.krate).files[unit.file as usize];
        let hits = |range: std::ops::Range<usize>| {
            range.filter(|at| words.contains(file.word(*at))).count() as u32
        };
        match unit.item.kind {
            ItemKind::Impl if !unit.item.of_trait.is_empty() => {
                let of_trait = hits(unit.item.of_trait.clone());
                let for_type = hits(unit.item.for_type.clone());
                let by_member = said.code == "E0599"
                    && unit.members.iter().any(|member| {
                        words
                            .contains(&self.world.krate(id.krate).units[*member as usize].item.name)
                    });
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
                let arguments = unit.item.body.map_or(0, |(open, close)| hits(open..close));
                let about = self
                    .reach
                    .about
                    .get(&id)
                    .into_iter()
                    .flatten()
                    .any(|of| words.contains(&self.world.unit(*of).item.name));
                match (arguments > 0, about) {
                    (true, true) => 5,
                    (false, true) => 2,
                    (true, false) => 1,
                    _ => 0,
                }
            }
            ItemKind::Impl | ItemKind::Use => 0,
            _ if words.contains(&unit.item.name) => 4,
            _ => 0,
        }
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
        for (_, id) in found.into_iter().filter(|(near, _)| *near == nearest) {
            self.bring_back(id);
        }
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

    /// Applies what the compiler is sure of: what an edition writes otherwise.
    fn fix(&mut self, made: &Assembled, said: &Said) -> bool {
        let mut changed = false;
        for (range, new) in &said.fixes {
            let (Some(piece), Some((krate, file, start)), Some((_, _, end))) = (
                made.at(range.start),
                made.source(range.start),
                made.source(range.end),
            ) else {
                continue;
            };
            let unit = self.world.unit(piece.id);
            if piece.leaf.is_some() || piece.id.krate != krate || unit.file != file || end < start {
                continue;
            }
            let swaps = self.plan.swaps.entry(piece.id).or_default();
            if swaps
                .iter()
                .all(|(known, _)| known.end < start || known.start > end)
            {
                swaps.push((start..end, new.clone()));
                changed = true;
            }
        }
        changed
    }

    /// Drops what is reported dead, until nothing is.
    fn sweep(&mut self) -> Result<(), Stop> {
        for _ in 0..ROUNDS {
            let made = self.settle()?;
            let said = self.compiler.check(&made.text, &self.edition)?;
            let mut changed = false;
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
                    let Some(piece) = made.at(range.start) else {
                        continue;
                    };
                    changed |= match (said.code.as_str(), piece.leaf) {
                        ("unused_imports", Some(leaf)) => {
                            !self.pinned_leaves.contains(&(piece.id, leaf))
                                && self.plan.leaves_off.insert((piece.id, leaf))
                        }
                        ("unused_imports", None) | (_, Some(_)) => false,
                        _ => self.drop(piece.id, &made.text[safe(&made.text, range)]),
                    };
                }
            }
            if !changed {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Leaves a unit out, if the dead name is its own.
    fn drop(&mut self, id: Id, name: &str) -> bool {
        let unit = self.world.unit(id);
        if crate::modules::plain(&unit.item.name) != crate::modules::plain(name.trim())
            || self.pinned.contains(&id)
            || self.reach.roots.contains(&id)
        {
            return false;
        }
        self.leave(id)
    }

    fn leave(&mut self, id: Id) -> bool {
        if !self.plan.live.remove(&id) {
            return false;
        }
        self.dropped.insert(id);
        let unit = self.world.unit(id);
        if let Some(container) = unit.container {
            let container = Id {
                krate: id.krate,
                unit: container,
            };
            let of = self.world.unit(container);
            let inherent = of.item.kind == ItemKind::Impl && of.item.of_trait.is_empty();
            if inherent
                && !of.members.iter().any(|member| {
                    self.plan.live.contains(&Id {
                        krate: id.krate,
                        unit: *member,
                    })
                })
            {
                self.plan.live.remove(&container);
            }
            if of.item.kind == ItemKind::Trait {
                self.leave_in_impls(container, &unit.item.name);
            }
        }
        if matches!(
            unit.item.kind,
            ItemKind::Struct | ItemKind::Enum | ItemKind::Union | ItemKind::Trait
        ) {
            self.leave_impls_of(id);
        }
        true
    }

    /// A member that left its trait leaves the impls.
    fn leave_in_impls(&mut self, of: Id, name: &str) {
        let blocks: Vec<Id> = self
            .reach
            .headers
            .iter()
            .filter(|(_, header)| header.of_trait.contains(&of))
            .map(|(id, _)| *id)
            .collect();
        for block in blocks {
            for &member in &self.world.unit(block).members {
                let member = Id {
                    krate: block.krate,
                    unit: member,
                };
                if self.world.unit(member).item.name == name && self.plan.live.remove(&member) {
                    self.dropped.insert(member);
                }
            }
        }
    }

    /// Impls go with their type or trait.
    fn leave_impls_of(&mut self, of: Id) {
        let blocks: Vec<Id> = self
            .reach
            .headers
            .iter()
            .filter(|(_, header)| {
                header.of_trait.contains(&of)
                    || header.for_type.contains(&of)
                    || header.arguments.contains(&of)
            })
            .map(|(id, _)| *id)
            .collect();
        for block in blocks {
            if self.plan.live.remove(&block) {
                self.dropped.insert(block);
                for &member in &self.world.unit(block).members {
                    let member = Id {
                        krate: block.krate,
                        unit: member,
                    };
                    if self.plan.live.remove(&member) {
                        self.dropped.insert(member);
                    }
                }
            }
        }
    }

    /// What the compiler never reports and a consumer cannot see.
    fn candidates(&self) -> Vec<Id> {
        self.plan
            .live
            .iter()
            .copied()
            .filter(|id| !self.pinned.contains(id) && self.may_go(*id))
            .collect()
    }

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

    /// Whether a macro call writes `impl Bound for …` or an impl for a type that a consumer sees.
    fn writes_bound(&self, id: Id) -> bool {
        let unit = self.world.unit(id);
        let name = unit.item.name.rsplit("::").next().unwrap_or_default();
        let file = &self.world.krate(id.krate).files[unit.file as usize];
        let mut texts = vec![(file, unit.item.tokens.clone())];
        for found in self.world.macros(id.krate, name) {
            let of = self.world.unit(found);
            texts.push((
                &self.world.krate(found.krate).files[of.file as usize],
                of.item.tokens.clone(),
            ));
        }
        let bounds: BTreeSet<&str> = self
            .reach
            .bounds
            .iter()
            .map(|id| self.world.unit(*id).item.name.as_str())
            .collect();
        let surface: BTreeSet<&str> = self
            .reach
            .surface
            .iter()
            .map(|id| self.world.unit(*id))
            .filter(|unit| {
                matches!(
                    unit.item.kind,
                    ItemKind::Struct | ItemKind::Enum | ItemKind::Union
                )
            })
            .map(|unit| unit.item.name.as_str())
            .collect();
        let implements = texts.iter().any(|(file, range)| {
            range.clone().any(|at| {
                // `impl … Trait for` and `Trait<…> for`; the name stands within the header.
                file.word(at) == "impl"
                    && (at..range.end.min(at + 40))
                        .take_while(|at| !matches!(file.word(*at), "{" | ";"))
                        .any(|at| bounds.contains(file.word(at)))
            })
        });
        let by_argument = unit
            .item
            .tokens
            .clone()
            .any(|at| bounds.contains(file.word(at)) || surface.contains(file.word(at)));
        implements || by_argument
    }

    /// Leaves units out all at once; errors bring back what is needed. Whether anything stayed out.
    fn trial(&mut self, candidates: &[Id]) -> Result<bool, Stop> {
        let before = (self.plan.clone(), self.dropped.clone(), self.pinned.clone());
        for id in candidates {
            self.leave_whole(*id);
        }
        match self.settle() {
            Ok(_) => Ok(candidates.iter().any(|id| self.dropped.contains(id))),
            Err(Stop::Inconclusive(_)) => {
                (self.plan, self.dropped, self.pinned) = before;
                Ok(false)
            }
            Err(other) => Err(other),
        }
    }

    fn leave_whole(&mut self, id: Id) {
        if self.plan.live.remove(&id) {
            self.dropped.insert(id);
            for &member in &self.world.unit(id).members {
                let member = Id {
                    krate: id.krate,
                    unit: member,
                };
                if self.plan.live.remove(&member) {
                    self.dropped.insert(member);
                }
            }
        }
    }

    /// What came back in a crowd is tried again, alone.
    fn one_by_one(&mut self) -> Result<(), Stop> {
        let mut sizes: Vec<(usize, Id)> = self
            .plan
            .live
            .iter()
            .copied()
            .filter(|id| self.pinned.contains(id) && self.may_go(*id))
            .map(|id| (self.world.unit(id).item.tokens.len(), id))
            .collect();
        sizes.sort_by(|left, right| right.cmp(left));
        let mut gone = false;
        for (_, id) in sizes.into_iter().take(24) {
            let before = (self.plan.clone(), self.dropped.clone());
            self.leave_whole(id);
            let made = self.put_together();
            if self
                .compiler
                .check(&made.text, &self.edition)?
                .iter()
                .any(|said| said.error)
            {
                (self.plan, self.dropped) = before;
            } else {
                gone = true;
            }
        }
        if gone { self.sweep() } else { Ok(()) }
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
