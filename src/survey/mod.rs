//! What a project really uses of its dependencies, what leaving each would save, and which are worth it.
//!
//! * [`savings`]: which packages would go, and which stay because somebody else needs them
//! * [`sizes`]: lines and bytes of a package on disk
//! * [`surface`]: the symbols that are used, and how much stands behind them
//! * [`guarded`]: packages that nobody should copy
//! * [`measure`]: what each costs, and what nothing is used of
//! * [`rank`]: the verdict on each, in words, and their order
//!
//! The languages read the project; nothing here knows one.

pub mod guarded;
pub mod measure;
pub mod rank;
pub mod savings;
pub mod sizes;
pub mod surface;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};

use rayon::prelude::*;
use ripout_model::{Dependency, Host, Language, Locked, Note, Settings, Stop, Survey};

pub use measure::Cost;
pub use rank::Advice;
pub use savings::Saving;
pub use surface::{Closure, Symbol};

/// A project in one language, its dependencies ranked.
#[derive(Debug)]
pub struct Scan {
    /// The language.
    pub language: &'static str,
    /// Names of the project's own packages.
    pub members: Vec<String>,
    /// How many packages are locked.
    pub packages: usize,
    /// Those worth leaving first.
    pub dependencies: Vec<Ranked>,
    /// What could not be read or resolved.
    pub notes: Vec<Note>,
}

/// A dependency and what there is to say of it.
#[derive(Debug)]
pub struct Ranked {
    /// What the project has of it.
    pub dependency: Dependency,
    /// What is locked of it.
    pub locked: Option<Locked>,
    /// What of it is used.
    pub symbols: Vec<Symbol>,
    /// How much stands behind that; none where it can't be told.
    pub closure: Option<Closure>,
    /// What leaving it would save.
    pub saving: Saving,
    /// What it costs each time, where that was measured.
    pub cost: Option<Cost>,
    /// What to do.
    pub advice: Advice,
    /// Why, the weightiest first.
    pub reasons: Vec<String>,
    /// Lines saved for each that would be taken over.
    pub worth: f64,
}

/// How far a scan goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// It reads, and runs nothing.
    Text,
    /// It builds, imports and tests in a copy as well, confined.
    Measured,
}

/// Scans a project in every language that it has. `cache` is the folder that remembers maps.
pub fn scan(
    folder: &Path,
    languages: &[&'static dyn Language],
    depth: Depth,
    settings: &Settings,
    cache: Option<&Path>,
    host: &dyn Host,
) -> Result<Vec<Scan>, Stop> {
    let mut scans = Vec::new();
    for language in languages {
        if let Some(survey) = language.survey(folder, settings, host)? {
            let measured = (depth == Depth::Measured).then_some(settings);
            scans.push(of_survey(folder, *language, survey, measured, cache, host)?);
        }
    }
    Ok(scans)
}

/// Whether two spellings mean one package: `_`, `-`, `.` and case do not tell packages apart.
pub fn same_package(one: &str, other: &str) -> bool {
    let plain = |name: &str| name.to_lowercase().replace(['_', '.'], "-");
    plain(one) == plain(other)
}

/// What one dependency of a project comes to, of which packages of these names are kept.
pub fn weigh(
    folder: &Path,
    language: &'static dyn Language,
    survey: &Survey,
    dependency: &Dependency,
    kept: &[String],
    cache: Option<&Path>,
    host: &dyn Host,
) -> Result<Ranked, Stop> {
    Weights::of(folder, language, survey, cache, host)?.of_one(dependency, kept)
}

/// What it takes to weigh the dependencies of a project.
struct Weights<'s> {
    language: &'static dyn Language,
    survey: &'s Survey,
    sizes: Vec<sizes::Size>,
    savings: savings::Savings<'s>,
    methods: BTreeMap<String, BTreeSet<String>>,
    cache: Option<&'s Path>,
    host: &'s dyn Host,
}

impl<'s> Weights<'s> {
    fn of(
        folder: &Path,
        language: &'static dyn Language,
        survey: &'s Survey,
        cache: Option<&'s Path>,
        host: &'s dyn Host,
    ) -> Result<Self, Stop> {
        Ok(Self {
            language,
            survey,
            sizes: sizes::of_all(language, &survey.locked, host)?,
            savings: savings::Savings::of(survey),
            methods: surface::methods(folder, survey),
            cache,
            host,
        })
    }

    fn of_one(&self, dependency: &Dependency, kept: &[String]) -> Result<Ranked, Stop> {
        self.host.check()?;
        let symbols = surface::symbols(dependency);
        let maps = surface::Maps {
            language: self.language,
            locked: &self.survey.locked,
            cache: self.cache,
            host: self.host,
        };
        let called = dependency
            .uses
            .iter()
            .filter_map(|used| self.methods.get(&used.file))
            .flatten()
            .map(String::as_str)
            .collect();
        let closure = surface::closure(dependency, &symbols, &called, &maps)?;
        let saving = self.savings.without(dependency, kept, &self.sizes);
        Ok(rank::judge(
            dependency,
            self.survey,
            symbols,
            closure,
            saving,
            self.language,
        ))
    }
}

fn of_survey(
    folder: &Path,
    language: &'static dyn Language,
    survey: Survey,
    measured: Option<&Settings>,
    cache: Option<&Path>,
    host: &dyn Host,
) -> Result<Scan, Stop> {
    let weights = Weights::of(folder, language, &survey, cache, host)?;
    let total = survey.dependencies.len() as u64;
    let done = AtomicU64::new(0);
    let mut dependencies = survey
        .dependencies
        .par_iter()
        .map(|dependency| {
            let ranked = weights.of_one(dependency, &[])?;
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            host.say("weighing dependencies", done, Some(total));
            Ok(ranked)
        })
        .collect::<Result<Vec<Ranked>, Stop>>()?;
    if let Some(settings) = measured {
        measure::measure(folder, language, &survey, &mut dependencies, settings, host)?;
    }
    rank::sort(&mut dependencies);
    Ok(Scan {
        language: language.name(),
        members: survey
            .members
            .into_iter()
            .map(|member| member.name)
            .collect(),
        packages: survey.locked.len(),
        dependencies,
        notes: survey.notes,
    })
}

#[cfg(test)]
mod tests;
