//! How a Cargo project lets a dependency go: a module of its own takes the dependency's place.
//!
//! * [`fitting`]: what the module must be like
//! * [`edits`]: replacements in one text, by byte
//! * [`paths`]: imports and paths that lead into the dependency lead into the module
//! * [`roots`]: where the module's file stands, and the `mod` line of each target that uses it
//! * [`site`]: which module of a target that line stands in, and where
//! * [`format`]: changed lines as rustfmt would have them
//! * [`manifest`]: what manifests say of the dependency
//! * [`suite`]: cargo's lock file and the project's own tests

mod edits;
pub mod examples;
mod fitting;
mod format;
mod manifest;
mod paths;
mod roots;
mod site;
mod suite;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use ripout_model::{
    Change, Changes, Failure, Host, HostError, Leaving, Note, Settings, Stop, UsePlace,
};

use crate::survey::{self, Opened, Read, declared::Entry, uses::Place};
use edits::Edits;

pub use fitting::fitting;
pub use format::format;
pub use manifest::without;
pub use suite::{lock, suite};

/// A member that declares the dependency.
struct User<'p> {
    member: &'p Read,
    /// How it declares it; several times where it is for several platforms or purposes.
    entries: Vec<&'p Entry>,
    /// What its text calls the dependency.
    called: String,
}

impl<'p> User<'p> {
    /// The places that use the dependency.
    fn places(&self) -> impl Iterator<Item = &'p Place> {
        let called = self.called.clone();
        self.member
            .places
            .iter()
            .filter(move |place| place.path[0] == called)
    }

    /// Whether something of it can't reach a module: examples of the documentation are programs of their own.
    fn in_examples(&self) -> Option<&'p Place> {
        self.places().find(|place| place.place == UsePlace::Doc)
    }
}

/// The members that declare a dependency.
fn users<'p>(opened: &'p Opened, leaving: &Leaving<'_>) -> Vec<User<'p>> {
    let dependency = leaving.dependency;
    let mut users = Vec::new();
    for member in &opened.members {
        let of_it = |entry: &&(Entry, Option<usize>)| {
            entry.0.package == dependency.name && entry.1 == dependency.locked
        };
        let entries: Vec<&Entry> = member
            .entries
            .iter()
            .filter(of_it)
            .map(|(entry, _)| entry)
            .collect();
        let mut names: Vec<String> = Vec::new();
        for entry in &entries {
            let called = if entry.key == entry.package {
                opened.library(entry, dependency.locked)
            } else {
                entry.key.replace('-', "_")
            };
            if !names.contains(&called) {
                names.push(called);
            }
        }
        users.extend(names.into_iter().map(|called| User {
            member,
            entries: entries.clone(),
            called,
        }));
    }
    users
}

/// The project's text with the module in the dependency's place.
pub fn replace(
    leaving: &Leaving<'_>,
    settings: &Settings,
    host: &dyn Host,
) -> Result<Changes, Stop> {
    let opened = survey::open(leaving.folder, settings, host)?.ok_or_else(|| {
        let text = format!("{} holds no Cargo.toml", leaving.folder.display());
        Failure::new("no_project", text)
    })?;
    let mut work = Work {
        leaving,
        texts: BTreeMap::new(),
        made: BTreeMap::new(),
        module: String::new(),
        notes: Vec::new(),
    };
    let mut stays = false;
    for user in users(&opened, leaving) {
        host.check()?;
        for (file, edits) in paths::rewrite(&user, leaving, &mut work.notes) {
            work.edit(&file, edits)?;
        }
        roots::place(&user, &opened, &mut work)?;
        let example = user.in_examples();
        stays |= example.is_some();
        if let Some(place) = example {
            work.notes.push(Note::new(
                "stays_for_examples",
                format!(
                    "{}:{}: an example of the documentation uses {}, and examples see no private module: it stays as a \
                     development dependency",
                    place.file, place.line, leaving.dependency.name
                ),
            ));
        }
        work.manifest(&user, example.is_some())?;
    }
    work.shared_manifest(&opened, stays)?;
    work.finish()
}

/// What has changed so far.
struct Work<'a> {
    leaving: &'a Leaving<'a>,
    /// Replacements in files that are there.
    texts: BTreeMap<String, (String, Edits)>,
    /// Files that are new, or were made anew.
    made: BTreeMap<String, Vec<u8>>,
    module: String,
    notes: Vec<Note>,
}

impl Work<'_> {
    fn read(&self, file: &str) -> Result<String, Stop> {
        let path = self.leaving.folder.join(file);
        let bytes = std::fs::read(&path).map_err(|source| HostError::File { path, source })?;
        String::from_utf8(bytes).map_err(|_| {
            Failure::new(
                "not_utf8",
                format!("{file} is no UTF-8: it can't be edited"),
            )
            .help("change its encoding first")
            .into()
        })
    }

    fn edit(&mut self, file: &str, edits: Edits) -> Result<(), Stop> {
        if !self.texts.contains_key(file) {
            let text = self.read(file)?;
            self.texts.insert(file.to_owned(), (text, Edits::default()));
        }
        if let Some((_, known)) = self.texts.get_mut(file) {
            known.join(edits);
        }
        Ok(())
    }

    /// Takes the dependency out of a member's manifest.
    fn manifest(&mut self, user: &User<'_>, keep_for_tests: bool) -> Result<(), Stop> {
        let file = user.member.manifest.clone();
        let text = match self.made.get(&file) {
            Some(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            None => self.read(&file)?,
        };
        let keys: Vec<&str> = user
            .entries
            .iter()
            .map(|entry| entry.key.as_str())
            .collect();
        let after = manifest::without(&text, &keys, self.leaving.keeps, keep_for_tests)
            .map_err(|why| Failure::new("manifest", format!("edit {file}: {why}")))?;
        self.made.insert(file, after.into_bytes());
        Ok(())
    }

    /// Takes it out of what members inherit, once none of them does.
    fn shared_manifest(&mut self, opened: &Opened, stays: bool) -> Result<(), Stop> {
        let inherited = |entry: &&(Entry, Option<usize>)| {
            entry.0.package == self.leaving.dependency.name && entry.0.inherited.is_some()
        };
        let keys: Vec<String> = opened
            .members
            .iter()
            .flat_map(|member| &member.entries)
            .filter(inherited)
            .map(|(entry, _)| entry.key.clone())
            .collect();
        let (Some(key), false) = (keys.first(), stays) else {
            return Ok(());
        };
        let file = opened.workspace_manifest(self.leaving.folder);
        let text = match self.made.get(&file) {
            Some(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            None => self.read(&file)?,
        };
        let after = manifest::without_shared(&text, key)
            .map_err(|why| Failure::new("manifest", format!("edit {file}: {why}")))?;
        self.made.insert(file, after.into_bytes());
        Ok(())
    }

    fn finish(mut self) -> Result<Changes, Stop> {
        for (file, (text, edits)) in std::mem::take(&mut self.texts) {
            self.made.insert(file, edits.apply(&text).into_bytes());
        }
        let mut files = Vec::new();
        for (file, after) in self.made {
            let before = std::fs::read(self.leaving.folder.join(&file)).ok();
            if before.as_ref() != Some(&after) {
                files.push(Change {
                    file,
                    before,
                    after: Some(after),
                });
            }
        }
        self.notes.sort();
        self.notes.dedup();
        Ok(Changes {
            files,
            module: self.module,
            notes: self.notes,
        })
    }
}
