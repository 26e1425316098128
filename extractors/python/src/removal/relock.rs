//! Lock files: made anew by their own tool in a copy of the project; where there is none or it fails, without the entries
//! of what goes, as far as that is surely what the tool would write; else told, with the command.
//!
//! * `tool`: uv, Poetry and PDM, confined, with the network for the package index alone
//! * `entries`: what stands in the file, and whom it is there for
//! * `stamp`: by which a file knows the manifest that it was made from

mod entries;
mod stamp;
mod tool;

use std::{collections::BTreeSet, path::Path};

use ripout_model::{Host, Leaving, Note, Relocked, Settings, Stop, place::read_below};

use crate::survey::{manifests, requirement::Requirement};
pub use entries::Format;
use tool::Ran;

/// Files that only their own program can write.
const TOLD: [(&str, &str); 2] = [
    ("Pipfile.lock", "`pipenv lock`"),
    (
        "pylock.toml",
        "the command that made it, such as `uv export -o pylock.toml`",
    ),
];

/// Brings the lock files of a copy up to date. The copy's manifests are without the dependency already.
pub fn relock(
    leaving: &Leaving<'_>,
    copy: &Path,
    settings: &Settings,
    host: &dyn Host,
) -> Result<Relocked, Stop> {
    let mut relocked = Relocked::default();
    let key = Requirement::named(&leaving.dependency.name).key;
    let wanted: BTreeSet<String> = manifests::read(copy)
        .iter()
        .flat_map(|manifests| &manifests.wanted)
        .map(|wanted| wanted.requirement.key.clone())
        .collect();
    let job = Job {
        leaving,
        copy,
        key,
        wanted,
        settings,
        host,
    };
    for format in Format::ALL {
        if let Some(before) = text(copy, format.file()) {
            job.anew(format, &before, &mut relocked)?;
        }
    }
    for (file, command) in TOLD {
        let Some(text) = text(copy, file) else {
            continue;
        };
        if let Some(line) = named(&text, &job.key) {
            let name = &leaving.dependency.name;
            let text = format!("{name} is locked there: run {command}");
            relocked.notes.push(super::left_to_do(file, line, &text));
        }
    }
    Ok(relocked)
}

struct Job<'j> {
    leaving: &'j Leaving<'j>,
    copy: &'j Path,
    key: String,
    /// What the manifests ask for now.
    wanted: BTreeSet<String>,
    settings: &'j Settings,
    host: &'j dyn Host,
}

impl Job<'_> {
    fn anew(&self, format: Format, before: &str, relocked: &mut Relocked) -> Result<(), Stop> {
        let file = format.file();
        let command = format.command();
        let ran = tool::run(format, self.copy, self.settings, self.host)?;
        let why = match ran {
            Ran::Done => match self.by_tool(format, before) {
                Ok((now, moved)) => {
                    relocked.files.push((file.to_owned(), now.into_bytes()));
                    if !moved.is_empty() {
                        let text = format!(
                            "{file}: `{command}` chose other versions as well: {}",
                            moved.join(", ")
                        );
                        relocked.notes.push(Note::new("lock_moved", text));
                    }
                    return Ok(());
                }
                Err(why) => why,
            },
            Ran::Missing => format!("{} is not installed here", format.program()),
            Ran::Offline => format!("{} has no way to do without a network", format.program()),
            Ran::Failed(errors) => format!("`{command}` failed here: {errors}"),
        };
        match self.by_entries(format, before) {
            Ok(after) => {
                relocked.files.push((file.to_owned(), after.into_bytes()));
                let text = format!(
                    "{file}: the entries of what goes were taken out as `{command}` would, which did not run: {why}"
                );
                relocked.notes.push(Note::new("lock_edited", text));
            }
            Err(unsure) => {
                let line = named(before, &self.key).unwrap_or(1);
                let text = format!(
                    "make it anew with `{command}`: {why}; and its entries were not taken out by hand, as {unsure}"
                );
                relocked.notes.push(super::left_to_do(file, line, &text));
            }
        }
        Ok(())
    }

    /// What the tool wrote, and the packages that have another version in it.
    fn by_tool(&self, format: Format, before: &str) -> Result<(String, Vec<String>), String> {
        let now = text(self.copy, format.file())
            .ok_or_else(|| format!("`{}` left no text", format.command()))?;
        let moved = entries::moved(format, before, &now)?;
        Ok((now, moved))
    }

    fn by_entries(&self, format: Format, before: &str) -> Result<String, String> {
        if self.wanted.contains(&self.key) {
            return Err(format!("the manifests still name {}", self.key));
        }
        if let Some(keep) = self.leaving.keeps.first() {
            return Err(format!("{} has to be put in", keep.name));
        }
        let then = text(self.leaving.folder, "pyproject.toml").unwrap_or_default();
        let now = text(self.copy, "pyproject.toml").unwrap_or_default();
        let without = entries::without(format, before, &self.key, &self.wanted)?;
        stamp::renewed(format, &without, &then, &now)
    }
}

/// A file as it is; what is no UTF-8 is no lock file.
fn text(folder: &Path, file: &str) -> Option<String> {
    String::from_utf8(read_below(folder, file).ok()?).ok()
}

/// The line of a lock file that names a package.
fn named(lock: &str, key: &str) -> Option<u32> {
    let line = lock.lines().position(|line| {
        let words = line
            .split(|letter: char| !(letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.')));
        let name = line.starts_with("name = ") || line.trim_start().starts_with('"');
        name && words
            .into_iter()
            .any(|word| Requirement::named(word).key == key)
    });
    line.map(|at| at as u32 + 1)
}

#[cfg(test)]
mod tests;
