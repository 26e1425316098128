//! What a module must be like to take a dependency's place.

use std::{collections::BTreeSet, path::Path};

use ripout_model::{
    Dependency, Fitting, Host, Note, Reason, ReasonCode, Settings, Stop, Survey, Use, UsePlace,
};

use super::{roots, site};
use crate::survey;

/// The symbols that a project uses, in the editions it is written in, with the features it asks for.
pub fn fitting(
    folder: &Path,
    survey: &Survey,
    dependency: &Dependency,
    settings: &Settings,
    host: &dyn Host,
) -> Result<Fitting, Stop> {
    let mut symbols = BTreeSet::new();
    for used in dependency
        .uses
        .iter()
        .filter(|used| used.place != UsePlace::Manifest)
    {
        match item(used) {
            Some(symbol) => {
                symbols.insert(symbol);
            }
            // The package by its name alone, handed on nowhere: what is used of it stands at other places.
            None if !used.symbol.contains("::") && used.place != UsePlace::Reexport => {}
            None => return Err(untold(used)),
        }
    }
    // A module that is imported by its name is no item, and a macro is imported without its mark.
    let all = symbols.clone();
    symbols.retain(|symbol| {
        let deeper = format!("{symbol}::");
        let module = symbol
            .rsplit("::")
            .next()
            .is_some_and(|last| !last.starts_with(char::is_uppercase))
            && all.iter().any(|other| other.starts_with(&deeper));
        !module && !all.contains(&format!("{symbol}!"))
    });
    let opened = survey::open(folder, settings, host)?;
    let members = || opened.iter().flat_map(|opened| &opened.members);
    let using = || {
        members().filter(|member| {
            member.entries.iter().any(|(entry, locked)| {
                entry.package == dependency.name && *locked == dependency.locked
            })
        })
    };
    let editions: BTreeSet<String> = using().map(|member| member.edition.clone()).collect();
    let features = opened
        .as_ref()
        .and_then(|opened| opened.features(dependency, survey));
    let (parents, stem) = match &settings.module_path {
        Some(path) => {
            let (parents, stem) = site::wanted(path)?;
            for member in using() {
                site::check_free(member, &parents, &stem)?;
            }
            (parents, stem)
        }
        None => {
            let called = dependency.called.first().cloned();
            let mut stem = called.unwrap_or_else(|| dependency.name.replace('-', "_"));
            while members().flat_map(roots::known).any(|name| name == stem) {
                stem.push('_');
            }
            (Vec::new(), stem)
        }
    };
    let mut notes = Vec::new();
    if dependency.called.len() > 1 {
        let text = format!("it goes by several names: {}", dependency.called.join(", "));
        notes.push(Note::new("several_names", text));
    }
    Ok(Fitting {
        stem,
        parents,
        symbols: symbols.into_iter().collect(),
        editions: editions.into_iter().collect(),
        features,
        notes,
    })
}

/// The item of a use: a member's type, a variant's enum, a macro with its mark.
pub fn item(used: &Use) -> Option<String> {
    item_of(&used.symbol.split("::").collect::<Vec<_>>())
}

/// The item that a path leads to or through.
pub fn item_of<S: AsRef<str>>(path: &[S]) -> Option<String> {
    item_end(path).map(|end| {
        let parts: Vec<&str> = path[..end].iter().map(AsRef::as_ref).collect();
        parts.join("::")
    })
}

/// How many parts of a path lead to its item: types are written with a capital letter, and what follows is their own.
pub fn item_end<S: AsRef<str>>(path: &[S]) -> Option<usize> {
    let named = |part: &S| part.as_ref().starts_with(|c: char| c.is_uppercase());
    let first = path.iter().skip(1).position(named).map(|at| at + 2);
    let open = path.len() < 2 || path.iter().any(|part| part.as_ref() == "*");
    first.or((!open).then_some(path.len()))
}

fn untold(used: &Use) -> Stop {
    Stop::Refused(
        Reason::new(
            ReasonCode::Dynamic,
            format!("what `{}` brings in there can't be told", used.symbol),
        )
        .at(&used.file, used.line)
        .help(
            "name what is used: `use name::Item` in the place of a glob or a re-exported package",
        ),
    )
}
