//! What the slice's own judgement asks of text that takes its place.
//!
//! A module that somebody wrote after the slice has not all of its definitions, and need not. Whatever it does in their
//! stead is compared on each input that reached something in the slice; and where no input reached a line of the slice,
//! nothing was seen of it, so that other text in its place is not known to do the same.

mod mentions;

use std::collections::BTreeSet;

use ripout_model::{
    Act, Candidate, Definition, Driver, Kind, Origin, Original, Reason, ReasonCode, Taken, Verdict,
};

use mentions::Mentions;

use super::judging::Outcome;
use crate::{
    judge::{Behind, Judgement},
    synth::Known,
};

/// What is said of a line that no input reached.
const NEVER: &str = "never ran";

/// A slice that was judged.
pub(super) struct Precedent {
    definitions: Vec<Taken>,
    /// The driver, which calls public names alone, and inputs of its that reached something.
    pub driver: Driver,
    pub inputs: Vec<Vec<u8>>,
    /// Lines of the slice that were not seen, with what of each.
    unseen: Vec<(String, u32, String)>,
    mentions: Mentions,
    /// What the slice may do that no observation shows.
    acts: BTreeSet<(&'static str, String)>,
    /// Run time by the original's.
    pub runtime_ratio: Option<f64>,
    /// For whoever writes in its place.
    pub known: Known,
}

/// Whether nothing but definitions that were not taken keeps text of somebody else's from being equivalent.
pub(super) fn is_missed(candidate: &Candidate, judgement: &Judgement) -> bool {
    let reason = judgement.reason.as_ref();
    reason.is_some_and(|it| it.code == ReasonCode::OriginalReachedMore) && is_written(candidate)
}

/// Whether what is wrong with a text is told by what the text is.
fn is_mendable(reason: &Reason) -> bool {
    matches!(
        reason.code,
        ReasonCode::LinesNotReached | ReasonCode::MutantsSurvive
    )
}

/// Whether somebody else's text is in it.
pub(super) fn is_written(candidate: &Candidate) -> bool {
    let mut definitions = candidate.definitions.iter();
    definitions.any(|taken| taken.origin == Origin::Synthesized)
}

/// Somebody else's text, where no slice tells what has to be seen of what it takes the place of.
pub(super) fn alone(candidate: &Candidate, judgement: &mut Judgement) {
    let mut definitions = candidate.definitions.iter();
    let written = definitions.find(|taken| taken.origin == Origin::Synthesized);
    let Some(Taken { definition, .. }) = written else {
        return;
    };
    judgement.verdict = Verdict::Inconclusive;
    judgement.reason = Some(
        Reason::new(
            ReasonCode::LinesNotReached,
            format!(
                "{} is not the author's text, and what no input reached in the original can't be told: no slice of it can be judged",
                definition.name
            ),
        )
        .at(definition.file.clone(), definition.lines[0]),
    );
}

impl Precedent {
    /// None where the slice could not be run, or is not what the original is, or was also called where text in its place
    /// has nothing to call.
    pub fn of(original: &dyn Original, candidate: &Candidate, outcome: &Outcome) -> Option<Self> {
        let Outcome::Judged {
            judgement, driver, ..
        } = outcome
        else {
            return None;
        };
        if !outcome.viable() || driver.inside {
            return None;
        }
        let coverage = &judgement.evidence.coverage;
        let lines = coverage.missed.iter();
        let lines = lines.map(|(file, line)| (file.clone(), *line, NEVER.to_owned()));
        let ways = coverage.branches.missed.iter();
        let ways = ways.map(|(file, line, way)| (file.clone(), *line, format!("the branch {way}")));
        let unseen: Vec<_> = lines.chain(ways).collect();
        Some(Self {
            definitions: candidate.definitions.clone(),
            driver: (**driver).clone(),
            inputs: judgement.telling.clone(),
            runtime_ratio: judgement.measured.as_ref().and_then(|it| it.runtime_ratio),
            known: known(candidate, judgement, &unseen),
            unseen,
            mentions: Mentions::of(candidate),
            acts: original
                .acts(&candidate.module)
                .into_iter()
                .map(|act| (act.what, act.by))
                .collect(),
        })
    }

    /// Inputs that reached something in the slice are tried first, where they mean the same to this driver.
    pub fn feed(&self, driver: &mut Driver) {
        if driver.text == self.driver.text {
            let own = std::mem::take(&mut driver.seeds);
            driver.seeds = self.inputs.iter().cloned().chain(own).collect();
        }
    }

    /// Definitions of the slice that text of the candidate's may stand for. What acts by being there does not go unnoticed:
    /// statements of a module's body, and what is done to a type that the candidate still has.
    pub fn replaced(&self, candidate: &Candidate) -> Vec<Definition> {
        if !is_written(candidate) {
            return Vec::new();
        }
        let last = |name: &str| -> String {
            let part = name.rsplit([':', '.']).next().unwrap_or(name);
            part.to_owned()
        };
        let kept: BTreeSet<String> = candidate
            .definitions
            .iter()
            .map(|taken| last(&taken.definition.name))
            .collect();
        let traits: BTreeSet<String> = self
            .definitions
            .iter()
            .filter(|taken| taken.definition.kind == Kind::Trait)
            .map(|taken| last(&taken.definition.name))
            .collect();
        let replaceable = |definition: &Definition| match definition.kind {
            Kind::Statement => false,
            Kind::Impl => {
                let words = |text: &str| -> Vec<String> {
                    let parts = text.split(|c: char| c != '_' && !c.is_alphanumeric());
                    parts.map(str::to_owned).collect()
                };
                let (of, on) = definition
                    .name
                    .split_once(" for ")
                    .unwrap_or(("", &definition.name));
                // A trait of the original's own that is gone can't be asked for any more.
                let gone = |word: &String| traits.contains(word) && !kept.contains(word);
                words(of).iter().any(gone) || !words(on).iter().any(|word| kept.contains(word))
            }
            Kind::Method => {
                let mut parts = definition
                    .name
                    .rsplit([':', '.'])
                    .filter(|it| !it.is_empty());
                let name = parts.next().unwrap_or_default();
                let owner = parts.next().unwrap_or_default();
                // The interpreter calls these by itself.
                !(name.starts_with("__") && kept.contains(owner))
            }
            _ => true,
        };
        self.definitions
            .iter()
            .map(|taken| &taken.definition)
            .filter(|definition| replaceable(definition))
            .cloned()
            .collect()
    }

    /// Not every input that reached something in the slice could be compared.
    pub fn unmet(&self, judgement: &mut Judgement, why: &str) {
        judgement.verdict = Verdict::Inconclusive;
        judgement.reason = Some(
            Reason::new(
                ReasonCode::TooFewInputs,
                format!(
                    "the module does the work of definitions of the original, and has to agree on all inputs that reached something \
                     in these: {why}"
                ),
            )
            .help("keep more of the author's definitions as they are"),
        );
    }

    /// Somebody else's text that agrees on every input may still do more than the slice, or what was not seen of that.
    pub fn weigh(&self, original: &dyn Original, candidate: &Candidate, judgement: &mut Judgement) {
        if !is_written(candidate) {
            return;
        }
        let open = self.left_open(candidate, judgement.behind.as_ref());
        match (judgement.verdict, &mut judgement.reason) {
            (Verdict::Equivalent, _) => {
                let reason = self.acted(original, candidate).or(open);
                if reason.is_some() {
                    judgement.verdict = Verdict::Inconclusive;
                    judgement.reason = reason;
                }
            }
            // Whoever mends one thing would else learn of the next only then.
            (Verdict::Inconclusive, Some(reason)) if is_mendable(reason) => {
                if let Some(open) = open {
                    reason.text = format!("{}; and {}", reason.text, open.text);
                }
            }
            _ => {}
        }
    }

    /// What the text does that the slice doesn't, and the judge would not see.
    fn acted(&self, original: &dyn Original, candidate: &Candidate) -> Option<Reason> {
        let known = |act: &Act| self.acts.contains(&(act.what, act.by.clone()));
        let mut acts = original.acts(&candidate.module).into_iter();
        let act = acts.find(|act| !known(act))?;
        let file = &candidate.module.files[0].path;
        Some(
            Reason::new(
                ReasonCode::NotObserved,
                format!(
                    "`{}`: the module {}, the author's text does not, and what comes of it is not compared",
                    act.by, act.what
                ),
            )
            .at(file.clone(), act.line)
            .help("do without it"),
        )
    }

    /// Where a line of the slice was not seen, only the author's own text is known to do the same; unless the module leaves
    /// out whatever gets near it: all inputs that did, or all text that names it.
    fn left_open(&self, candidate: &Candidate, behind: Option<&Behind>) -> Option<Reason> {
        let kept = |definition: &Definition| {
            let around = |taken: &&Taken| {
                let other = &taken.definition;
                other.package == definition.package
                    && other.file == definition.file
                    && other.lines[0] <= definition.lines[0]
                    && definition.lines[1] <= other.lines[1]
            };
            // One of the same name beside it may be the one that runs.
            let mut around = candidate.definitions.iter().filter(around).peekable();
            around.peek().is_some() && around.all(|taken| !taken.is_new())
        };
        let is_behind =
            |definition: &Definition| behind.is_some_and(|behind| behind.holds(definition));
        let leads_on = |definition: &Definition| kept(definition) || is_behind(definition);
        let open: Vec<(&Definition, &str)> = self
            .unseen
            .iter()
            .filter_map(|(file, line, what)| {
                let taken = Taken::around(&self.definitions, file, *line)?;
                Some((&taken.definition, what.as_str()))
            })
            .filter(|(definition, _)| !kept(definition))
            .filter(|(definition, _)| !is_behind(definition))
            .filter(|(definition, _)| !self.mentions.only_by(definition, candidate, &leads_on))
            .collect();
        let (first, _) = open.first()?;
        let mut places: Vec<(&str, &str)> = Vec::new();
        for (definition, what) in &open {
            if places.iter().all(|(name, _)| *name != definition.name) {
                places.push((&definition.name, what));
            }
        }
        let places: Vec<String> = places
            .iter()
            .map(|(name, what)| match *what {
                NEVER => format!("{name} (a line of it {NEVER})"),
                way => format!("{name} ({way})"),
            })
            .collect();
        Some(
            Reason::new(
                ReasonCode::LinesNotReached,
                format!(
                    "there is what no input reached in the original, and the module has other text in its place or none: {}",
                    places.join(", ")
                ),
            )
            .at(first.file.clone(), first.lines[0])
            .help("keep that definition as it is, or give inputs that reach it: `--driver FILE`"),
        )
    }
}

/// What was learnt, for whoever writes in the slice's place.
fn known(candidate: &Candidate, judgement: &Judgement, unseen: &[(String, u32, String)]) -> Known {
    let text = candidate.module.text();
    let lines: Vec<&str> = text.lines().collect();
    let line = |number: u32| {
        let index = (number as usize).saturating_sub(1);
        lines.get(index).map_or("", |line| line.trim())
    };
    let module = &candidate.module.files[0].path;
    let within = |file: &str, number: u32| {
        Taken::around(&candidate.definitions, file, number)
            .map_or_else(String::new, |taken| format!("{}: ", taken.definition.name))
    };
    Known {
        never_ran: unseen
            .iter()
            .map(|(file, number, what)| {
                format!("{}{} ({what})", within(file, *number), line(*number))
            })
            .collect(),
        raises: Some(judgement.evidence.raised > 0),
        survivors: judgement
            .score
            .iter()
            .flat_map(|score| score.survivors())
            .map(|mutant| {
                format!(
                    "{}{} (`{}` for `{}`)",
                    within(module, mutant.line),
                    line(mutant.line),
                    mutant.to.trim(),
                    mutant.from.trim()
                )
            })
            .collect(),
    }
}
