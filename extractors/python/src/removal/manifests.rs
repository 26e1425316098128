//! A dependency taken out of the manifests that declare it: its own lines and list entries, and nothing else.
//!
//! * `lists`: entries of lists in brackets, of TOML and of Python alike
//! * `pyproject`, `configuration`, `setup`, `requirements`: each kind of file

mod configuration;
mod lists;
mod pyproject;
mod requirements;
mod setup;

use std::collections::{BTreeMap, BTreeSet};

use ripout_model::{DependencyKind, Note, place::read_below};

use super::{consumer::Consumer, draft::Draft, left_to_do};
use crate::survey::requirement::Requirement;

/// What a manifest's editor is told, and tells.
pub struct Hand<'h> {
    /// The normalised name of the dependency.
    pub key: &'h str,
    /// What takes its place: the module goes on using it.
    pub keeps: &'h [Requirement],
    /// Whether that was put in.
    pub kept: bool,
    /// A module that stands beside a single module, to be listed with it.
    pub beside: Option<Beside<'h>>,
    /// Lines where it was taken out.
    pub done: BTreeSet<u32>,
    /// Whether the new module was listed.
    pub listed: bool,
    /// Lines that somebody has to look at, and what to do there.
    pub left: Vec<(u32, String)>,
}

/// The module that the project is, and the one that joins it.
#[derive(Clone, Copy)]
pub struct Beside<'h> {
    /// The project's.
    pub module: &'h str,
    /// The new one.
    pub stem: &'h str,
}

/// Edits every manifest. Drafts are by file.
pub fn edit(
    consumer: &Consumer,
    keeps: &[Requirement],
    beside: Option<Beside>,
    drafts: &mut BTreeMap<String, Draft>,
    notes: &mut Vec<Note>,
) {
    let mut files: BTreeSet<String> = consumer
        .dependency
        .declared
        .iter()
        .map(|declared| declared.file.clone())
        .collect();
    for member in &consumer.manifests.members {
        for name in ["pyproject.toml", "setup.cfg", "setup.py"] {
            files.insert(format!("{}{name}", member.prefix));
        }
    }
    files.extend(requirements::compiled(consumer));
    let mut listed = beside.is_none();
    for file in &files {
        let Ok(bytes) = read_below(consumer.root, file) else {
            continue;
        };
        if !drafts.contains_key(file) {
            let Some(draft) = Draft::read(bytes) else {
                notes.push(left_to_do(
                    file,
                    1,
                    "it is not UTF-8: take the requirement out",
                ));
                continue;
            };
            drafts.insert(file.clone(), draft);
        }
        let Some(draft) = drafts.get_mut(file) else {
            continue;
        };
        let mut hand = Hand {
            key: &consumer.names().key,
            keeps,
            kept: keeps.is_empty(),
            beside,
            done: BTreeSet::new(),
            listed: false,
            left: Vec::new(),
        };
        match file.rsplit('/').next().unwrap_or(file) {
            "pyproject.toml" => pyproject::edit(draft, &mut hand),
            "setup.cfg" => configuration::edit(draft, &mut hand),
            "setup.py" => setup::edit(draft, &mut hand),
            _ => requirements::edit(draft, consumer, &mut hand),
        }
        if let (false, Some(line)) = (hand.kept, hand.done.first()) {
            let names: Vec<&str> = keeps.iter().map(|keep| keep.name.as_str()).collect();
            let names = names.join(", ");
            let text = format!(
                "ask for {names} there, as far as that is not done: the module goes on using it"
            );
            hand.left.push((*line, text));
        }
        listed |= hand.listed;
        for (line, text) in &hand.left {
            notes.push(left_to_do(file, *line, text));
        }
        for declared in &consumer.dependency.declared {
            if declared.file != *file || hand.done.contains(&declared.line) {
                continue;
            }
            let text = if declared.kind == DependencyKind::Build {
                "the build asks for it: it stays as long as the build needs it"
            } else {
                "take the requirement out: how it stands there is not understood"
            };
            notes.push(left_to_do(file, declared.line, text));
        }
    }
    if !listed && let Some(beside) = beside {
        let text = format!(
            "list the module `{}` beside `{}` for the build, as far as it does not find it by itself",
            beside.stem, beside.module
        );
        notes.push(Note::new("left_to_do", text));
    }
}

#[cfg(test)]
mod tests;
