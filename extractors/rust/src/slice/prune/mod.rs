//! From the closure by names to the closure: what the compiler calls dead goes, what it misses comes back.
//!
//! The compiler never reports an impl of a trait or a macro call that writes impls. Those that a consumer cannot see are left
//! out at first, and come back as its errors ask for them.
//!
//! * here: the rounds: compile, mend what is missing, until there are no errors
//! * [`restore`]: what an error speaks of among what was left out; [`score`]: how well each fits
//! * [`add`]: what an error asks for by name or by path and was never reached
//! * [`back`]: what comes and goes together with a unit
//! * [`imports`]: imports that come back, or import nothing any more
//! * [`swaps`]: replacements in the taken text: the compiler's own fixes, imports within bodies
//! * [`dead`]: what the compiler reports dead
//! * [`macros`]: what only a macro names, and the compiler has not seen
//! * [`visible`]: impls that a consumer would miss, though no build breaks without them
//! * [`trials`]: what came back and may not have been needed

mod add;
mod back;
mod dead;
mod imports;
mod macros;
mod restore;
mod score;
mod swaps;
mod trials;
mod visible;

use std::collections::{BTreeMap, BTreeSet};

use ripout_model::{Reason, ReasonCode, Stop};

use crate::{
    assemble::{Assembled, Plan, assemble},
    original::Symbol,
    resolve::{Id, World},
    slice::{
        compile::{Compiler, Said, summary},
        reach::{Narrow, Reach, Start, reach},
    },
};

/// More rounds than any real crate needs.
const ROUNDS: u32 = 60;

/// Errors about names that mean nothing.
const UNFOUND: [&str; 14] = [
    "E0404", "E0405", "E0407", "E0412", "E0422", "E0423", "E0425", "E0432", "E0433", "E0437",
    "E0438", "E0531", "E0532", "E0574",
];

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

    /// Follows names anew, with what is known by now.
    fn walk_again(&mut self) {
        let reach = reach(self.world, self.start(), Some(&self.narrow));
        self.plan.live = reach.live;
        self.plan.modules = reach.modules;
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
                let krates: BTreeSet<u32> = self.plan.live.iter().map(|id| id.krate).collect();
                let reached = self.world.direct(&krates);
                if !reached.is_empty() {
                    reason = reason.help(format!(
                        "where the project that it is for has them anyway, let packages stay: --keep {}",
                        reached.join(",")
                    ));
                }
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
}

/// A range that lies within a text, on its characters.
fn safe(text: &str, range: &std::ops::Range<usize>) -> std::ops::Range<usize> {
    if text.get(range.clone()).is_some() {
        range.clone()
    } else {
        0..0
    }
}
