//! `ripout check`: each module of a ledger against its text, its newest release, and the advisories at hand.

use std::path::Path;

use ripout_model::{Definition, Failure, Host, Source, SourceKind, Stop};

use super::{Request, Run};
use crate::evidence::{
    advisories::{self, Advisory},
    checked::{self, Checked, Text, Upstream, WithText},
    compatible,
    ledger::{self, Entry, Ledger, TakenOver},
};

/// What a user asks for.
pub struct Checking<'a> {
    /// The project's folder.
    pub folder: &'a Path,
    /// Its ledger.
    pub ledger: &'a Ledger,
    /// Advisories at hand.
    pub advisories: &'a [Advisory],
    /// Nothing is fetched, so no release can be looked at.
    pub offline: bool,
    /// What an entry's command asks for, of another version of its source.
    pub request: &'a dyn Fn(&Entry, &str) -> Result<Request, Stop>,
}

/// The ledger of a project, which has to have one.
pub fn ledger(folder: &Path) -> Result<Ledger, Failure> {
    let path = folder.join(ledger::FILE);
    if !path.is_file() {
        return Err(
            Failure::new("ledger_missing", format!("there is no {}", path.display()))
                .help("`ripout remove` writes it; name the folder in which it lies"),
        );
    }
    Ledger::read(folder)
}

/// Checks every entry. What can't be checked is told, and ends nothing.
pub fn check(checking: &Checking<'_>, host: &dyn Host) -> Result<Checked, Stop> {
    let mut checked = Checked {
        schema: checked::SCHEMA.into(),
        modules: Vec::new(),
        unchecked: Vec::new(),
    };
    for entry in &checking.ledger.modules {
        host.check()?;
        let text = text(checking.folder, entry)?;
        let upstream = match upstream(checking, entry, host) {
            Ok(upstream) => Some(upstream),
            Err(stop) => {
                let why = why(stop)?;
                checked
                    .unchecked
                    .push(format!("the newest release of {}: {why}", entry.package));
                None
            }
        };
        checked.modules.push(checked::Module {
            path: entry.path.clone(),
            package: entry.package.clone(),
            version: entry.version.clone(),
            symbols: entry.symbols.clone(),
            text,
            judge_again: (text == Text::Edited).then(|| judge_again(entry)),
            upstream,
            advisories: advisories::of_entry(checking.advisories, entry),
        });
    }
    Ok(checked)
}

/// The ground of a stage that ended early; an interrupt ends the whole.
pub(super) fn why(stop: Stop) -> Result<String, Stop> {
    match stop {
        Stop::Failed(failure) => Ok(match failure.help {
            Some(help) => format!("{} ({help})", failure.text),
            None => failure.text,
        }),
        Stop::Refused(reason) | Stop::Inconclusive(reason) => Ok(reason.text),
        Stop::Interrupted => Err(Stop::Interrupted),
    }
}

fn text(folder: &Path, entry: &Entry) -> Result<Text, Stop> {
    let mut found = Text::Same;
    let files = entry.files.iter().map(|file| (&file.path, &file.hash));
    for (file, hash) in [(&entry.path, &entry.hash)].into_iter().chain(files) {
        let path = folder.join(file);
        match std::fs::read(&path) {
            Ok(bytes) if ledger::hash(&bytes) == *hash => {}
            Ok(_) => found = Text::Edited,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Text::Missing),
            Err(e) => {
                let text = format!("read {}: {e}", path.display());
                return Err(Failure::new("module_unreadable", text).into());
            }
        }
    }
    Ok(found)
}

/// The entry's command, as one that judges what stands there now.
fn judge_again(entry: &Entry) -> String {
    let command = entry
        .command
        .replacen("ripout extract ", "ripout verify ", 1);
    let specialize = match entry.left_out.is_empty() {
        true => "",
        false => " --specialize",
    };
    format!(
        "{command}{specialize} --module {}",
        crate::evidence::header::quote(&entry.path)
    )
}

/// What an entry's command asks for, of the newest release.
pub(super) fn newest(checking: &Checking<'_>, entry: &Entry) -> Result<Request, Stop> {
    let not = |why: &str| Stop::from(Failure::new("not_checked", why));
    if checking.offline {
        return Err(not("not looked at: --offline"));
    }
    let repo = match entry.kind {
        SourceKind::Crate => format!("crate:{}", entry.package),
        SourceKind::Pypi => format!("pypi:{}", entry.package),
        SourceKind::Git => entry.package.clone(),
        SourceKind::Folder => return Err(not("a folder has no releases")),
    };
    (checking.request)(entry, &repo)
}

fn upstream(checking: &Checking<'_>, entry: &Entry, host: &dyn Host) -> Result<Upstream, Stop> {
    let request = newest(checking, entry)?;
    let repo = request.wanted.repo.clone();
    let spelt = matches!(entry.kind, SourceKind::Crate | SourceKind::Pypi);
    let mut run = Run::begin(&request, host)?;
    let source = run.tree.source.clone();
    let newer = match spelt {
        true => source.version != entry.version,
        false => source.rev != entry.revision,
    };
    let named = named(&source);
    if !newer {
        return Ok(Upstream {
            newest: named,
            newer,
            definitions: Vec::new(),
            licence: entry.licence.clone(),
            licence_changed: false,
        });
    }
    let (now, licence) = match run.taken() {
        Ok(taken) => taken,
        // What was taken is no longer there: all of it is gone, and no other release is compared with.
        Err(Stop::Failed(failure)) if failure.code == "symbol_not_found" => {
            (Vec::new(), source.licence.clone())
        }
        Err(stop) => return Err(stop),
    };
    let mut then: Vec<WithText> = entry
        .definitions
        .iter()
        .map(|taken| (taken.clone(), None))
        .collect();
    if !checked::differences(&then, &now).is_empty() {
        host.say("what was taken", 0, None);
        // Without the old text the names alone are told.
        let before = match (spelt, &entry.version, &entry.revision) {
            (true, Some(version), _) => Some(format!("{repo}@{version}")),
            (false, _, Some(_)) => Some(repo.clone()),
            _ => None,
        };
        if let Some(repo) = before {
            let mut request = (checking.request)(entry, &repo)?;
            if !spelt {
                request.wanted.rev.clone_from(&entry.revision);
            }
            match old_texts(&request, &entry.definitions, host) {
                Ok(texts) => then = texts,
                Err(Stop::Interrupted) => return Err(Stop::Interrupted),
                Err(_) => {}
            }
        }
    }
    let licence_changed = match (&entry.licence, &licence) {
        (Some(then), Some(now)) => !compatible::same(then, now),
        (then, now) => then != now,
    };
    Ok(Upstream {
        newest: named,
        newer,
        definitions: checked::differences(&then, &now),
        licence,
        licence_changed,
    })
}

fn named(source: &Source) -> String {
    let rev = source
        .rev
        .as_ref()
        .map(|rev| rev.chars().take(12).collect());
    source
        .version
        .clone()
        .or(rev)
        .unwrap_or_else(|| "unknown".to_owned())
}

/// The recorded definitions with their authors' text, where it is still the one whose hash was recorded.
fn old_texts(
    request: &Request,
    definitions: &[TakenOver],
    host: &dyn Host,
) -> Result<Vec<WithText>, Stop> {
    let mut run = Run::begin(request, host)?;
    let original = run.open()?;
    Ok(definitions
        .iter()
        .map(|taken| {
            let definition = Definition {
                name: taken.name.clone(),
                kind: taken.kind,
                package: taken.package.clone(),
                file: taken.file.clone(),
                lines: taken.lines,
            };
            let text = ledger::original_text(&definition, original.packages());
            let same = ledger::hash(text.as_bytes()) == taken.hash;
            (taken.clone(), same.then_some(text))
        })
        .collect())
}

impl Run<'_> {
    /// What a run would take, with its text, and the licences of that; nothing is judged.
    fn taken(&mut self) -> Result<(Vec<WithText>, Option<String>), Stop> {
        let original = self.open()?;
        let slice = self.slice(&*original)?;
        let packages = original.packages();
        let licences: Vec<String> = crate::evidence::header::taken_from(packages, &slice.closure)
            .filter_map(|package| package.licence.clone())
            .collect();
        let licence = compatible::joined(licences.iter().map(String::as_str))
            .or_else(|| original.source().licence.clone());
        let taken = ledger::taken_over(&slice.closure, packages)
            .into_iter()
            .zip(&slice.closure)
            .map(|(taken, of)| {
                let text = ledger::original_text(&of.definition, packages);
                (taken, Some(text))
            })
            .collect();
        Ok((taken, licence))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::ledger::tests::entry;

    #[test]
    fn a_module_is_held_against_its_hash() {
        let folder = tempfile::tempdir().unwrap();
        let entry = entry("a.rs", 1);
        assert_eq!(text(folder.path(), &entry).unwrap(), Text::Missing);
        std::fs::write(folder.path().join("a.rs"), "text").unwrap();
        assert_eq!(text(folder.path(), &entry).unwrap(), Text::Same);
        std::fs::write(folder.path().join("a.rs"), "other").unwrap();
        assert_eq!(text(folder.path(), &entry).unwrap(), Text::Edited);
        assert_eq!(
            judge_again(&entry),
            "ripout verify crate:strsim@0.11.1 strsim::jaro_winkler --module a.rs"
        );
    }
}
