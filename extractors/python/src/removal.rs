//! A dependency taken out of a Python project: what its module must be like, the project's text with the module in its
//! place, and the project's own tests.
//!
//! * `consumer`: the project, read as the survey reads it
//! * `fitting`: the symbols that the module must have
//! * `home`: where it stands, and how files spell its import
//! * `draft`: edits as byte ranges
//! * `code`: `imports`, `chains`, `strings` and the examples of documentation
//! * `manifests`: requirements; `elsewhere`: settings, which are told
//! * `relock`: lock files
//! * `suite`: the project's tests

mod chains;
mod code;
mod consumer;
mod draft;
mod elsewhere;
mod fitting;
mod home;
pub(crate) mod imports;
mod manifests;
mod relock;
mod strings;
mod suite;

use std::{collections::BTreeMap, path::Path};

use ripout_model::{
    Change, Changes, Dependency, Failure, Fitting, Host, Kept, Leaving, Note, Settings, Stop,
    Survey, place::read_below,
};

pub use relock::relock;
pub use suite::{calls, settled, suite};

use consumer::Consumer;
use draft::Draft;
use home::Home;
use manifests::Beside;

use crate::survey::requirement::Requirement;

/// What a module must be like to take a dependency's place.
pub fn fitting(
    folder: &Path,
    survey: &Survey,
    dependency: &Dependency,
    settings: &Settings,
    host: &dyn Host,
) -> Result<Fitting, Stop> {
    let consumer = Consumer::read(folder, survey, dependency, host)?;
    fitting::fitting(&consumer, settings.module_path.as_deref())
}

/// What the module goes on using, as a requirement: nothing older than what it was judged with.
fn kept(kept: &Kept) -> Requirement {
    let version = kept.version.as_ref();
    Requirement {
        version: version.map_or(String::new(), |version| format!(">={version}")),
        ..Requirement::named(&kept.name)
    }
}

/// The project's text with the module in the dependency's place.
pub fn replace(leaving: &Leaving<'_>, host: &dyn Host) -> Result<Changes, Stop> {
    let consumer = Consumer::read(leaving.folder, leaving.survey, leaving.dependency, host)?;
    let home = Home::within(&consumer, &leaving.fitting.parents)?;
    let stem = leaving.fitting.stem.as_str();
    let mut drafts: BTreeMap<String, Draft> = BTreeMap::new();
    let mut notes = Vec::new();
    let needed = !leaving.module.files.is_empty();
    if let Some(home) = home.as_ref().filter(|_| needed) {
        notes.extend(home.members_apart(&consumer));
        code::edit(&consumer, home, stem, &mut drafts, &mut notes);
    }
    let single = home
        .as_ref()
        .filter(|home| needed && home.package.is_empty());
    let beside = single.map(|home| Beside {
        module: &home.beside,
        stem,
    });
    let keeps: Vec<Requirement> = leaving.keeps.iter().map(kept).collect();
    manifests::edit(&consumer, &keeps, beside, &mut drafts, &mut notes);
    notes.extend(elsewhere::notes(&consumer, &drafts));

    let mut changes = Changes::default();
    for (file, draft) in drafts {
        let mut overlapping = Vec::new();
        if let Some((before, after)) = draft.finish(&mut overlapping) {
            notes.extend(code::left_over(&consumer, &file, &after));
            changes.files.push(Change {
                file: file.clone(),
                before: Some(before),
                after: Some(after),
            });
        }
        for line in overlapping {
            let text = format!("put `{stem}` in the place of {}", consumer.dependency.name);
            notes.push(left_to_do(&file, line, &text));
        }
    }
    if needed && home.is_none() {
        return Err(homeless(&consumer));
    }
    let place = home.map_or(String::new(), |home| home.folder);
    for (at, file) in leaving.module.files.iter().enumerate() {
        let path = format!("{place}{}", file.path);
        if at == 0 {
            changes.module.clone_from(&path);
        }
        changes.files.push(Change {
            before: read_below(leaving.folder, &path).ok(),
            after: Some(file.bytes.clone()),
            file: path,
        });
    }
    if leaving.module.files.len() > 1 {
        let text = format!(
            "{}: it holds data files: see that the build takes them along (`package_data`)",
            changes.module
        );
        notes.push(Note::new("left_to_do", text));
    }
    notes.extend(elsewhere::examples(
        &consumer,
        &changes.module,
        leaving.module,
    ));
    changes
        .files
        .sort_by(|left, right| left.file.cmp(&right.file));
    notes.sort();
    notes.dedup();
    changes.notes = notes;
    Ok(changes)
}

/// What somebody has to do by hand, with its place.
fn left_to_do(file: &str, line: u32, text: &str) -> Note {
    Note::new("left_to_do", format!("{file}:{line}: {text}"))
}

/// No package of the project's own was found.
fn homeless(consumer: &Consumer) -> Stop {
    let text = format!(
        "no package or module of the project was found in {} that a module could stand in",
        consumer.root.display()
    );
    Failure::new("no_package", text)
        .help("name its folder in `[tool.setuptools.packages.find] where`, or as the build backend has it")
        .into()
}

#[cfg(test)]
mod tests;
