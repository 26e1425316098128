//! What dependencies cost each time a project is built or started, and whether it builds without those that no use is found of.
//! Nothing of this is done unless asked for: it builds and runs the project and what it depends on, confined.

use std::path::Path;

use ripout_model::{Costs, Dependency, Failure, Host, Language, Settings, Stop, Survey, UsePlace};

use super::{Advice, Ranked};
use crate::patch;

/// What a dependency costs again and again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cost {
    /// Seconds of building it with what it alone brings, one package after the other.
    BuildSeconds(f64),
    /// Milliseconds of importing it with all that it imports.
    ImportMs(f64),
}

/// Measures, and tells what nothing is used of.
pub fn measure(
    folder: &Path,
    language: &'static dyn Language,
    survey: &Survey,
    ranked: &mut [Ranked],
    settings: &Settings,
    host: &dyn Host,
) -> Result<(), Stop> {
    let root = language.project(folder, host)?;
    // Programs of the project are started from elsewhere.
    let whole = |folder: &Path| {
        folder
            .canonicalize()
            .unwrap_or_else(|_| folder.to_path_buf())
    };
    let root = whole(&root);
    if root != whole(folder) {
        return Err(Failure::new(
            "member_folder",
            format!("{} is a member of {}", folder.display(), root.display()),
        )
        .help(format!(
            "measure the whole: `ripout scan {} --measure`",
            root.display()
        ))
        .into());
    }
    let settings = &language.settled(&root, settings);
    host.say("copying the project", 0, None);
    let copy = patch::copy::project(&root, host)?;
    let costs = language.costs(&root, &*copy, survey, settings, host)?;
    for ranked in ranked.iter_mut() {
        ranked.cost = cost(ranked, survey, &costs);
    }
    let candidates: Vec<usize> = (0..ranked.len())
        .filter(|at| is_candidate(&ranked[*at]))
        .collect();
    let dependencies: Vec<&Dependency> = candidates
        .iter()
        .map(|at| &ranked[*at].dependency)
        .collect();
    let passed = language.unused(&*copy, &dependencies, settings, host)?;
    for (at, passed) in candidates.into_iter().zip(passed) {
        let ranked = &mut ranked[at];
        if let Some(command) = passed {
            ranked.advice = Advice::Unused;
            ranked
                .reasons
                .retain(|reason| !reason.starts_with("no use found"));
            let why = format!("no use found, and `{command}` passes without it");
            ranked.reasons.insert(0, why);
        }
    }
    Ok(())
}

/// Whether a build without it would say that it is unused. What stays in the tree anyway may be named for the features that
/// it switches on there.
fn is_candidate(ranked: &Ranked) -> bool {
    let unused = |it: &ripout_model::Use| it.place == UsePlace::Manifest;
    ranked.dependency.uses.iter().all(unused) && ranked.saving.kept_by.is_empty()
}

fn cost(ranked: &Ranked, survey: &Survey, costs: &Costs) -> Option<Cost> {
    let at = survey
        .dependencies
        .iter()
        .position(|it| *it == ranked.dependency);
    if let Some(Some(time)) = at.and_then(|at| costs.import_ms.get(at)) {
        return Some(Cost::ImportMs(*time));
    }
    let goes = |(at, seconds): (usize, &Option<f64>)| {
        let locked = survey.locked.get(at)?;
        let id = format!("{}@{}", locked.name, locked.version);
        let own = ranked.dependency.locked == Some(at);
        (own || ranked.saving.goes.contains(&id)).then_some((*seconds)?)
    };
    let times: Vec<f64> = costs
        .build_seconds
        .iter()
        .enumerate()
        .filter_map(goes)
        .collect();
    (!times.is_empty()).then(|| Cost::BuildSeconds(times.iter().sum()))
}
