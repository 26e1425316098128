//! What to do about each dependency, why, and in which order.

use std::collections::BTreeSet;

use ripout_model::{Dependency, DependencyKind, Language, Locked, Survey, Use, UsePlace};

use super::{Closure, Ranked, Saving, Symbol, guarded, surface};

/// More lines than this are no part of a library but a library.
const MOST_LINES: u64 = 800;

/// What is taken over must save at least so many times as many lines,
const LEAST_WORTH: f64 = 3.0;

/// or, where it is short, so many times.
const LEAST_WORTH_OF_LITTLE: f64 = 1.5;

/// What is short.
const LITTLE: u64 = 300;

/// What to do about a dependency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Advice {
    /// Worth ripping out.
    Rip,
    /// Nothing of it is used: a build without it has passed.
    Unused,
    /// Not worth it, or not known to be.
    Keep,
    /// Must not be copied.
    Never,
}

impl Advice {
    /// The word.
    pub fn word(self) -> &'static str {
        match self {
            Advice::Rip => "rip",
            Advice::Unused => "unused",
            Advice::Keep => "keep",
            Advice::Never => "never",
        }
    }
}

/// Weighs a dependency.
pub fn judge(
    dependency: &Dependency,
    survey: &Survey,
    symbols: Vec<Symbol>,
    closure: Option<Closure>,
    saving: Saving,
    language: &dyn Language,
) -> Ranked {
    let mut reasons = Vec::new();
    // Said first: nothing is gained by a copy beside the package.
    if !saving.kept_by.is_empty() {
        let verb = if saving.kept_by.len() == 1 {
            "requires"
        } else {
            "require"
        };
        reasons.push(format!(
            "it stays in the tree: {} {verb} it as well",
            saving.kept_by.join(", ")
        ));
    }
    let locked = dependency.locked.and_then(|at| survey.locked.get(at));
    let never = never(dependency, &survey.locked);
    let mut advice = Advice::Keep;
    let mut worth = 0.0;
    if never.is_empty() {
        match weigh(dependency, &symbols, closure.as_ref(), &saving, language) {
            Ok((how_much, why)) => {
                worth = how_much;
                // What stays in the tree anyway is not worth it, however little is used.
                if saving.kept_by.is_empty() {
                    advice = Advice::Rip;
                }
                reasons.extend(why);
            }
            Err(why) => reasons.extend(why),
        }
    } else {
        advice = Advice::Never;
        reasons.extend(never);
    }
    reasons.extend(idle_members(dependency, survey));
    Ranked {
        dependency: dependency.clone(),
        locked: locked.cloned(),
        symbols,
        closure,
        saving,
        cost: None,
        advice,
        reasons,
        worth,
    }
}

/// Members that declare a dependency which others use, and where no use of it is found.
fn idle_members(dependency: &Dependency, survey: &Survey) -> Vec<String> {
    let folder = |manifest: &str| {
        let folder = manifest.rsplit_once('/');
        folder.map_or(String::new(), |(folder, _)| format!("{folder}/"))
    };
    // A file belongs to the innermost member around it.
    let member_of = |file: &str| {
        let around = (0..survey.members.len())
            .map(|at| (folder(&survey.members[at].manifest), at))
            .filter(|(folder, _)| file.starts_with(folder.as_str()));
        around
            .max_by_key(|(folder, _)| folder.len())
            .map(|(_, at)| at)
    };
    let real = |used: &&Use| used.place != UsePlace::Manifest;
    let using: BTreeSet<Option<usize>> = dependency
        .uses
        .iter()
        .filter(real)
        .map(|used| member_of(&used.file))
        .collect();
    if using.is_empty() || using.contains(&None) {
        return Vec::new();
    }
    dependency
        .declared
        .iter()
        .filter(|declared| !using.contains(&Some(declared.member)))
        .filter(|declared| {
            let member = survey.members.get(declared.member);
            member.is_some_and(|member| member.manifest == declared.file)
        })
        .map(|declared| {
            format!(
                "no use found in {} ({}:{}); try a build without it there",
                survey.members[declared.member].name, declared.file, declared.line
            )
        })
        .collect()
}

/// Why a dependency must not be copied.
fn never(dependency: &Dependency, locked: &[Locked]) -> Vec<String> {
    let mut why = Vec::new();
    if let Some(what) = guarded::what(&dependency.name) {
        why.push(format!("{what}: a copy gets no advisories and no fixes"));
    }
    let own = dependency.locked.and_then(|at| locked.get(at));
    if let Some(native) = own.and_then(|package| package.native.as_ref()) {
        why.push(native.clone());
    } else if let Some(at) = dependency.locked {
        let family = surface::family(locked, at);
        let binding = family
            .into_iter()
            .chain(own.into_iter().flat_map(|own| own.requires.iter().copied()))
            .filter_map(|at| locked.get(at))
            // What a compiler runs is another matter than what it links.
            .find(|package| package.name.ends_with("-sys") && package.native.is_some());
        if let Some(binding) = binding {
            let native = binding.native.as_deref().unwrap_or_default();
            why.push(format!("it is the way to {}: {native}", binding.name));
        }
    }
    if let Some(used) = derived(dependency) {
        why.push(format!(
            "`{}` is a derive or an attribute: a procedural macro can't be copied ({}:{})",
            used.symbol, used.file, used.line
        ));
    }
    let exposed: Vec<&Use> = dependency.uses.iter().filter(|used| used.exposed).collect();
    if let Some(first) = exposed.first() {
        let more = match exposed.len() {
            1 => String::new(),
            2 => ", and in 1 more place".to_owned(),
            many => format!(", and in {} more places", many - 1),
        };
        why.push(format!(
            "`{}` stands in the project's own public API ({}:{}{more})",
            first.symbol, first.file, first.line
        ));
    }
    why
}

/// The first use that is a derive.
fn derived(dependency: &Dependency) -> Option<&Use> {
    let mut derives = dependency
        .uses
        .iter()
        .filter(|used| used.place == UsePlace::Derive);
    // A derive says more than the attribute that helps it.
    derives
        .clone()
        .find(|used| surface::is_symbol(&used.symbol))
        .or_else(|| derives.next())
}

/// What a copy would save for each line of it, or why it is not worth it.
fn weigh(
    dependency: &Dependency,
    symbols: &[Symbol],
    closure: Option<&Closure>,
    saving: &Saving,
    language: &dyn Language,
) -> Result<(f64, Vec<String>), Vec<String>> {
    let used: Vec<&Use> = dependency
        .uses
        .iter()
        .filter(|used| used.place != UsePlace::Manifest)
        .collect();
    if used.is_empty() {
        return Err(vec!["no use found; try a build without it".to_owned()]);
    }
    if let Some(whole) = used.iter().find(|used| used.symbol.ends_with('*')) {
        return Err(vec![format!(
            "what of it is used can't be told: `{}` names all of it ({}:{})",
            whole.symbol, whole.file, whole.line
        )]);
    }
    if symbols.is_empty() {
        let first = used[0];
        return Err(vec![format!(
            "what of it is used can't be told: only its name is seen ({}:{})",
            first.file, first.line
        )]);
    }
    let surface = format!(
        "{} used in {}",
        counted(symbols.len() as u64, "symbol"),
        counted(used.len() as u64, "place")
    );
    if dependency
        .declared
        .iter()
        .all(|declared| declared.kind == DependencyKind::Dev)
    {
        return Err(vec![
            "only tests, examples and benchmarks need it".to_owned(),
            surface,
        ]);
    }
    let Some(closure) = closure else {
        return Err(vec![
            "how much is behind what is used can't be told".to_owned(),
            surface,
        ]);
    };
    if !closure.unknown.is_empty() {
        return Err(vec![
            format!(
                "what is behind `{}` can't be told: a macro or another package defines it",
                closure.unknown[0]
            ),
            surface,
        ]);
    }
    let behind = format!(
        "{} of its {} lines are behind the {surface}",
        closure.lines, closure.of
    );
    let worth = saving.lines as f64 / closure.lines.max(1) as f64;
    let saved = saved(saving, language);
    let enough = if closure.lines <= LITTLE {
        LEAST_WORTH_OF_LITTLE
    } else {
        LEAST_WORTH
    };
    if !closure.leads.is_empty() {
        let why = format!(
            "it leads into {}, and how much of that is needed can't be told: {behind}",
            closure.leads.join(", ")
        );
        return Err(vec![why, saved]);
    }
    if closure.lines > MOST_LINES {
        return Err(vec![format!("too much of it is used: {behind}"), saved]);
    }
    if worth < enough && saving.kept_by.is_empty() {
        return Err(vec![format!("little gain: {behind}"), saved]);
    }
    Ok((worth, vec![behind, saved]))
}

/// What goes, in words.
fn saved(saving: &Saving, language: &dyn Language) -> String {
    if saving.goes.is_empty() {
        return "no package goes with it".to_owned();
    }
    let mut text = format!(
        "{} with {} would go",
        counted(saving.goes.len() as u64, "package"),
        counted(saving.lines, "line")
    );
    if let Some(word) = language.unchecked()
        && saving.unchecked > 0
    {
        text.push_str(&format!(", {} of them `{word}`", saving.unchecked));
    }
    if saving.unmeasured > 0 {
        text.push_str(&format!(
            " ({} not on this machine, not counted)",
            saving.unmeasured
        ));
    }
    text
}

/// A number with its word.
pub fn counted(number: u64, word: &str) -> String {
    format!("{number} {word}{}", if number == 1 { "" } else { "s" })
}

/// What is worth most first; then by what to do, and by name.
pub fn sort(ranked: &mut [Ranked]) {
    ranked.sort_by(|a, b| {
        a.advice
            .cmp(&b.advice)
            .then_with(|| b.worth.total_cmp(&a.worth))
            .then_with(|| a.dependency.name.cmp(&b.dependency.name))
            .then_with(|| a.dependency.locked.cmp(&b.dependency.locked))
    });
}
