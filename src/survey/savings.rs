//! Which packages would go from the lock file with a dependency, and which stay because somebody else needs them.

use std::collections::{BTreeMap, BTreeSet};

use ripout_model::{Dependency, Survey};

use super::{same_package, sizes::Size};

/// At most so many are named as the ones who need a package.
const NAMED: usize = 3;

/// What leaving a dependency would save.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Saving {
    /// Packages that would go, as `name@version`; the dependency itself first, if it is one of them.
    pub goes: Vec<String>,
    /// Packages that it requires and that stay: each with those who need them.
    pub stays: Vec<(String, Vec<String>)>,
    /// Who needs the dependency itself; empty if it would go.
    pub kept_by: Vec<String>,
    /// Lines of code in what would go.
    pub lines: u64,
    /// Bytes on disk.
    pub bytes: u64,
    /// Lines that the compiler does not vouch for.
    pub unchecked: u64,
    /// What of it is no text: package and reason.
    pub native: Vec<(String, String)>,
    /// Packages that would go and whose text is not on this machine: their sizes are not counted.
    pub unmeasured: u64,
}

/// The lock file as a graph.
pub struct Savings<'s> {
    survey: &'s Survey,
    /// Packages that the members require by themselves.
    direct: BTreeSet<usize>,
    /// What each of those reaches, itself included.
    reach: BTreeMap<usize, BTreeSet<usize>>,
}

impl<'s> Savings<'s> {
    /// Reads the graph.
    pub fn of(survey: &'s Survey) -> Self {
        let mut direct: BTreeSet<usize> = BTreeSet::new();
        for member in &survey.members {
            direct.extend(&member.requires);
        }
        // What is installed and not locked may be known of the dependencies only.
        direct.extend(survey.dependencies.iter().filter_map(|of| of.locked));
        let reach = direct.iter().map(|at| (*at, reach(survey, *at))).collect();
        Self {
            survey,
            direct,
            reach,
        }
    }

    /// What a dependency requires, itself included.
    fn reached(&self, at: usize) -> &BTreeSet<usize> {
        static NONE: BTreeSet<usize> = BTreeSet::new();
        self.reach.get(&at).unwrap_or(&NONE)
    }

    /// What leaving a dependency saves, where the module that takes its place goes on using the packages of these names.
    pub fn without(&self, dependency: &Dependency, kept: &[String], sizes: &[Size]) -> Saving {
        let mut saving = Saving::default();
        let Some(left) = dependency.locked else {
            return saving;
        };
        let mut needed: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for other in self.direct.iter().filter(|other| **other != left) {
            for at in self.reached(*other) {
                needed
                    .entry(*at)
                    .or_default()
                    .push(self.survey.locked[*other].name.clone());
            }
        }
        for name in kept {
            let mut packages = self.reached(left).iter();
            let found = packages.find(|at| same_package(&self.survey.locked[**at].name, name));
            for at in found.map_or(BTreeSet::new(), |at| reach(self.survey, *at)) {
                let by = format!("the module (--keep {name})");
                needed.entry(at).or_default().push(by);
            }
        }
        let mut all: Vec<usize> = self.reached(left).iter().copied().collect();
        all.sort_by_key(|at| (*at != left, *at));
        for at in all {
            let package = &self.survey.locked[at];
            let id = format!("{}@{}", package.name, package.version);
            if let Some(by) = needed.get(&at) {
                let mut by = by.clone();
                by.sort();
                by.dedup();
                let more = by.len().saturating_sub(NAMED);
                by.truncate(NAMED);
                if more > 0 {
                    by.push(format!("{more} more"));
                }
                if at == left {
                    saving.kept_by.clone_from(&by);
                }
                saving.stays.push((id, by));
                continue;
            }
            match &sizes[at] {
                Size {
                    lines: Some(lines),
                    bytes,
                    unchecked,
                } => {
                    saving.lines += lines;
                    saving.bytes += bytes;
                    saving.unchecked += unchecked;
                }
                _ => saving.unmeasured += 1,
            }
            if let Some(native) = &package.native {
                saving.native.push((id.clone(), native.clone()));
            }
            saving.goes.push(id);
        }
        saving
    }
}

fn reach(survey: &Survey, from: usize) -> BTreeSet<usize> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        if let Some(package) = survey.locked.get(at)
            && reached.insert(at)
        {
            open.extend(&package.requires);
        }
    }
    reached
}
