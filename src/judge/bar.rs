//! The bar: what evidence a verdict of `equivalent` needs.
//!
//! * at least 1,000 distinct compared inputs, or an exhausted domain
//! * at least a fifth of them returned normally
//! * every definition entered, and 90% of the executable lines run (author's text)
//! * nothing of the original reached that was not taken
//! * text that is not the author's needs each of its branches to go both ways
//! * text that is not the author's needs every planted fault in it to be caught as well

use std::collections::{BTreeMap, BTreeSet};

use ripout_model::{
    Candidate, Definition, Fate, Kind, LEFT_OUT, Mutant, Probe, Reason, ReasonCode,
};

use super::{Branches, Coverage, Evidence, Score};

/// Distinct compared inputs that a verdict needs, unless the domain was exhausted.
pub const INPUTS: u64 = 1000;

/// Planted faults that each synthesized definition needs to have caught.
const FAULTS: usize = 5;

/// Reads line coverage off the module's probes.
pub fn coverage(module_file: &str, probes: &[Probe], hits: &BTreeSet<u32>) -> Coverage {
    // A line with several probes ran if one of them was hit, and is waived only if all its probes are.
    let mut lines: BTreeMap<u32, (bool, Option<&String>)> = BTreeMap::new();
    let mut branches = Branches::default();
    for (id, probe) in (0u32..).zip(probes).filter(|(_, probe)| !probe.entry) {
        if let Some(way) = &probe.branch {
            let hit = hits.contains(&id);
            branches.total += u64::from(hit || probe.waiver.is_none());
            branches.hit += u64::from(hit);
            if !hit && probe.waiver.is_none() {
                let missed = (module_file.to_owned(), probe.line, way.clone());
                branches.missed.push(missed);
            }
            continue;
        }
        let line = lines
            .entry(probe.line)
            .or_insert((false, probe.waiver.as_ref()));
        line.0 |= hits.contains(&id);
        line.1 = line.1.and(probe.waiver.as_ref());
    }
    let mut coverage = Coverage {
        lines: lines.len() as u64,
        branches,
        ..Coverage::default()
    };
    for (line, (hit, waiver)) in lines {
        match (hit, waiver) {
            (true, _) => {
                coverage.hit += 1;
                coverage.ran.push(line);
            }
            (false, Some(why)) => coverage
                .waived
                .push((module_file.into(), line, why.clone())),
            (false, None) => coverage.missed.push((module_file.into(), line)),
        }
    }
    coverage
}

/// Branches of text that is not the author's that were not gone both ways.
pub fn one_way<'a>(
    candidate: &Candidate,
    probes: &'a [Probe],
    hits: &BTreeSet<u32>,
) -> Vec<&'a Probe> {
    let others: BTreeSet<&Definition> = synthesized(candidate).collect();
    (0u32..)
        .zip(probes)
        .filter(|(id, probe)| probe.branch.is_some() && !hits.contains(id))
        .map(|(_, probe)| probe)
        .filter(|probe| probe.waiver.is_none() && others.contains(&probe.definition))
        .collect()
}

/// Definitions of the module that can run and were never entered.
pub fn not_entered<'a>(
    candidate: &'a Candidate,
    probes: &[Probe],
    hits: &BTreeSet<u32>,
) -> Vec<&'a Definition> {
    let mut entered: BTreeMap<&Definition, bool> = BTreeMap::new();
    for (id, probe) in (0u32..).zip(probes).filter(|(_, probe)| probe.entry) {
        *entered.entry(&probe.definition).or_default() |=
            hits.contains(&id) || probe.waiver.is_some();
    }
    candidate
        .definitions
        .iter()
        .map(|taken| &taken.definition)
        .filter(|definition| match entered.get(definition) {
            Some(entered) => !entered,
            // A body without a probe can't be shown to have run.
            None => matches!(definition.kind, Kind::Function | Kind::Method),
        })
        .collect()
}

/// Definitions of the original that ran and were not taken.
pub fn reached_more<'a>(
    candidate: &Candidate,
    probes: &'a [Probe],
    hits: &BTreeSet<u32>,
) -> Vec<&'a Definition> {
    let taken = |definition: &Definition| {
        candidate
            .definitions
            .iter()
            .map(|taken| &taken.definition)
            .chain(&candidate.replaced)
            .any(|other| {
                other.package == definition.package
                    && other.file == definition.file
                    && other.lines[0] <= definition.lines[1]
                    && definition.lines[0] <= other.lines[1]
            })
    };
    let more: BTreeSet<&Definition> = (0u32..)
        .zip(probes)
        .filter(|(id, _)| hits.contains(id))
        .map(|(_, probe)| &probe.definition)
        .filter(|definition| !taken(definition))
        .collect();
    more.into_iter().collect()
}

/// What the verdict rests on beside the counts.
pub struct Ground<'a> {
    /// Definitions never entered.
    pub not_entered: Vec<&'a Definition>,
    /// Branches of text that is not the author's that were not gone both ways.
    pub one_way: Vec<&'a Probe>,
    /// Definitions of the original that ran and were not taken.
    pub reached_more: Vec<&'a Definition>,
    /// Whether every input there is was compared.
    pub exhausted: bool,
    /// Module observations that changed from run to run where the original's did not.
    pub unsteady: Option<String>,
}

/// Whether more than one line in ten did not run.
pub fn too_few_lines(coverage: &Coverage) -> bool {
    let missed = coverage.missed.len() as u64;
    missed * 10 > coverage.hit + missed
}

/// The first thing that keeps the evidence below the bar.
pub fn below(evidence: &Evidence, ground: &Ground<'_>) -> Option<Reason> {
    let driver_help = "give inputs that reach it: `--driver FILE`, or a larger `--budget`";
    if let Some(what) = &ground.unsteady {
        return Some(Reason::new(
            ReasonCode::Nondeterministic,
            format!("the module does not agree with itself where the original does: {what}"),
        ));
    }
    if evidence.inputs == 0 && evidence.timed_out > 0 {
        return Some(
            Reason::new(
                ReasonCode::TimedOut,
                "no input ended in time on the original",
            )
            .help("raise `--budget`, or give small inputs with `--driver FILE`"),
        );
    }
    if evidence.inputs == 0 && evidence.nondeterministic > 0 {
        return Some(Reason::new(
            ReasonCode::Nondeterministic,
            format!(
                "the original disagrees with itself on all {} inputs",
                evidence.nondeterministic
            ),
        ));
    }
    if evidence.inputs == 0 || (evidence.inputs < INPUTS && !ground.exhausted) {
        return Some(
            Reason::new(
                ReasonCode::TooFewInputs,
                format!(
                    "{} distinct inputs were compared, {INPUTS} are needed ({} were no valid input)",
                    evidence.inputs, evidence.discarded
                ),
            )
            .help(driver_help),
        );
    }
    let returned = evidence.agreed - evidence.raised;
    if returned * 5 < evidence.inputs {
        return Some(
            Reason::new(
                ReasonCode::TooFewInputs,
                format!(
                    "only {returned} of {} inputs returned normally, a fifth is needed",
                    evidence.inputs
                ),
            )
            .help(driver_help),
        );
    }
    if let Some(first) = ground.reached_more.first() {
        let names = names(&ground.reached_more);
        return Some(
            Reason::new(
                ReasonCode::OriginalReachedMore,
                format!("the original ran what was not taken: {names}"),
            )
            .at(first.file.clone(), first.lines[0]),
        );
    }
    if let Some(first) = ground.not_entered.first() {
        let names = names(&ground.not_entered);
        return Some(
            Reason::new(
                ReasonCode::LinesNotReached,
                format!("never entered: {names}"),
            )
            .at(first.file.clone(), first.lines[0])
            .help(driver_help),
        );
    }
    if let Some(first) = ground.one_way.first() {
        let told = |probe: &&Probe| {
            let branch = probe.branch.as_deref().unwrap_or_default();
            let (name, line) = (&probe.definition.name, probe.line);
            format!("in {name}, line {line} of the module, the branch {branch}")
        };
        return Some(
            Reason::new(
                ReasonCode::LinesNotReached,
                format!(
                    "text that is not the author's needs each branch to go both ways: {}",
                    listed(&ground.one_way, told)
                ),
            )
            .at(first.definition.file.clone(), first.definition.lines[0])
            .help(driver_help),
        );
    }
    let coverage = &evidence.coverage;
    let missed = coverage.missed.len() as u64;
    if too_few_lines(coverage) {
        let lines: Vec<String> = coverage
            .missed
            .iter()
            .take(12)
            .map(|(_, line)| line.to_string())
            .collect();
        let more = if missed > 12 { ", …" } else { "" };
        let (file, line) = &coverage.missed[0];
        return Some(
            Reason::new(
                ReasonCode::LinesNotReached,
                format!(
                    "{} of {} executable lines ran, nine in ten are needed; not reached: {}{more}",
                    coverage.hit,
                    coverage.hit + missed,
                    lines.join(", ")
                ),
            )
            .at(file.clone(), *line)
            .help(driver_help),
        );
    }
    None
}

/// What planted faults say against synthesized text: each of its definitions needs some, and all that can be told from
/// it have to be caught. A change that people make by mistake is one more such fault, and hides where these do.
///
/// `leaves_out` are definitions that do nothing but end with an error which says so: too little to plant much in.
pub fn survivors(
    candidate: &Candidate,
    score: Option<&Score>,
    leaves_out: Option<&BTreeSet<Definition>>,
) -> Option<Reason> {
    let synthesized: Vec<&Definition> = synthesized(candidate).collect();
    let first = synthesized.first()?;
    let below = |text: String, definition: &Definition| {
        let reason = Reason::new(ReasonCode::MutantsSurvive, text);
        Some(reason.at(definition.file.clone(), definition.lines[0]))
    };
    let mut short = Vec::new();
    let needs = "text that is not the author's needs planted faults to be caught";
    let Some(score) = score else {
        let names = names(&synthesized);
        return below(format!("{needs}, and none could be tried: {names}"), first);
    };
    for definition in synthesized {
        let of = |fate: &[Fate]| {
            score
                .judged
                .iter()
                .filter(|(mutant, it)| {
                    mutant.definition.as_ref() == Some(definition) && fate.contains(it)
                })
                .map(|(mutant, _)| mutant)
                .collect::<Vec<_>>()
        };
        let caught = of(&[Fate::Killed, Fate::TimedOut]).len();
        let mut rest = of(&[Fate::Survived, Fate::Unfinished]);
        if leaves_out.is_some() {
            rest.retain(|mutant| !is_of_the_error(mutant));
        }
        let ends = leaves_out.is_some_and(|all| all.contains(definition));
        let needed = if ends { 0 } else { FAULTS };
        if caught < needed || !rest.is_empty() {
            let all = caught + rest.len();
            let listed = match rest.is_empty() {
                true => format!("{FAULTS} are needed"),
                false => format!("not caught: {}", listed(&rest, |mutant| told(mutant))),
            };
            let name = &definition.name;
            short.push((
                definition,
                format!("{caught} of {all} in {name} were; {listed}"),
            ));
        }
    }
    let (first, _) = short.first()?;
    let all = listed(&short, |(_, text)| text.clone());
    below(format!("{needs}: {all}"), first)
}

/// Whether a fault stands in nothing but the error that says what is left out. That need not be reached.
fn is_of_the_error(mutant: &Mutant) -> bool {
    let from = mutant.from.trim();
    let from = from.strip_prefix("raise ").unwrap_or(from);
    let said = ["NotImplementedError(", "panic!("]
        .iter()
        .find_map(|error| from.strip_prefix(error));
    let said = said.unwrap_or(from).strip_prefix(['"', '\'']);
    said.is_some_and(|said| said.starts_with(LEFT_OUT) && said.lines().count() == 1)
}

/// The first few of them, and how many more there are.
fn listed<T>(all: &[T], told: impl Fn(&T) -> String) -> String {
    const SHOWN: usize = 5;
    let shown: Vec<String> = all.iter().take(SHOWN).map(told).collect();
    match all.len().saturating_sub(SHOWN) {
        0 => shown.join("; "),
        more => format!("{}; and {more} more", shown.join("; ")),
    }
}

/// Whether a verdict depends on mutants.
pub fn needs_mutants(candidate: &Candidate) -> bool {
    synthesized(candidate).next().is_some()
}

fn synthesized(candidate: &Candidate) -> impl Iterator<Item = &Definition> {
    let definitions = candidate.definitions.iter().filter(|taken| taken.is_new());
    definitions.map(|taken| &taken.definition)
}

/// A mutant, for the reader of a report.
pub fn told(mutant: &Mutant) -> String {
    let to = match mutant.to.trim() {
        "" => "nothing",
        to => to,
    };
    match mutant.from.trim() {
        "" => format!("line {}: {to}", mutant.line),
        from => format!("line {}: {to} for {from}", mutant.line),
    }
}

fn names(definitions: &[&Definition]) -> String {
    let mut text: Vec<String> = definitions
        .iter()
        .take(5)
        .map(|definition| {
            format!(
                "{} ({}:{})",
                definition.name, definition.file, definition.lines[0]
            )
        })
        .collect();
    if definitions.len() > 5 {
        text.push(format!("and {} more", definitions.len() - 5));
    }
    text.join(", ")
}
